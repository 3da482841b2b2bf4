package postgres

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// incidentBoard is the board of an incident (ward.BoardOf).
const incidentBoard = `case i.state when 'reported' then case when i.accepted then 'file' else 'intake' end when 'verifying' then 'verify' when 'filed' then 'dispatch'
	when 'dispatched' then 'handle' when 'handling' then 'handle' when 'suspended' then 'handle' when 'checking' then 'check' when 'follow_up' then 'follow' else '' end`

// onMyBoards is the condition for what waits for the person: on a board of a
// role held over the place; to be handled only by one's own unit, to be checked
// only by somebody else, to be approved by the duty head.
func onMyBoards(s ward.Scope) (clause string, args pgx.NamedArgs) {
	args = pgx.NamedArgs{"p_head": s.PathsOf(ward.DutyHead), "p_grid": s.PathsOf(ward.GridLeader, ward.GridStaff), "grid_unit": ward.GridUnit}
	parts := []string{`(i.asked <> '' and i.asked_by is distinct from @actor and n.path <@ any(@p_head::ltree[]))`, `(i.handler_unit = @grid_unit and ` + incidentBoard + ` = 'handle' and n.path <@ any(@p_grid::ltree[]))`}
	for _, board := range ward.BoardNames() {
		paths := s.PathsOf(ward.BoardRoles(board)...)
		if len(paths) == 0 {
			continue
		}
		args["p_"+board] = paths
		part := incidentBoard + ` = '` + board + `' and n.path <@ any(@p_` + board + `::ltree[])`
		switch board {
		case "handle":
			part += ` and exists (select 1 from account me where me.id = @actor and me.unit in ('', i.handler_unit) and i.handler_unit <> @grid_unit)`
		case "check":
			part += ` and not @actor = any(i.handlers)`
		}
		parts = append(parts, "("+part+")")
	}
	return "(" + strings.Join(parts, " or ") + ")", args
}

// IncidentBoards counts the boards by light.
func (db *DB) IncidentBoards(ctx context.Context, s ward.Scope) ([]ward.IncidentBoard, error) {
	mine, args := onMyBoards(s)
	args["boards"] = ward.BoardNames()
	return many[ward.IncidentBoard](ctx, db.Pool, `
		with here as (select `+incidentBoard+` as board, incident_light(i.id, @now) as light, `+mine+` as mine from `+incidentFrom+` where `+incidentOpen+` and `+incidentWithin+`)
		select b.board, count(h.board) as total, count(*) filter (where h.mine) as mine, count(*) filter (where h.light = 'green') as green, count(*) filter (where h.light = 'yellow') as yellow,
		  count(*) filter (where h.light = 'red') as red, count(*) filter (where h.light = 'card') as card, count(*) filter (where h.light = 'paused') as paused
		from unnest(@boards::text[]) with ordinality b(board, place) left join here h on h.board = b.board group by b.board, b.place order by b.place`, db.incidentArgs(s, args))
}

// Duplicates lists open incidents of the same heading within the radius of the
// class, the nearest first.
func (db *DB) Duplicates(ctx context.Context, s ward.Scope, class string, at orb.Point, but uuid.UUID) ([]ward.Duplicate, error) {
	return many[ward.Duplicate](ctx, db.Pool, `
		select i.id, i.number, c.name as class_name, i.state, i.place, i.received_at, st_distance(i.pt::geography, @at::geometry::geography) as metres, i.pt as location
		from `+incidentFrom+`, incident_class k
		where k.code = @class and c.parent = k.parent and i.id <> @but and `+incidentOpen+` and `+incidentWithin+`
		  and i.pt && st_expand(@at::geometry, k.duplicate_radius / 50000) and st_dwithin(i.pt::geography, @at::geometry::geography, k.duplicate_radius)
		order by metres, i.id limit 10`, db.incidentArgs(s, pgx.NamedArgs{"class": class, "at": at, "but": but}))
}
