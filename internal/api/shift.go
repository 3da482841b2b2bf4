package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

type shiftOutput struct{ Body ward.Shift }

func (s *Server) shifts(ctx context.Context, in *struct {
	From time.Time `query:"from" required:"true" doc:"从"`
	To   time.Time `query:"to" required:"true" doc:"到"`
},
) (*struct{ Body []ward.Shift }, error) {
	list, err := s.Store.Shifts(ctx, ward.ScopeFrom(ctx), in.From, in.To)
	return answer(ctx, s, list, err)
}

func (s *Server) saveShift(ctx context.Context, in *struct {
	Keyed
	Body ward.ShiftDraft
},
) (*shiftOutput, error) {
	x, err := s.Store.SaveShift(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answered(s, ctx, shiftOutput{x}, err)
}

func (s *Server) dropShift(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.DropShift(ctx, ward.ScopeFrom(ctx), in.ID))
}

func (s *Server) askSwap(ctx context.Context, in *struct {
	Keyed
	Numbered
	Body ward.SwapDraft
},
) (*shiftOutput, error) {
	x, err := s.Store.AskSwap(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answered(s, ctx, shiftOutput{x}, err)
}

func (s *Server) answerSwap(ctx context.Context, in *struct {
	Keyed
	Numbered
	Body ward.SwapAnswer
},
) (*struct{ Body ward.ShiftSwap }, error) {
	w, err := s.Store.AnswerSwap(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answer(ctx, s, w, err)
}

func (s *Server) nearTeams(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*struct{ Body []ward.NearTeam }, error) {
	list, err := s.Store.NearTeams(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, list, err)
}
