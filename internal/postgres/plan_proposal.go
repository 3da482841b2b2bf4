package postgres

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// PlanGround reads one community as a plan sees it.
func (db *DB) PlanGround(ctx context.Context, s ward.Scope, plan, community int64) (g *ward.Ground, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		p, communities, err := planHead(ctx, tx, s, plan, false)
		if err != nil {
			return err
		}
		if err := p.Drawable(); err != nil {
			return err
		}
		if p.Kind == ward.PlanOfMicros {
			return ward.Errorf(ward.Conflict, "微网格方案不能自动划三案")
		}
		if !slices.Contains(communities, community) {
			return ward.Errorf(ward.NotFound, "社区不在方案范围内")
		}
		g, err = db.planGround(ctx, tx, p, []int64{community})
		return err
	})
	return g, err
}

// SaveProposals keeps drawings of a plan as drafts of their own, all or none,
// and says their numbers: each a copy of the plan with one gesture for each
// community, which its author can undo. Stale when the plan has changed since
// the version that was drawn from.
func (db *DB) SaveProposals(ctx context.Context, s ward.Scope, plan, version int64, proposals []ward.PlanProposal) (ids []int64, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		p, communities, err := planHead(ctx, tx, s, plan, true)
		if err != nil {
			return err
		}
		if p.Version != version {
			return &ward.Error{Code: ward.Stale, Message: "方案在计算时被改动了，请重新发起自动划分", Current: p}
		}
		ids = nil
		for _, one := range proposals {
			id, err := db.saveProposal(ctx, tx, s, p, communities, one)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

func (db *DB) saveProposal(ctx context.Context, tx pgx.Tx, s ward.Scope, model ward.Plan, communities []int64, one ward.PlanProposal) (int64, error) {
	id, err := createPlan(ctx, tx, s, uuid.Nil, ward.PlanNew{
		Name: shortened(model.Name, one.Name), Kind: model.Kind, Communities: communities, From: "copy", Plan: model.ID, Low: model.Low, High: model.High, PersonsHigh: model.PersonsHigh,
	})
	if err != nil {
		return 0, err
	}
	for _, d := range one.Drawings {
		p, _, err := planHead(ctx, tx, s, id, true)
		if err != nil {
			return 0, err
		}
		w := &gesture{db: db, tx: tx, scope: s, plan: p, op: ward.PlanOp{Kind: "auto"}}
		if w.ground, err = db.planGround(ctx, tx, p, []int64{d.Community}); err != nil {
			return 0, err
		}
		w.delta = w.ground.Redrawn(d.Cells, d.Grid, d.Continues)
		if err := w.ground.Allowed(w.delta); err != nil {
			return 0, err
		}
		if w.delta.Empty() {
			continue
		}
		if err := w.save(ctx, uuid.Nil); err != nil {
			return 0, fmt.Errorf("keeping a proposal: %w", err)
		}
	}
	return id, nil
}

// shortened joins the name of a plan and of a proposal within the length a name may have.
func shortened(plan, proposal string) string {
	room := ward.PlanNameLongest - utf8.RuneCountInString(proposal) - 1
	if name := []rune(plan); len(name) > room {
		plan = string(name[:room])
	}
	return plan + "·" + proposal
}
