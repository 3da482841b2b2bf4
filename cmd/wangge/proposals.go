package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wangge/internal/autodraw"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// proposals draws several drafts of a plan as a job.
type proposals struct {
	db   *postgres.DB
	jobs *postgres.Jobs
}

// bentNames say what sets a draft apart; a draft for each that differs.
var bentNames = map[autodraw.Bent]string{autodraw.AsAsked: "均衡", autodraw.Stay: "少动住户", autodraw.Roads: "沿道路", autodraw.Round: "紧凑"}

// Propose starts the job. Its result names the drafts.
func (p proposals) Propose(ctx context.Context, s ward.Scope, plan int64, order ward.PlanProposalOrder) (ward.Job, error) {
	head, err := p.db.Plan(ctx, s, plan)
	if err != nil {
		return ward.Job{}, err
	}
	if err := head.Editable(); err != nil {
		return ward.Job{}, err
	}
	return p.jobs.Start(ctx, s, postgres.JobStart{ID: order.Job, Kind: "plan-proposals", Title: "自动划分三案 " + head.Name}, func(ctx context.Context, t *postgres.Task) (map[string]any, error) {
		drafts, err := p.draw(ctx, s, head, order, t)
		if err != nil {
			return nil, err
		}
		// Ended early, the best so far is worth keeping.
		early := ctx.Err() != nil
		t.Progress(0.98, "正在存为草稿")
		ids, err := p.db.SaveProposals(context.WithoutCancel(ctx), s, plan, head.Version, drafts)
		if err != nil {
			return nil, err
		}
		said := fmt.Sprintf("已存为%d个草稿", len(ids))
		if early {
			said = fmt.Sprintf("提前停止，当前最好的已存为%d个草稿", len(ids))
		}
		t.Progress(1, said)
		return map[string]any{"plan": plan, "plans": ids}, nil
	})
}

// draw proposes for one community after the other. A community that was not
// reached before the job was ended stays as it is in every draft.
func (p proposals) draw(ctx context.Context, s ward.Scope, head ward.Plan, order ward.PlanProposalOrder, t *postgres.Task) ([]ward.PlanProposal, error) {
	var bents []autodraw.Bent
	found := map[autodraw.Bent]map[int64]ward.PlanDrawing{}
	first := map[int64]ward.PlanDrawing{}
	for i, c := range head.Communities {
		if ctx.Err() != nil && i > 0 {
			break
		}
		tell := func(share float64) {
			t.Progress(0.97*(float64(i)+share)/float64(len(head.Communities)), fmt.Sprintf("%s（第%d个社区，共%d个）", c.Name, i+1, len(head.Communities)))
		}
		tell(0)
		drawings, err := p.drawCommunity(ctx, s, head, c.ID, order, tell)
		if err != nil {
			return nil, err
		}
		for _, d := range drawings {
			if found[d.bent] == nil {
				found[d.bent] = map[int64]ward.PlanDrawing{}
				bents = append(bents, d.bent)
			}
			found[d.bent][c.ID] = d.PlanDrawing
			if _, known := first[c.ID]; !known {
				first[c.ID] = d.PlanDrawing
			}
		}
	}
	if len(bents) == 0 {
		return nil, ward.Errorf(ward.Invalid, "方案范围里还没有地块，请先导入楼栋和道路")
	}
	bents = bents[:min(len(bents), ward.PlanProposals)]
	return gather(head, bents, found, first), nil
}

// gather makes a draft of each bent; where a community has no drawing of it, the
// one as asked stands in.
func gather(head ward.Plan, bents []autodraw.Bent, found map[autodraw.Bent]map[int64]ward.PlanDrawing, first map[int64]ward.PlanDrawing) []ward.PlanProposal {
	var out []ward.PlanProposal
	for _, bent := range bents {
		one := ward.PlanProposal{Name: bentNames[bent]}
		for _, c := range head.Communities {
			drawing, own := found[bent][c.ID]
			if !own {
				drawing, own = first[c.ID]
			}
			if own {
				one.Drawings = append(one.Drawings, drawing)
			}
		}
		out = append(out, one)
	}
	return out
}

// bentDrawing is a drawing and what it leans to.
type bentDrawing struct {
	bent autodraw.Bent
	ward.PlanDrawing
}

func (p proposals) drawCommunity(ctx context.Context, s ward.Scope, head ward.Plan, community int64, order ward.PlanProposalOrder, tell func(float64)) ([]bentDrawing, error) {
	// Reading is short and must not fail because the drawing is to end early.
	g, err := p.db.PlanGround(context.WithoutCancel(ctx), s, head.ID, community)
	if err != nil {
		return nil, err
	}
	if g.Plan.Version != head.Version {
		return nil, ward.Errorf(ward.Conflict, "方案在计算时被改动了，请重新发起自动划分")
	}
	ids, labels, cells := cellsOf(g, community)
	if len(ids) == 0 {
		return nil, nil
	}
	region, err := autodraw.New(cells, bordersOf(g, ids, cells))
	if err != nil {
		return nil, fmt.Errorf("showing a community to the drawer: %w", err)
	}
	drawn, err := autodraw.Propose(ctx, region, autodraw.Options{
		Scratch: order.Scratch || len(labels) == 0, Least: g.Plan.Low, Most: g.Plan.High, MostPersons: g.Plan.PersonsHigh,
		Keep: order.Keep, Roads: order.Roads, Compact: order.Compact, Seed: order.Seed, Progress: tell,
	}, ward.PlanProposals)
	var number autodraw.ErrGrids
	if errors.As(err, &number) {
		return nil, ward.Errorf(ward.Invalid, "社区最少%d个、最多%d个网格", number.Least, number.Most)
	}
	if err != nil {
		return nil, fmt.Errorf("drawing a community: %w", err)
	}
	var out []bentDrawing
	for _, d := range drawn {
		out = append(out, bentDrawing{d.Bent, ward.PlanDrawing{Community: community, Cells: slices.Clone(ids), Grid: d.Grid, Continues: labelsOf(d.Continues, labels)}})
	}
	return out, nil
}

// labelsOf are the labels a drawing continues, 0 for a grid to be founded.
func labelsOf(continues []int32, labels []int64) []int64 {
	out := make([]int64, len(continues))
	for i, old := range continues {
		if old >= 0 {
			out[i] = labels[old]
		}
	}
	return out
}
