package api

import (
	"context"

	"wangge/internal/ward"
)

func (s *Server) borderChanges(ctx context.Context, _ *struct{}) (*struct{ Body []ward.BorderChange }, error) {
	list, err := s.Store.BorderChanges(ctx, ward.ScopeFrom(ctx))
	return answer(ctx, s, list, err)
}

func (s *Server) readBorderChange(ctx context.Context, in *Numbered) (*struct{ Body []ward.BorderChange }, error) {
	list, err := s.Store.ReadBorderChange(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, list, err)
}

func (s *Server) publicationBorders(ctx context.Context, in *Numbered) (*struct{ Body []ward.BorderChange }, error) {
	list, err := s.Store.PublicationBorders(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, list, err)
}

func (s *Server) gridsThen(ctx context.Context, in *struct{ ward.GridPast }) (*struct{ Body []ward.GridThen }, error) {
	list, err := s.Store.GridsThen(ctx, ward.ScopeFrom(ctx), in.GridPast)
	return answer(ctx, s, list, err)
}

func (s *Server) gridFamily(ctx context.Context, in *Numbered) (*struct{ Body ward.GridFamily }, error) {
	family, err := s.Store.GridFamily(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, family, err)
}

func (s *Server) gridCodes(ctx context.Context, in *struct {
	Words string `query:"q" maxLength:"40" doc:"编码或名称的一部分；空为全部"`
},
) (*struct{ Body []ward.GridLife }, error) {
	list, err := s.Store.GridCodes(ctx, ward.ScopeFrom(ctx), in.Words)
	return answer(ctx, s, list, err)
}

func (s *Server) planSheet(ctx context.Context, in *struct {
	Numbered
	Grid int64 `path:"grid" doc:"网格；负数为方案新设"`
},
) (*struct{ Body ward.PlanSheet }, error) {
	sheet, err := s.Store.PlanSheet(ctx, ward.ScopeFrom(ctx), in.ID, in.Grid)
	return answer(ctx, s, sheet, err)
}

func (s *Server) gridSheet(ctx context.Context, in *struct {
	Numbered
	On string `query:"on" required:"true" format:"date" doc:"哪一天的（2026-11-22）"`
},
) (*struct{ Body ward.GridSheet }, error) {
	sheet, err := s.Store.GridSheet(ctx, ward.ScopeFrom(ctx), in.ID, in.On)
	return answer(ctx, s, sheet, err)
}
