package postgres

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// footDegrees is how far around an incident ways are looked at: about three
// kilometres. Farther teams are listed by straight line only.
const footDegrees = 0.03

// NearTeams lists the teams on duty, free ones first, then by how far they have
// to walk.
func (db *DB) NearTeams(ctx context.Context, s ward.Scope, incident uuid.UUID) (near []ward.NearTeam, err error) {
	type row struct {
		Team              int64
		Name, Kind, State string
		Pt                orb.Point
		At                *time.Time
	}
	var rows []row
	var ground ward.FootGround
	var to orb.Point
	err = db.look(ctx, func(tx pgx.Tx) error {
		i, err := db.incidentIn(ctx, tx, s, incident, "")
		if err != nil {
			return err
		}
		to = i.Location
		if rows, err = many[row](ctx, tx, `
			select t.id as team, t.name, t.kind, t.state, coalesce(p.pt, t.pt) as pt, p.at
			from team t join area a on a.id = t.area left join team_position p on p.team = t.id and p.at > @fresh
			where t.ended is null and t.state <> 'off' and coalesce(p.pt, t.pt) is not null and (`+teamWithin+`) order by t.id limit 500`,
			pgx.NamedArgs{"scope": s.Paths(), "fresh": db.Now().Add(-ward.MoverForgets)}); err != nil {
			return err
		}
		ground, err = footGround(ctx, tx, to)
		return err
	})
	if err != nil {
		return nil, err
	}
	from := make([]orb.Point, len(rows))
	for i, r := range rows {
		from[i] = r.Pt
	}
	metres := db.onFoot(ground, from, to)
	near = make([]ward.NearTeam, len(rows))
	for i, r := range rows {
		near[i] = ward.NearTeam{Team: r.Team, Name: r.Name, Kind: r.Kind, State: r.State, Straight: math.Round(geo.Distance(r.Pt, to)), Place: "base", At: r.At}
		if r.At != nil {
			near[i].Place = "position"
		}
		if m := math.Round(metres[i]); !math.IsInf(m, 1) {
			near[i].Metres = &m
		}
	}
	slices.SortStableFunc(near, func(a, b ward.NearTeam) int {
		return cmp.Or(cmp.Compare(busy(a), busy(b)), cmp.Compare(toWalk(a), toWalk(b)))
	})
	return near, nil
}

func busy(t ward.NearTeam) int {
	if t.State == "on_duty" {
		return 0
	}
	return 1
}

// toWalk orders who cannot get there behind everybody who can.
func toWalk(t ward.NearTeam) float64 {
	if t.Metres == nil {
		return 1e6 + t.Straight
	}
	return *t.Metres
}

// footGround reads the ways and barriers around a point.
func footGround(ctx context.Context, q querier, at orb.Point) (g ward.FootGround, err error) {
	args := pgx.NamedArgs{"at": at, "reach": footDegrees}
	type way struct {
		Line   orb.LineString
		Bridge bool
	}
	ways, err := many[way](ctx, q, `
		select d.geom as line, r.bridge from road r, st_dump(r.geom) d where r.kind in ('main','secondary','minor','path') and r.geom && st_expand(@at::geometry, @reach)
		union all select d.geom, false from lane l, st_dump(l.geom) d where l.geom && st_expand(@at::geometry, @reach)`, args)
	if err != nil {
		return g, err
	}
	for _, w := range ways {
		g.Ways, g.Bridges = append(g.Ways, w.Line), append(g.Bridges, w.Bridge)
	}
	type barrier struct{ Line orb.LineString }
	barriers, err := many[barrier](ctx, q, `select d.geom as line from road r, st_dump(r.geom) d where r.kind in ('wall','river','rail') and r.geom && st_expand(@at::geometry, @reach)`, args)
	for _, b := range barriers {
		g.Barriers = append(g.Barriers, b.Line)
	}
	return g, err
}

// onFoot is how far each of the places is on foot, metres; +Inf when nobody
// gets there, or when nobody can tell.
func (db *DB) onFoot(g ward.FootGround, from []orb.Point, to orb.Point) []float64 {
	if db.Foot == nil {
		return slices.Repeat([]float64{math.Inf(1)}, len(from))
	}
	return db.Foot(g, from, to)
}
