package api

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func (s *Server) cutCell(ctx context.Context, in *struct {
	Numbered
	Key  uuid.UUID `header:"Idempotency-Key" doc:"操作编号（UUIDv7），重发时保持不变；预演可不带"`
	Body ward.CellCutOrder
},
) (*struct{ Body ward.CellCutEdit }, error) {
	if in.Key == uuid.Nil && !in.Body.Preview {
		return nil, s.problem(ctx, &ward.Error{Code: ward.Invalid, Message: "缺少操作编号", Fields: []ward.FieldError{{Field: "Idempotency-Key", Message: "请带上操作编号"}}})
	}
	edit, err := s.Store.CutCell(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answer(ctx, s, edit, err)
}

func (s *Server) healCell(ctx context.Context, in *Numbered) (*struct{ Body ward.CellChange }, error) {
	change, err := s.Store.HealCell(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, change, err)
}
