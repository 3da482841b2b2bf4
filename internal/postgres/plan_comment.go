package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const planCommentColumns = `c.id, c.plan, c.author, a.name as author_name, c.at, c.text, c.cell, c.across, c.pt as location, c.resolved_at, c.version`

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
			err = tx.QueryRow(ctx, `
				insert into plan_comment (plan, author, text, cell, across, pt)
				select $1, $2, $3, c.id, nullif($5::bigint, 0), coalesce($6::geometry, st_transform(c.pt, 4326))
				from cell c join cell_community cc on cc.cell = c.id and upper_inf(cc.valid) join plan_community pc on pc.plan = $1 and pc.community = cc.community
				where c.id = $4 and ($5::bigint = 0 or exists (select from cell_arc a where (a.l, a.r) in (($4, $5), ($5, $4)))) returning id`,
				plan, s.Actor(), r.Text, r.Cell, r.Across, r.Location).Scan(&id)
			if err == pgx.ErrNoRows {
				return 0, &ward.Error{Code: ward.Invalid, Message: "这个地块或边界不在方案里", Fields: []ward.FieldError{{Field: "cell", Message: "请重新选择地块或边界"}}}
			}
			if err != nil {
				return 0, fmt.Errorf("writing a comment: %w", err)
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

// SharePlan makes a view-only link; a former one ends.
func (db *DB) SharePlan(ctx context.Context, s ward.Scope, plan int64) (link ward.PlanLink, err error) {
	link = ward.PlanLink{Token: rand.Text(), Until: db.Now().AddDate(0, 0, ward.PlanLinkDays).Truncate(time.Second)}
	sum := sha256.Sum256([]byte(link.Token))
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, plan, true); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into plan_share (plan, token_sha256, made_by, until) values ($1, $2, $3, $4)
			on conflict (plan) do update set token_sha256 = excluded.token_sha256, made_by = excluded.made_by, until = excluded.until, at = now()`, plan, sum[:], s.Actor(), link.Until); err != nil {
			return fmt.Errorf("sharing a plan: %w", err)
		}
		return appendAudit(ctx, tx, s, "share-plan", "plan", fmt.Sprint(plan), "")
	})
	return link, err
}

// UnsharePlan ends the link of a plan.
func (db *DB) UnsharePlan(ctx context.Context, s ward.Scope, plan int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, plan, true); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from plan_share where plan = $1`, plan); err != nil {
			return fmt.Errorf("ending the link of a plan: %w", err)
		}
		return appendAudit(ctx, tx, s, "unshare-plan", "plan", fmt.Sprint(plan), "")
	})
}

// SharedPlan is what the holder of a link sees.
func (db *DB) SharedPlan(ctx context.Context, token string) (out ward.SharedPlan, err error) {
	sum := sha256.Sum256([]byte(token))
	var plan int64
	var paths []string
	err = db.Pool.QueryRow(ctx, `select s.plan, array(select a.path::text from plan_community c join area a on a.id = c.community where c.plan = s.plan) from plan_share s where s.token_sha256 = $1 and s.until > $2`, sum[:], db.Now()).Scan(&plan, &paths)
	if err == pgx.ErrNoRows {
		return out, ward.Errorf(ward.NotFound, "链接已失效，请向起草人索取新的链接")
	}
	if err != nil {
		return out, fmt.Errorf("reading a link: %w", err)
	}
	scope := ward.System(paths...).Masked() // the link's territory is its plan
	out.Grids = []ward.SharedGrid{}
	p, err := db.Plan(ctx, scope, plan)
	if err != nil {
		return out, err
	}
	out.Name, out.State = p.Name, p.State
	grids, err := db.PlanGrids(ctx, scope, plan, ward.PlanView{})
	for _, g := range grids {
		if g.Cells > 0 {
			out.Grids = append(out.Grids, ward.SharedGrid{Grid: g.Grid, Name: g.Name, Households: g.Households, Buildings: g.Buildings, Parts: g.Parts, Shape: g.Shape})
		}
	}
	return out, err
}

// PlanAssignments lists the assignment table of a plan and writes down that it
// was taken out.
func (db *DB) PlanAssignments(ctx context.Context, s ward.Scope, plan int64) (out []ward.AssignedCell, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, plan, false); err != nil {
			return err
		}
		out, err = many[ward.AssignedCell](ctx, tx, `
			select q.cell, coalesce(b.code, '') as building, coalesce(nullif(pg.state->>'code', ''), g.code, pg.state->>'name', '') as grid
			from (select cc.cell, coalesce(pc.label, h.grid, 0) label from plan_community c join cell_community cc on cc.community = c.community and upper_inf(cc.valid)
			  left join cell_head h on h.cell = cc.cell left join plan_cell pc on pc.plan = c.plan and pc.cell = cc.cell where c.plan = @plan) q
			left join grid g on g.id = q.label left join plan_grid pg on pg.plan = @plan and pg.label = q.label left join building b on b.cell = q.cell
			where q.label <> 0 order by q.cell, b.code`, pgx.NamedArgs{"plan": plan})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, db.NoteExport(ctx, s, "plan", "csv")
}
