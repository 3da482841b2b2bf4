package api

import (
	"context"
	"time"

	"wangge/internal/ward"
)

func (s *Server) microGrids(ctx context.Context, in *struct{ ward.MicroFilter }) (*struct {
	Body ward.Page[ward.MicroGrid]
}, error,
) {
	page, err := s.Store.MicroGrids(ctx, ward.ScopeFrom(ctx), in.MicroFilter)
	return answer(ctx, s, page, err)
}

func (s *Server) microGrid(ctx context.Context, in *Numbered) (*struct{ Body ward.MicroGrid }, error) {
	m, err := s.Store.MicroGrid(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, m, err)
}

// microGridsNow lists the micro-grids of today, for a file.
func (s *Server) microGridsNow(ctx context.Context, scope ward.Scope, f ward.Filter) (ward.Page[ward.MicroGrid], error) {
	return s.Store.MicroGrids(ctx, scope, ward.MicroFilter{Filter: f})
}

func (s *Server) gridAt(ctx context.Context, in *struct {
	Numbered
	On    string    `query:"on" required:"true" format:"date" doc:"哪一天"`
	Known time.Time `query:"known" doc:"按当时的记录（缺省为现在）"`
},
) (*struct{ Body ward.GridAt }, error) {
	at, err := s.Store.GridAt(ctx, ward.ScopeFrom(ctx), in.ID, in.On, in.Known)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.GridAt }{at}, nil
}

func (s *Server) doors(ctx context.Context, in *Numbered) (*struct{ Body []ward.Door }, error) {
	doors, err := s.Store.Doors(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.Door }{doors}, nil
}

func (s *Server) revealHousehold(ctx context.Context, in *struct {
	Numbered
	Body struct {
		Purpose string `json:"purpose" minLength:"2" maxLength:"100" doc:"查看用途，写入审计"`
	}
},
) (*struct{ Body ward.HouseholdCard }, error) {
	card, err := s.Store.RevealHousehold(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Purpose)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.HouseholdCard }{card}, nil
}

func (s *Server) hubLinks(ctx context.Context, _ *struct{}) (*struct{ Body []ward.HubLink }, error) {
	links, err := s.Store.HubLinks(ctx, ward.ScopeFrom(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.HubLink }{links}, nil
}
