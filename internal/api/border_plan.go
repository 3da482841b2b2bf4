package api

import (
	"context"

	"wangge/internal/ward"
)

func (s *Server) borderPlans(ctx context.Context, _ *struct{}) (*struct{ Body []ward.BorderPlan }, error) {
	list, err := s.Store.BorderPlans(ctx, ward.ScopeFrom(ctx))
	return answer(ctx, s, list, err)
}

func (s *Server) borderPlan(ctx context.Context, in *Numbered) (*struct{ Body ward.BorderPlan }, error) {
	plan, err := s.Store.BorderPlan(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, plan, err)
}

func (s *Server) sayPlanWord(ctx context.Context, in *struct {
	Numbered
	Body ward.PlanWordDraft
},
) (*struct{ Body ward.BorderPlan }, error) {
	plan, err := s.Store.SayPlanWord(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, s, plan, err)
}
