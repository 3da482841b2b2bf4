package api

import (
	"context"
	"time"

	"wangge/internal/ward"
)

func (s *Server) replay(ctx context.Context, in *struct {
	From time.Time `query:"from" required:"true" doc:"从"`
	To   time.Time `query:"to" required:"true" doc:"到；最多两小时"`
},
) (*struct{ Body ward.Replay }, error) {
	r, err := s.Store.Replay(ctx, ward.ScopeFrom(ctx), in.From, in.To)
	return answer(ctx, s, r, err)
}
