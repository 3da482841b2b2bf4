package api

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

type jobInput struct {
	ID uuid.UUID `path:"id" doc:"任务编号"`
}

type jobOutput struct{ Body ward.Job }

func (s *Server) job(ctx context.Context, in *jobInput) (*jobOutput, error) {
	return answerJob(s, ctx, in, s.Store.Job)
}

func (s *Server) cancelJob(ctx context.Context, in *jobInput) (*jobOutput, error) {
	return answerJob(s, ctx, in, s.Store.CancelJob)
}

func answerJob(s *Server, ctx context.Context, in *jobInput, do func(context.Context, ward.Scope, uuid.UUID) (ward.Job, error)) (*jobOutput, error) {
	j, err := do(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &jobOutput{j}, nil
}
