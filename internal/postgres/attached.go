package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Photos and recordings (p) are attached to an incident or a visit by its noun
// and id. They may arrive before it, and are seen by whoever sees it. Photos of an
// answer at a border are only sent here; they are seen with it (BorderPhoto).

// attachedTo ties p to its thing and to where the cell of that is today.
const attachedTo = `left join incident i on p.noun = 'incident' and i.id = p.entity left join incident_class c on c.code = i.class
	left join visit v on p.noun = 'visit' and v.id = p.entity left join cell_now n on n.cell = coalesce(i.cell, v.cell)`

// attachedWithin: what belongs to visits is for those who walk (@names), to
// disputes for those who deal with them; before the thing is there, for the
// sender.
const attachedWithin = `(p.noun = 'incident' or @names) and (n.path <@ any(@scope::ltree[]) and (i.id is null or ` + incidentHeard + `) or (i.id is null and v.id is null and p.owner = @actor))`

// attachedArgs are what attachedWithin needs.
func attachedArgs(s ward.Scope, more pgx.NamedArgs) pgx.NamedArgs {
	more["scope"], more["names"], more["private"], more["actor"] = s.Paths(), s.SeesNames(), s.SeesPrivate(), s.Actor()
	return more
}

// attachable: not_found when the thing @noun @entity is there and neither within
// the territory nor the sender's own: it may lie elsewhere by the time its files
// arrive.
func attachable(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) error {
	var outside bool
	err := tx.QueryRow(ctx, `
		select exists (select 1 from (select cell from incident where @noun = 'incident' and id = @entity and reporter <> @actor union all select cell from visit where @noun = 'visit' and id = @entity and visitor <> @actor) t
		  left join cell_now n on n.cell = t.cell where not coalesce(n.path <@ any(@scope::ltree[]), false))
		  or exists (select 1 from border_answer where @noun = 'border_answer' and id = @entity and account <> @actor)`, args).Scan(&outside)
	if err == nil && outside {
		err = ward.Errorf(ward.NotFound, "没有这件事，或不在您的辖区内")
	}
	return err
}
