package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const planCommentColumns = `c.id, c.plan, c.author, a.name as author_name, c.at, c.text, c.cell, c.across, c.reply_to, c.pt as location, c.resolved_at, c.version`

// planCommentIn reads a comment within the territory of its plan.
const planCommentFrom = `plan_comment c join plan p on p.id = c.plan join account a on a.id = c.author`

// PlanComments lists the comments of a plan, oldest first.
func (db *DB) PlanComments(ctx context.Context, s ward.Scope, plan int64) (out []ward.PlanComment, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, plan, false); err != nil {
			return err
		}
		out, err = many[ward.PlanComment](ctx, tx, `select `+planCommentColumns+` from `+planCommentFrom+` where c.plan = @plan order by c.id limit 1000`, pgx.NamedArgs{"plan": plan})
		return err
	})
	return out, err
}

// CommentPlan pins a remark to a cell or a border, once for each key.
func (db *DB) CommentPlan(ctx context.Context, s ward.Scope, key uuid.UUID, plan int64, r ward.PlanRemark) (out ward.PlanComment, err error) {
	if err := r.Validate(); err != nil {
		return out, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, plan, true); err != nil {
			return err
		}
		id, err := command(ctx, tx, key, s.Actor(), digest("comment-plan", plan, r), func() (id int64, err error) {
			if r.ReplyTo > 0 {
				id, err = replyToComment(ctx, tx, s.Actor(), plan, r)
			} else {
				id, err = pinComment(ctx, tx, s.Actor(), plan, r)
			}
			if err != nil {
				return 0, err
			}
			if err := appendAudit(ctx, tx, s, "comment-plan", "plan", fmt.Sprint(plan), ""); err != nil {
				return 0, err
			}
			return id, appendPlan(ctx, tx, plan, key, "comment")
		})
		if err != nil {
			return err
		}
		out, err = planCommentIn(ctx, tx, s, id, "")
		return err
	})
	return out, err
}

// pinComment writes a comment at a cell or border of the plan.
func pinComment(ctx context.Context, tx pgx.Tx, actor, plan int64, r ward.PlanRemark) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		insert into plan_comment (plan, author, text, cell, across, pt)
		select $1, $2, $3, c.id, nullif($5::bigint, 0), coalesce($6::geometry, st_transform(c.pt, 4326))
		from cell c join cell_community cc on cc.cell = c.id and upper_inf(cc.valid) join plan_community pc on pc.plan = $1 and pc.community = cc.community
		where c.id = $4 and ($5::bigint = 0 or exists (select from cell_arc a where (a.l, a.r) in (($4, $5), ($5, $4)))) returning id`,
		plan, actor, r.Text, r.Cell, r.Across, r.Location).Scan(&id)
	if err == pgx.ErrNoRows {
		return 0, &ward.Error{Code: ward.Invalid, Message: "这个地块或边界不在方案里", Fields: []ward.FieldError{{Field: "cell", Message: "请重新选择地块或边界"}}}
	}
	if err != nil {
		return 0, fmt.Errorf("writing a comment: %w", err)
	}
	return id, nil
}

// replyToComment writes an answer below a comment; an answer to an answer stands
// below the same comment. What was ticked off is open again.
func replyToComment(ctx context.Context, tx pgx.Tx, actor, plan int64, r ward.PlanRemark) (id int64, err error) {
	var root int64
	err = tx.QueryRow(ctx, `
		insert into plan_comment (plan, author, text, cell, across, pt, reply_to)
		select $1, $2, $3, c.cell, c.across, c.pt, coalesce(c.reply_to, c.id) from plan_comment c where c.id = $4 and c.plan = $1 returning id, reply_to`,
		plan, actor, r.Text, r.ReplyTo).Scan(&id, &root)
	if err == pgx.ErrNoRows {
		return 0, &ward.Error{Code: ward.Invalid, Message: "要回复的批注不在这个方案里", Fields: []ward.FieldError{{Field: "replyTo", Message: "请重新读取批注"}}}
	}
	if err != nil {
		return 0, fmt.Errorf("answering a comment: %w", err)
	}
	if _, err := tx.Exec(ctx, `update plan_comment set version = version + 1, resolved_at = null, resolved_by = null where id = $1 and resolved_at is not null`, root); err != nil {
		return 0, fmt.Errorf("opening a comment again: %w", err)
	}
	return id, nil
}

func planCommentIn(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, lock string) (ward.PlanComment, error) {
	return one[ward.PlanComment](ctx, tx, "没有这条批注，或不在您的辖区内", `select `+planCommentColumns+` from `+planCommentFrom+` where c.id = @id and `+planWithin+lock, pgx.NamedArgs{"id": id, "scope": s.Paths()})
}

// ResolveComment ticks a comment off or opens it again.
func (db *DB) ResolveComment(ctx context.Context, s ward.Scope, id, version int64, resolved bool) (out ward.PlanComment, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		now, err := planCommentIn(ctx, tx, s, id, " for update of c, p")
		if err != nil {
			return err
		}
		if now.Version != version {
			return &ward.Error{Code: ward.Stale, Message: "这条批注已被他人处理", Current: now}
		}
		if _, err := tx.Exec(ctx, `update plan_comment set version = version + 1, resolved_at = case when $2 then now() end, resolved_by = case when $2 then $3::bigint end where id = $1`, id, resolved, s.Actor()); err != nil {
			return fmt.Errorf("resolving a comment: %w", err)
		}
		if err := appendAudit(ctx, tx, s, "resolve-plan-comment", "plan", fmt.Sprint(now.Plan), ""); err != nil {
			return err
		}
		if err := appendPlan(ctx, tx, now.Plan, uuid.Nil, "comment"); err != nil {
			return err
		}
		out, err = planCommentIn(ctx, tx, s, id, "")
		return err
	})
	return out, err
}

// PlanAssignments lists the assignment table of a plan and writes down that it
// was taken out.
func (db *DB) PlanAssignments(ctx context.Context, s ward.Scope, plan int64) (out []ward.AssignedCell, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		p, _, err := planHead(ctx, tx, s, plan, false)
		if err != nil {
			return err
		}
		out, err = many[ward.AssignedCell](ctx, tx, `
			select q.cell, coalesce(b.code, '') as building, coalesce(nullif(pg.state->>'code', ''), g.code, pg.state->>'name', '') as grid
			from (select cc.cell, coalesce(pc.label, h.grid, 0) label from plan_community c join cell_community cc on cc.community = c.community and upper_inf(cc.valid)
			  left join `+layerOf(p.Kind).head+` h on h.cell = cc.cell left join plan_cell pc on pc.plan = c.plan and pc.cell = cc.cell where c.plan = @plan) q
			left join grid g on g.id = q.label left join plan_grid pg on pg.plan = @plan and pg.label = q.label left join building b on b.cell = q.cell
			where q.label <> 0 order by q.cell, b.code`, pgx.NamedArgs{"plan": plan})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, db.NoteExport(ctx, s, "plan", "csv")
}
