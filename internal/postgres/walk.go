package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Walk lists the occupied doors of the scope grid by grid in walking order:
// building by building along a space-filling curve (PostGIS sorts geometries
// so), then unit by unit from the top floor down.
func (db *DB) Walk(ctx context.Context, s ward.Scope) ([]ward.WalkDoor, error) {
	return many[ward.WalkDoor](ctx, db.Pool, `
		select n.grid, h.id as household, b.id as building, case when c.name is null or position(c.name in b.name) > 0 then '' else c.name end || building_title(b.name, b.number) as place, b.pt as at
		from household h join building b on b.id = h.building left join courtyard c on c.id = b.courtyard join cell_now n on n.cell = b.cell
		where n.path <@ any(@scope::ltree[]) and h.use <> 'vacant'
		order by n.grid, b.pt, h.unit, h.floor desc, h.room`, pgx.NamedArgs{"scope": s.Paths()})
}

// Remember makes up visits of the months before from, for a demo: about one door
// in three each month, some grids more and some less, each by the account named
// walker || the grid's code in small letters. The same street gets the same ones.
func (db *DB) Remember(ctx context.Context, walker string, from time.Time, months int) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into visit (id, visitor, household, building, cell, grid, kind, met, outcome, started_at, ended_at, occurred_at, received_at, pt)
			select gen_random_uuid(), a.id, h.id, b.id, b.cell, n.grid, (array['four_hundred','four_hundred','policy','safety','aid'])[1 + dice % 5],
			       case when dice % 100 < 88 then 'met' when dice % 100 < 98 then 'nobody' else 'refused' end, 'none', at, at + interval '10 minutes', at + interval '10 minutes', at + interval '11 minutes', b.pt
			from household h join building b on b.id = h.building join cell_now n on n.cell = b.cell join grid g on g.id = n.grid join account a on a.login = @walker || lower(g.code),
			  generate_series(1, @months) as month,
			  lateral (select hashtextextended(h.code || '/' || month, 0) & 1048575 as dice) as d,
			  lateral (select date_trunc('day', @from::timestamptz) - make_interval(days => 30 * (month - 1) + 1 + (dice / 128 % 30)::int) + make_interval(hours => 1, mins => (dice / 64 % 600)::int) as at) as t
			where h.use <> 'vacant' and dice / 1024 % 100 < 20 + (hashtextextended(g.code, 1) & 1023) % 25`,
			pgx.NamedArgs{"walker": walker, "months": months, "from": from})
		return err
	})
}

// RememberRound makes up visits to the doors of a campaign between its first day
// and yesterday, for a demo: about two doors in three, some grids more and some
// less, each by the account named walker || the grid's code in small letters.
func (db *DB) RememberRound(ctx context.Context, walker string, campaign int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into visit (id, visitor, household, building, cell, grid, kind, met, outcome, started_at, ended_at, occurred_at, received_at, pt)
			select gen_random_uuid(), a.id, h.id, b.id, b.cell, n.grid, 'safety',
			       case when dice % 100 < 90 then 'met' when dice % 100 < 98 then 'nobody' else 'refused' end, 'none', at, at + interval '12 minutes', at + interval '12 minutes', at + interval '13 minutes', b.pt
			from campaign c join campaign_door d on d.campaign = c.id join household h on h.id = d.household join building b on b.id = h.building join cell_now n on n.cell = b.cell join grid g on g.id = n.grid
			  join account a on a.login = @walker || lower(g.code),
			  lateral (select least(c.ends, today() - 1) - c.starts + 1 as days) as span,
			  lateral (select hashtextextended(h.code || '/round', c.id) & 1048575 as dice) as x,
			  lateral (select (c.starts + (dice / 128 % greatest(span.days, 1))::int)::timestamp at time zone 'Asia/Shanghai' + make_interval(hours => 8, mins => (dice / 64 % 600)::int) as at) as t
			where c.id = @campaign and span.days > 0 and dice / 1024 % 100 < 45 + (hashtextextended(g.code, 2) & 1023) % 45`,
			pgx.NamedArgs{"walker": walker, "campaign": campaign})
		return err
	})
}

// Backdate makes the server's time of everything recorded so far its device
// time: only for the past days of a demo, which are played in a moment.
func (db *DB) Backdate(ctx context.Context) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		for _, sql := range []string{
			`update visit set received_at = occurred_at where received_at > occurred_at`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}
