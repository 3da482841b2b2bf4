package api

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func (s *Server) plans(ctx context.Context, in *struct{ ward.PlanFilter }) (*struct{ Body ward.Page[ward.Plan] }, error) {
	page, err := s.Store.Plans(ctx, ward.ScopeFrom(ctx), in.PlanFilter)
	return answer(ctx, s, page, err)
}

func (s *Server) plan(ctx context.Context, in *Numbered) (*struct{ Body ward.Plan }, error) {
	p, err := s.Store.Plan(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, p, err)
}

func (s *Server) createPlan(ctx context.Context, in *struct {
	Keyed
	Body ward.PlanNew
},
) (*struct{ Body ward.Plan }, error) {
	p, err := s.Store.CreatePlan(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answer(ctx, s, p, err)
}

func (s *Server) changePlan(ctx context.Context, in *struct {
	Numbered
	Body ward.PlanChange
},
) (*struct{ Body ward.Plan }, error) {
	p, err := s.Store.ChangePlan(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, s, p, err)
}

func (s *Server) drawPlan(ctx context.Context, in *struct {
	Numbered
	Key  uuid.UUID `header:"Idempotency-Key" doc:"操作编号（UUIDv7），重发时保持不变；预演可不带"`
	Body ward.PlanOp
},
) (*struct{ Body ward.PlanEdit }, error) {
	if in.Key == uuid.Nil && !in.Body.Preview {
		return nil, s.problem(ctx, &ward.Error{Code: ward.Invalid, Message: "缺少操作编号", Fields: []ward.FieldError{{Field: "Idempotency-Key", Message: "请带上操作编号"}}})
	}
	edit, err := s.Store.DrawPlan(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answer(ctx, s, edit, err)
}

func (s *Server) planLog(ctx context.Context, in *struct {
	Numbered
	After int64 `query:"after" minimum:"0" doc:"只要这个版本以后的"`
},
) (*struct{ Body []ward.PlanLogEntry }, error) {
	log, err := s.Store.PlanLog(ctx, ward.ScopeFrom(ctx), in.ID, in.After)
	return answer(ctx, s, log, err)
}

// PlanViewed is what part of which plan is asked for.
type PlanViewed struct {
	Numbered
	ward.PlanView
}

func (s *Server) planCells(ctx context.Context, in *PlanViewed) (*struct{ Body ward.PlanCells }, error) {
	cells, err := s.Store.PlanCells(ctx, ward.ScopeFrom(ctx), in.ID, in.PlanView)
	return answer(ctx, s, cells, err)
}

func (s *Server) planGrids(ctx context.Context, in *PlanViewed) (*struct{ Body []ward.PlanGrid }, error) {
	grids, err := s.Store.PlanGrids(ctx, ward.ScopeFrom(ctx), in.ID, in.PlanView)
	return answer(ctx, s, grids, err)
}

func (s *Server) planChecks(ctx context.Context, in *PlanViewed) (*struct{ Body []ward.PlanCheck }, error) {
	checks, err := s.Store.PlanChecks(ctx, ward.ScopeFrom(ctx), in.ID, in.PlanView)
	return answer(ctx, s, checks, err)
}

// answer is the body of an operation, or its problem.
func answer[T any](ctx context.Context, s *Server, body T, err error) (*struct{ Body T }, error) {
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body T }{body}, nil
}

// planStep makes an operation of one step of a plan.
func (s *Server) planStep(action string) func(context.Context, *struct {
	Numbered
	Body ward.PlanStep
}) (*struct{ Body ward.Plan }, error) {
	return func(ctx context.Context, in *struct {
		Numbered
		Body ward.PlanStep
	},
	) (*struct{ Body ward.Plan }, error) {
		p, err := s.Store.StepPlan(ctx, ward.ScopeFrom(ctx), in.ID, action, in.Body)
		return answer(ctx, s, p, err)
	}
}

func (s *Server) planImpact(ctx context.Context, in *Numbered) (*struct{ Body ward.PlanImpact }, error) {
	impact, err := s.Store.PlanImpact(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, impact, err)
}

func (s *Server) comparePlans(ctx context.Context, in *struct {
	Numbered
	With []int64 `query:"with,explode" maxItems:"3" doc:"一同比较的方案，至多三个"`
},
) (*struct{ Body []ward.PlanScore }, error) {
	scores, err := s.Store.ComparePlans(ctx, ward.ScopeFrom(ctx), append([]int64{in.ID}, in.With...))
	return answer(ctx, s, scores, err)
}

func (s *Server) gridLineage(ctx context.Context, in *Numbered) (*struct{ Body []ward.GridDescent }, error) {
	lines, err := s.Store.GridLineage(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, lines, err)
}

func (s *Server) buildingGrids(ctx context.Context, in *Numbered) (*struct{ Body []ward.GridStay }, error) {
	stays, err := s.Store.BuildingGrids(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, stays, err)
}

func (s *Server) gridFigures(ctx context.Context, in *struct {
	Month   string `query:"month" required:"true" maxLength:"7" doc:"月份（2026-11）"`
	Borders string `query:"borders" enum:"then,today" default:"then" doc:"按当时的网格，或按今天的网格"`
},
) (*struct{ Body []ward.GridFigure }, error) {
	figures, err := s.Store.GridFigures(ctx, ward.ScopeFrom(ctx), in.Month, in.Borders)
	return answer(ctx, s, figures, err)
}
