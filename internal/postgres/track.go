package postgres

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// trackMost is how many points of a day a page is sent at most: one in four
// seconds around the clock.
const trackMost = 20_000

// TeamDay reads where a team went on a day; it is written down who asked why
// before anything is answered.
func (db *DB) TeamDay(ctx context.Context, s ward.Scope, team int64, q ward.TeamDayQuery) (d ward.TeamDay, err error) {
	day, err := time.ParseInLocation(time.DateOnly, q.Day, ward.China)
	if err != nil {
		return d, &ward.Error{Code: ward.Invalid, Message: "日期不对", Fields: []ward.FieldError{{Field: "day", Message: "应写作 2026-11-22"}}}
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		t, err := teams.get(ctx, tx, s, team)
		if err != nil {
			return err
		}
		d = ward.TeamDay{Team: t.ID, Name: t.Name, Day: q.Day}
		if err := appendAudit(ctx, tx, s, "get-team-day", "team", strconv.FormatInt(team, 10), q.Purpose); err != nil {
			return err
		}
		args := pgx.NamedArgs{"team": team, "from": day, "to": day.AddDate(0, 0, 1), "most": trackMost}
		if d.Track, err = many[ward.TrackPoint](ctx, tx, `select at, pt as location, grid from team_track where team = @team and at >= @from and at < @to order by at limit @most`, args); err != nil {
			return err
		}
		d.Track = ward.KeptLine(d.Track, 3)
		d.Stays, err = many[ward.TeamStay](ctx, tx, `
			select y.grid, g.name, y.entered_at, y.left_at from team_stay y join grid g on g.id = y.grid
			where y.team = @team and y.entered_at < @to and coalesce(y.left_at, 'infinity') >= @from order by y.entered_at limit 500`, args)
		return err
	})
	return d, err
}

// LaneWalk counts by the grids of the scope how much of the lanes was walked
// since Monday; of one grid also stretch by stretch.
func (db *DB) LaneWalk(ctx context.Context, s ward.Scope, grid int64) (w ward.LaneWalk, err error) {
	monday := mondayOf(db.Now())
	w = ward.LaneWalk{Week: monday.Format(time.DateOnly), Stretches: []ward.LaneStretch{}}
	args := pgx.NamedArgs{"scope": s.Paths(), "week": w.Week, "grid": grid}
	err = db.look(ctx, func(tx pgx.Tx) error {
		var err error
		if w.Grids, err = many[ward.LaneShare](ctx, tx, `
			select g.id as grid, g.name, coalesce(sum(p.metres), 0)::float8 as metres, coalesce(sum(p.metres) filter (where x.lane is not null), 0)::float8 as walked
			from grid g join grid_shape_now sh on sh.grid = g.id
			left join lane_piece p on st_intersects(sh.geom, p.mid) left join lane_walk x on x.lane = p.lane and x.n = p.n and x.week = @week
			where g.kind <> 'micro' and g.path <@ any(@scope::ltree[]) and (@grid::bigint = 0 or g.id = @grid) group by g.id, g.name, g.code order by g.code limit 500`, args); err != nil {
			return err
		}
		if grid == 0 {
			return nil
		}
		if len(w.Grids) == 0 {
			return ward.Errorf(ward.NotFound, "没有这个网格，或不在您的辖区内")
		}
		w.Stretches, err = many[ward.LaneStretch](ctx, tx, `
			select p.geom as line, x.lane is not null as walked from grid_shape_now sh join lane_piece p on st_intersects(sh.geom, p.mid)
			left join lane_walk x on x.lane = p.lane and x.n = p.n and x.week = @week where sh.grid = @grid order by p.lane, p.n limit 5000`, args)
		return err
	})
	return w, err
}

// mondayOf is the first day of the week of a moment, in China.
func mondayOf(at time.Time) time.Time {
	at = at.In(ward.China)
	return time.Date(at.Year(), at.Month(), at.Day()-(int(at.Weekday())+6)%7, 0, 0, 0, 0, ward.China)
}

// KeepTracks makes room for the days to come and lets go of tracks as the norms
// say: whole for some days, then one point a minute, then nothing.
func (db *DB) KeepTracks(ctx context.Context) error {
	today := db.Now().In(ward.China)
	if _, err := db.Pool.Exec(ctx, `select track_make_room($1::date, $2::date)`, today.AddDate(0, 0, -2).Format(time.DateOnly), today.AddDate(0, 0, 2).Format(time.DateOnly)); err != nil {
		return fmt.Errorf("making room for tracks: %w", err)
	}
	if _, err := db.Pool.Exec(ctx, `select track_forget($1::date - (select value from norm where name = 'track_kept'))`, today.Format(time.DateOnly)); err != nil {
		return fmt.Errorf("dropping old tracks: %w", err)
	}
	// The two days that have just become old; a day that is thinned already loses nothing.
	if _, err := db.Pool.Exec(ctx, `
		with days as (
		  select (day - 2)::timestamp at time zone 'Asia/Shanghai' as since, day::timestamp at time zone 'Asia/Shanghai' as until
		  from (select $1::date - value as day from norm where name = 'track_whole') w),
		spare as (
		  select k.tableoid as part, k.ctid as place, row_number() over (partition by k.team, date_trunc('minute', k.at) order by k.at) as n
		  from team_track k, days where k.at >= days.since and k.at < days.until)
		delete from team_track k using spare where k.tableoid = spare.part and k.ctid = spare.place and spare.n > 1`, today.Format(time.DateOnly)); err != nil {
		return fmt.Errorf("thinning tracks: %w", err)
	}
	if _, err := db.Pool.Exec(ctx, `delete from lane_walk where week < $1::date - 370`, today.Format(time.DateOnly)); err != nil {
		return fmt.Errorf("dropping old lane walks: %w", err)
	}
	return nil
}
