package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

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
	var day string
	var paths []string
	err = db.Pool.QueryRow(ctx, `select s.plan, s.until, to_char(s.until at time zone 'Asia/Shanghai', 'YYYY-MM-DD'), array(select a.path::text from plan_community c join area a on a.id = c.community where c.plan = s.plan) from plan_share s where s.token_sha256 = $1`, sum[:]).
		Scan(&plan, &out.Until, &day, &paths)
	switch {
	case err == pgx.ErrNoRows:
		return out, ward.Errorf(ward.NotFound, "这个链接已被收回或更换，请向起草人索取新的链接")
	case err != nil:
		return out, fmt.Errorf("reading a link: %w", err)
	case !out.Until.After(db.Now()):
		return out, ward.Errorf(ward.NotFound, "这个链接已于%s到期，请向起草人索取新的链接", day)
	}
	scope := ward.System(paths...).Masked() // the link's territory is its plan
	p, err := db.Plan(ctx, scope, plan)
	if err != nil {
		return out, err
	}
	out.Name, out.State, out.Effective, out.ChangedAt = p.Name, p.State, p.Effective, p.ChangedAt
	for _, c := range p.Communities {
		out.Communities = append(out.Communities, c.Name)
	}
	out.Grids = []ward.SharedGrid{}
	grids, err := db.PlanGrids(ctx, scope, plan, ward.PlanView{})
	for _, g := range grids {
		if g.Cells > 0 {
			out.Grids = append(out.Grids, g.Shared())
		}
	}
	return out, err
}
