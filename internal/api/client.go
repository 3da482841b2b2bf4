package api

import (
	"context"

	"wangge/internal/ward"
)

func (s *Server) openClient(ctx context.Context, in *struct {
	Keyed
	Body ward.ClientDraft
},
) (*struct{ Body ward.ClientSecret }, error) {
	made, err := s.Store.OpenClient(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answer(ctx, s, made, err)
}

func (s *Server) revokeClient(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.RevokeClient(ctx, ward.ScopeFrom(ctx), in.ID))
}
