package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Pack reads what a device keeps of a grid, names masked whoever asks.
func (db *DB) Pack(ctx context.Context, s ward.Scope, grid int64) (p ward.Pack, err error) {
	s = s.Masked()
	p.At = db.Now()
	if p.Grid, err = db.GridCard(ctx, s, grid); err != nil {
		return p, err
	}
	inGrid := ward.Filter{Grid: grid}
	err = db.read(ctx, func(tx pgx.Tx) error {
		args := pgx.NamedArgs{"grid": grid, "limit": snapshotVisits, "history": ward.PackHistory}
		for _, step := range []func() error{
			func() (err error) {
				p.Areas, err = many[ward.Area](ctx, tx, `select `+areas.columns+` from area a join grid g on a.path @> g.path where g.id = @grid order by a.path`, args)
				return err
			},
			func() (err error) { p.Buildings, err = all(ctx, tx, buildings, s, inGrid); return err },
			func() (err error) { p.Doors, err = many[ward.PackDoor](ctx, tx, packDoors, args); return err },
			func() (err error) { p.Branches, err = all(ctx, tx, branches, s, inGrid); return err },
			func() (err error) { p.Hubs, err = all(ctx, tx, hubs, s, inGrid); return err },
			func() (err error) {
				p.HubLinks, err = many[ward.HubLink](ctx, tx, fmt.Sprintf(hubLinks, "n.grid = @grid"), args)
				return err
			},
			func() (err error) { p.Points, err = all(ctx, tx, points, s, inGrid); return err },
			func() (err error) { p.Teams, err = all(ctx, tx, teams, s, inGrid); return err },
			func() (err error) { p.Shifts, err = packShifts(ctx, tx, s, p.Teams, p.At); return err },
			func() (err error) {
				p.Visits, err = many[ward.VisitMark](ctx, tx, `
					select `+visitMarkColumns+` from `+visitFrom+` join building b on b.id = v.building
					where n.grid = @grid and v.occurred_at >= today()::timestamp at time zone 'Asia/Shanghai' order by v.occurred_at desc limit @limit`, args)
				return err
			},
			func() (err error) {
				p.Matters, err = many[ward.Visit](ctx, tx, `
					select `+visitColumns+` from `+visitFrom+` where n.grid = @grid and v.outcome <> 'none' and not v.told_back order by v.occurred_at desc, v.id limit @limit`, args)
				return err
			},
			func() (err error) {
				p.Asks, err = many[ward.Ask](ctx, tx, `select `+askColumns+` from `+askFrom+` where n.grid = @grid and a.told_at is null order by a.occurred_at desc, a.id limit @limit`, args)
				return err
			},
			func() (err error) {
				p.Items, err = many[ward.Item](ctx, tx, `select id, name, unit, retired from item where not retired order by id limit 500`, nil)
				return err
			},
			func() (err error) {
				own := campaigns.with(ward.System(p.Grid.Path), pgx.NamedArgs{})
				p.Campaigns, err = many[ward.Campaign](ctx, tx, `select `+campaigns.columns+` from `+campaigns.from+` where `+campaigns.within+` and p.doors > 0 and not c.closed and today() between c.starts and c.ends order by c.ends, c.id limit 50`, own)
				return err
			},
			func() (err error) {
				p.BorderWalks, err = borderWalks(ctx, tx, s, ward.BorderWalkFilter{Grid: grid, Open: true}, 0)
				return err
			},
			func() (err error) { p.History, err = many[ward.PackVisit](ctx, tx, packHistory, args); return err },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ward.Pack{}, err
	}
	open, err := db.Incidents(ctx, s, ward.IncidentFilter{Filter: ward.Filter{Grid: grid, Limit: ward.MaxLimit}, State: "open"})
	p.Incidents = open.Items
	return p, err
}

// packDoors are the doors of a grid in the order they are walked: building by
// building, unit by unit, from the top floor down.
const packDoors = `
	select ` + doorColumns + `, h.building, h.persons
	from household h join building b on b.id = h.building join cell_now n on n.cell = b.cell
	where n.grid = @grid and h.ended is null order by b.pt, h.building, h.unit, h.floor desc, h.room`

// packHistory are the latest visits of each door of a grid, those of a door
// together, the newest first.
const packHistory = `
	select v.id, v.household, v.occurred_at, v.kind, v.met, v.outcome, case when v.outcome = 'none' then '' else matter_state(v) end as matter, coalesce(v.follow_up::text, '') as follow_up
	from household h join building b on b.id = h.building join cell_now n on n.cell = b.cell
	cross join lateral (select v from visit v where v.household = h.id order by v.occurred_at desc, v.id limit @history) latest cross join lateral (select (latest.v).*) v
	where n.grid = @grid and h.ended is null order by v.household, v.occurred_at desc, v.id`

// all reads every page of a noun.
func all[T any](ctx context.Context, q querier, n noun[T], s ward.Scope, f ward.Filter) ([]T, error) {
	items := []T{}
	for f.Limit = ward.MaxLimit; ; {
		page, err := n.find(ctx, q, s, f)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if page.Next == "" {
			return items, nil
		}
		f.After = page.Next
	}
}
