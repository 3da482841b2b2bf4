package postgres

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// keepPlaces writes a second's positions: the tracks by COPY, then the last
// place of each team, the lanes walked, and who came into which grid.
func (db *DB) keepPlaces(ctx context.Context, tx pgx.Tx, batch []keptFix) error {
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"team_track"}, []string{"team", "at", "pt", "accuracy", "speed", "grid"}, pgx.CopyFromSlice(len(batch), func(i int) ([]any, error) {
		p := batch[i]
		return []any{p.team, p.fix.At, p.fix.Location, real4(p.fix.Accuracy), real4(p.fix.Speed), noneIfZero(p.grid)}, nil
	})); err != nil {
		return fmt.Errorf("writing tracks: %w", err)
	}
	if err := keepLast(ctx, tx, batch); err != nil {
		return fmt.Errorf("writing the last positions: %w", err)
	}
	if err := keepWays(ctx, tx, batch, mondayOf(db.Now())); err != nil {
		return fmt.Errorf("writing the lanes walked: %w", err)
	}
	for _, p := range batch {
		if p.enters {
			if err := db.enterGrid(ctx, tx, p); err != nil {
				return fmt.Errorf("writing who entered a grid: %w", err)
			}
		}
	}
	return nil
}

// keepLast moves the last place of each team on; a team that has gone off duty
// meanwhile has none.
func keepLast(ctx context.Context, tx pgx.Tx, batch []keptFix) error {
	newest := map[int64]keptFix{}
	order := []int64{}
	for _, p := range batch {
		if !p.newest {
			continue
		}
		if _, known := newest[p.team]; !known {
			order = append(order, p.team)
		}
		newest[p.team] = p
	}
	writes := &pgx.Batch{}
	for _, team := range order {
		p := newest[team]
		since := any(nil)
		if p.enters {
			since = p.fix.At
		}
		writes.Queue(`
			insert into team_position (team, at, pt, accuracy, speed, course, battery, grid, since)
			select $1, $2, $3, $4, $5, $6, $7, $8, $9 where exists (select 1 from duty where team = $1 and ended_at is null)
			on conflict (team) do update set at = excluded.at, pt = excluded.pt, accuracy = excluded.accuracy, speed = excluded.speed, course = excluded.course,
			  battery = excluded.battery, grid = excluded.grid, since = case when team_position.grid is distinct from excluded.grid then coalesce(excluded.since, excluded.at) else coalesce(excluded.since, team_position.since) end
			where team_position.at < excluded.at`,
			p.team, p.fix.At, p.fix.Location, real4(p.fix.Accuracy), real4(p.fix.Speed), real4(p.fix.Course), real4(p.fix.Battery), noneIfZero(p.grid), since)
	}
	return tx.SendBatch(ctx, writes).Close()
}

// keepWays marks the pieces of lanes that lie along the ways of the batch.
func keepWays(ctx context.Context, tx pgx.Tx, batch []keptFix, monday time.Time) error {
	ways := orb.MultiLineString{}
	for _, p := range batch {
		if p.way != nil {
			ways = append(ways, *p.way)
		}
	}
	if len(ways) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		insert into lane_walk (week, lane, n)
		select distinct $2::date, p.lane, p.n from st_dump($1::geometry) w
		join lane_piece p on p.mid && st_expand(w.geom, 0.0003) and st_dwithin(p.mid::geography, w.geom::geography, $4)
		where st_length(w.geom::geography) <= $3
		order by 2, 3 on conflict do nothing`, ways, monday.Format(time.DateOnly), wayMost, wayBeside)
	return err
}

// enterGrid ends the stay of the team in its former grid, begins that in the
// next one, and tells of both. A team that is in the grid already, because
// another node has seen it come, stays.
func (db *DB) enterGrid(ctx context.Context, tx pgx.Tx, p keptFix) error {
	type stay struct {
		ID        int64
		Team      int64
		Grid      int64
		EnteredAt time.Time
		LeftAt    *time.Time
		Path      string
	}
	// Not when duty has ended since: nobody is then in any grid.
	stays, err := many[stay](ctx, tx, `
		with open as (select 1 from duty where team = @team and ended_at is null and not exists (select 1 from team_stay where team = @team and grid = @grid and left_at is null)),
		was as (update team_stay y set left_at = greatest(y.entered_at, @at) from open where y.team = @team and y.left_at is null returning y.*),
		now as (insert into team_stay (team, grid, entered_at) select @team, @grid, @at from open, (select count(*) from was) before returning *)
		select x.id, x.team, x.grid, x.entered_at, x.left_at, g.path::text as path from (select * from was union all select * from now) x join grid g on g.id = x.grid`,
		pgx.NamedArgs{"team": p.team, "grid": p.grid, "at": p.fix.At})
	if err != nil {
		return err
	}
	for _, y := range stays {
		version := int64(1)
		if y.LeftAt != nil {
			version = 2
		}
		body := map[string]any{"team": y.Team, "grid": y.Grid, "enteredAt": y.EnteredAt, "leftAt": y.LeftAt}
		if err := appendEvent(ctx, tx, ward.Event{Topic: "stay", Entity: strconv.FormatInt(y.ID, 10), Version: version, Paths: []string{y.Path}, Class: ward.Duty, Body: body}); err != nil {
			return err
		}
	}
	return nil
}

// moversMost bounds the teams of a map; a district has some two thousand.
const moversMost = 20_000

// Movers are the teams on duty and where they were last, for a node that begins
// or that has to look whether it missed something.
func (db *DB) Movers(ctx context.Context) ([]ward.Mover, error) {
	type row struct {
		Team     int64
		At       time.Time
		Location orb.Point
		Accuracy *float64
		Grid     *int64
		Paths    []string
	}
	rows, err := many[row](ctx, db.Pool, `
		select p.team, p.at, p.pt as location, p.accuracy::float8 as accuracy, p.grid,
		  array_remove(array[g.path::text, a.path::text], null) || coalesce((select array_agg(h.path::text) from team_grid x join grid h on h.id = x.grid where x.team = p.team and x.valid @> today()), '{}') as paths
		from team_position p join duty d on d.team = p.team and d.ended_at is null join team t on t.id = p.team join area a on a.id = t.area left join grid g on g.id = p.grid
		where p.at > @since order by p.team limit @most`, pgx.NamedArgs{"most": moversMost, "since": db.Now().Add(-ward.MoverForgets)})
	movers := make([]ward.Mover, len(rows))
	for i, w := range rows {
		movers[i] = ward.Mover{Team: w.Team, At: w.At, Location: w.Location, Accuracy: w.Accuracy, Paths: w.Paths}
		if w.Grid != nil {
			movers[i].Grid = *w.Grid
		}
	}
	return movers, err
}

func real4(v *float64) *float32 {
	if v == nil {
		return nil
	}
	small := float32(*v)
	return &small
}

func noneIfZero(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
