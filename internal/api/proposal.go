package api

import (
	"context"

	"wangge/internal/ward"
)

// Proposer draws several drafts of a plan as a job.
type Proposer interface {
	Propose(ctx context.Context, s ward.Scope, plan int64, order ward.PlanProposalOrder) (ward.Job, error)
}

func (s *Server) proposePlans(ctx context.Context, in *struct {
	Numbered
	Body ward.PlanProposalOrder
},
) (*jobOutput, error) {
	if s.Proposals == nil {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "本服务未开启自动划分"))
	}
	j, err := s.Proposals.Propose(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &jobOutput{j}, nil
}
