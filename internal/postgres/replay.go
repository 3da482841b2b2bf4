package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// replayColumns are those of an incident at a step of its way.
const replayColumns = `i.id, c.name as class_name, i.urgency, i.pt as location`

// Replay reads what went on in the scope, see ward.Replay. Private incidents
// are not among it.
func (db *DB) Replay(ctx context.Context, s ward.Scope, from, to time.Time) (r ward.Replay, err error) {
	if err := ward.CheckReplay(from, to, db.Now()); err != nil {
		return r, err
	}
	r.From, r.To = from, to
	args := pgx.NamedArgs{"scope": s.Paths(), "from": from, "to": to}
	err = db.look(ctx, func(tx pgx.Tx) (err error) {
		if r.Open, err = many[ward.ReplayIncident](ctx, tx, `
			select `+replayColumns+`, i.received_at as at, coalesce((select t.to_state from incident_step t where t.incident = i.id and t.at <= @from order by t.version desc limit 1), 'reported') as state
			from incident i join incident_class c on c.code = i.class join cell_now n on n.cell = i.cell
			where not c.private and n.path <@ any(@scope::ltree[]) and i.received_at <= @from and coalesce(i.closed_at, 'infinity') > @from order by i.received_at desc, i.id limit 1000`, args); err != nil {
			return err
		}
		if r.Visits, err = many[ward.ReplayVisits](ctx, tx, `
			select date_bin('5 minutes', v.occurred_at, @from) as at, n.grid, sh.label as location, case when count(*) < 3 then 2 else count(*) end::int as count
			from visit v join cell_now n on n.cell = v.cell join grid_shape_now sh on sh.grid = n.grid
			where n.path <@ any(@scope::ltree[]) and v.occurred_at >= @from and v.occurred_at < @to group by 1, 2, 3 order by 1, 2 limit 5000`, args); err != nil {
			return err
		}
		if r.Incidents, err = many[ward.ReplayIncident](ctx, tx, `
			select `+replayColumns+`, t.at, t.to_state as state from incident_step t join incident i on i.id = t.incident join incident_class c on c.code = i.class join cell_now n on n.cell = i.cell
			where not c.private and n.path <@ any(@scope::ltree[]) and t.at > @from and t.at < @to and (t.from_state <> t.to_state or t.action = 'report') order by t.at, i.id limit 5000`, args); err != nil {
			return err
		}
		r.Teams, err = many[ward.ReplayPlace](ctx, tx, `
			select distinct on (date_trunc('minute', k.at), k.team) k.at, k.team, k.pt as location from team_track k join team t on t.id = k.team join area a on a.id = t.area
			where k.at >= @from and k.at < @to and (a.path <@ any(@scope::ltree[]) or exists (select 1 from grid g where g.id = k.grid and g.path <@ any(@scope::ltree[])))
			order by date_trunc('minute', k.at), k.team, k.at limit 20000`, args)
		return err
	})
	return r, err
}
