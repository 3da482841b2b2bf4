package api

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func (s *Server) openWebhook(ctx context.Context, in *struct {
	Keyed
	Body ward.WebhookDraft
},
) (*struct{ Body ward.WebhookSecret }, error) {
	made, err := s.Store.OpenWebhook(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answer(ctx, s, made, err)
}

func (s *Server) changeWebhook(ctx context.Context, in *struct {
	Numbered
	Body ward.WebhookChange
},
) (*struct{ Body ward.Webhook }, error) {
	w, err := s.Store.ChangeWebhook(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, s, w, err)
}

func (s *Server) endWebhook(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.EndWebhook(ctx, ward.ScopeFrom(ctx), in.ID))
}

func (s *Server) deliveries(ctx context.Context, in *Numbered) (*struct{ Body []ward.Delivery }, error) {
	list, err := s.Store.Deliveries(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, list, err)
}

func (s *Server) resendDelivery(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.Resend(ctx, ward.ScopeFrom(ctx), in.ID))
}
