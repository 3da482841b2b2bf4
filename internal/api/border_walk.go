package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

func (s *Server) borderWalks(ctx context.Context, in *struct{ ward.BorderWalkFilter }) (*struct{ Body []ward.BorderWalk }, error) {
	list, err := s.Store.BorderWalks(ctx, ward.ScopeFrom(ctx), in.BorderWalkFilter)
	return answer(ctx, s, list, err)
}

func (s *Server) createBorderWalk(ctx context.Context, in *struct {
	Keyed
	Body ward.BorderWalkDraft
},
) (*struct{ Body ward.BorderWalk }, error) {
	w, err := s.Store.CreateBorderWalk(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answer(ctx, s, w, err)
}

func (s *Server) closeBorderWalk(ctx context.Context, in *struct {
	Numbered
	Body struct {
		Version int64 `json:"version" doc:"看到的版本"`
	}
},
) (*struct{ Body ward.BorderWalk }, error) {
	w, err := s.Store.CloseBorderWalk(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Version)
	return answer(ctx, s, w, err)
}

func (s *Server) answerBorderPiece(ctx context.Context, in *struct {
	Keyed
	Numbered
	Body ward.BorderAnswerDraft
},
) (*struct{ Body ward.BorderPiece }, error) {
	in.Body.Skew = ward.Skew(in.Device, s.Now())
	p, err := s.Store.AnswerBorderPiece(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answer(ctx, s, p, err)
}

// borderPhoto serves a picture of an answer to those who see its piece.
func (s *Server) borderPhoto(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*huma.StreamResponse, error) {
	p, err := s.Store.BorderPhoto(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return s.picture(ctx, p)
}
