package api

import (
	"context"

	"wangge/internal/ward"
)

func (s *Server) norms(ctx context.Context, _ *struct{}) (*struct{ Body []ward.Norm }, error) {
	all, err := s.Store.Norms(ctx)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.Norm }{all}, nil
}

// NormNamed is a norm in an address.
type NormNamed struct {
	Name string `path:"name" maxLength:"40" doc:"字典项"`
}

func (s *Server) changeNorm(ctx context.Context, in *struct {
	NormNamed
	Body struct {
		Version int64 `json:"version" minimum:"1" doc:"您看到的版本"`
		Value   int   `json:"value" minimum:"0" maximum:"1000000" doc:"新值"`
	}
},
) (*struct{ Body ward.Norm }, error) {
	now, err := s.Store.ChangeNorm(ctx, ward.ScopeFrom(ctx), in.Name, in.Body.Version, in.Body.Value)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Norm }{now}, nil
}

func (s *Server) normHistory(ctx context.Context, in *NormNamed) (*struct{ Body []ward.NormChange }, error) {
	changes, err := s.Store.NormHistory(ctx, in.Name)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.NormChange }{changes}, nil
}
