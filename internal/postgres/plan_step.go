package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// StepPlan moves a plan through its states, see ward.Publishing.
func (db *DB) StepPlan(ctx context.Context, s ward.Scope, id int64, action string, step ward.PlanStep) (p ward.Plan, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		now, communities, err := planHead(ctx, tx, s, id, true)
		if err != nil {
			return err
		}
		next, err := now.NextPlanState(action, step.Version, s.Actor())
		if err != nil {
			return err
		}
		switch action {
		case "approve":
			err = refuseUnheard(ctx, tx, now)
		case "publish":
			err = db.publish(ctx, tx, s, now, communities, step)
		case "unschedule":
			err = db.unschedule(ctx, tx, s, now, communities)
		case "submit":
			err = db.refuseErrors(ctx, tx, now, communities)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update plan set state = $2, version = version + 1, changed_at = now(),
			  opinion = case when $3 = '' then opinion else $3 end,
			  approver = case when $4 = 'approve' then $5 when $2 = 'draft' then null else approver end,
			  effective = case when $4 = 'unschedule' then null else effective end
			where id = $1`, id, next, step.Opinion, action, s.Actor()); err != nil {
			return fmt.Errorf("moving a plan on: %w", err)
		}
		if err := voidWords(ctx, tx, id, next); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, s, action+"-plan", "plan", fmt.Sprint(id), step.Opinion); err != nil {
			return err
		}
		if err := appendPlan(ctx, tx, id, uuid.Nil, action); err != nil {
			return err
		}
		p, err = planIn(ctx, tx, s, id)
		return err
	})
	return p, err
}

// refuseErrors is a conflict that lists the findings that keep a plan from
// being published, in every community it changes.
func (db *DB) refuseErrors(ctx context.Context, tx pgx.Tx, p ward.Plan, communities []int64) error {
	var found []ward.PlanCheck
	err := db.planGrounds(ctx, tx, p, communities, func(g *ward.Ground) error {
		found = append(found, ward.Errors(g.CheckAll())...)
		return nil
	})
	if err != nil {
		return err
	}
	return refused(found)
}

func refused(found []ward.PlanCheck) error {
	if len(found) == 0 {
		return nil
	}
	return &ward.Error{Code: ward.Conflict, Message: fmt.Sprintf("有%d处错误要先改好：%s", len(found), found[0].Message), Current: found}
}

// effectiveDay reads the day a plan is to come into force: today or later.
func effectiveDay(ctx context.Context, tx pgx.Tx, text string) (day time.Time, today bool, err error) {
	bad := func(message string) error {
		return &ward.Error{Code: ward.Invalid, Message: message, Fields: []ward.FieldError{{Field: "effective", Message: message}}}
	}
	day, err = time.Parse(time.DateOnly, text)
	if err != nil {
		return day, false, bad("请填写生效日期，写作 2026-11-22")
	}
	var past bool
	if err := tx.QueryRow(ctx, `select $1::date < today(), $1::date = today()`, day).Scan(&past, &today); err != nil {
		return day, false, fmt.Errorf("asking for today: %w", err)
	}
	if past {
		return day, false, bad("生效日期不能早于今天")
	}
	return day, today, nil
}

// unschedule takes a publication back before its date: what was recorded is
// closed, never deleted, and the state before goes on.
func (db *DB) unschedule(ctx context.Context, tx pgx.Tx, s ward.Scope, p ward.Plan, communities []int64) error {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock_shared($1)`, coverageLock); err != nil {
		return fmt.Errorf("waiting for a build: %w", err)
	}
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1, community::int) from (select community from plan_community where plan = $2 order by community) c`, publishLock, p.ID); err != nil {
		return fmt.Errorf("waiting for another publication: %w", err)
	}
	var later int
	if err := tx.QueryRow(ctx, `select count(*) from publish_touch t left join cell_grid cg on cg.cell = t.cell and cg.layer = 1 and upper_inf(cg.recorded) and upper_inf(cg.valid) and cg.grid = t.to_grid and lower(cg.valid) = $2::date
		where t.seq = $1 and cg.cell is null`, p.Seq, p.Effective).Scan(&later); err != nil {
		return fmt.Errorf("looking for later publications: %w", err)
	}
	if later > 0 {
		return ward.Errorf(ward.Conflict, "其中%d个地块后来又有公布，请先取消后面的公布", later)
	}
	args := pgx.NamedArgs{"plan": p.ID, "seq": p.Seq, "effective": p.Effective, "actor": s.Actor(), "at": time.Time{}}
	day, err := time.Parse(time.DateOnly, p.Effective)
	if err != nil {
		return fmt.Errorf("reading the day of a publication: %w", err)
	}
	if err := db.unscheduleMicros(ctx, tx, communities, day, args); err != nil {
		return err
	}
	if err := runSteps(ctx, tx, unscheduleSQL, args); err != nil {
		return err
	}
	if err := db.redrawMoved(ctx, tx, communities, 1, "p_back", day); err != nil {
		return err
	}
	if err := refuseAstray(ctx, tx, communities); err != nil || p.Kind != ward.PlanOfCommunities {
		return err
	}
	return returnBorders(ctx, tx, p, day, args)
}
