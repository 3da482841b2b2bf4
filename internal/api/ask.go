package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

// askOperations are what residents ask for and what is brought to them.
func (s *Server) askOperations(api huma.API) {
	get(s, api, "list-asks", "/api/asks", "微心愿和需求列表", s.asks)
	post(s, api, "create-ask", "/api/asks", "平时登记微心愿或需求", s.createAsk)
	patch(s, api, "change-ask", "/api/asks/{id}", "登记微心愿或需求的办理", s.changeAsk)
	get(s, api, "list-items", "/api/items", "慰问物品", s.items)
	post(s, api, "save-item", "/api/items", "修改慰问物品", s.saveItem)
}

func (s *Server) asks(ctx context.Context, in *struct{ ward.AskFilter }) (*struct{ Body ward.Page[ward.Ask] }, error) {
	page, err := s.Store.Asks(ctx, ward.ScopeFrom(ctx), in.AskFilter)
	return answer(ctx, s, page, err)
}

func (s *Server) createAsk(ctx context.Context, in *struct {
	Keyed
	Body ward.AskRecord
},
) (*struct{ Body ward.Ask }, error) {
	in.Body.Skew = ward.Skew(in.Device, s.Now())
	a, err := s.Store.CreateAsk(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answer(ctx, s, a, err)
}

func (s *Server) changeAsk(ctx context.Context, in *struct {
	Keyed
	ID   uuid.UUID `path:"id"`
	Body ward.AskChange
},
) (*struct{ Body ward.Ask }, error) {
	a, err := s.Store.ChangeAsk(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answer(ctx, s, a, err)
}

func (s *Server) items(ctx context.Context, _ *struct{}) (*struct{ Body []ward.Item }, error) {
	list, err := s.Store.Items(ctx)
	return answer(ctx, s, list, err)
}

func (s *Server) saveItem(ctx context.Context, in *struct{ Body ward.Item }) (*struct{ Body ward.Item }, error) {
	saved, err := s.Store.SaveItem(ctx, ward.ScopeFrom(ctx), in.Body)
	return answer(ctx, s, saved, err)
}
