package api

import (
	"context"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// Position is where somebody points (exported because huma looks only into
// exported parts).
type Position struct {
	Lon float64 `query:"lon" required:"true" minimum:"-180" maximum:"180" doc:"经度"`
	Lat float64 `query:"lat" required:"true" minimum:"-90" maximum:"90" doc:"纬度"`
}

func (p Position) point() orb.Point { return orb.Point{p.Lon, p.Lat} }

func (s *Server) at(ctx context.Context, in *Position) (*struct{ Body ward.PlaceAt }, error) {
	place, err := s.Store.At(ctx, ward.ScopeFrom(ctx), in.point())
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.PlaceAt }{place}, nil
}

func (s *Server) nearest(ctx context.Context, in *struct {
	Position
	Noun  string `query:"noun" required:"true" enum:"point,team,hub,building" doc:"找什么：服务点、队伍、党员中心户或楼栋"`
	Limit int    `query:"limit" default:"10" minimum:"1" maximum:"100" doc:"几个"`
},
) (*struct{ Body []ward.Near }, error) {
	near, err := s.Store.Nearest(ctx, ward.ScopeFrom(ctx), in.Noun, in.point(), in.Limit)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.Near }{near}, nil
}

func (s *Server) statistics(ctx context.Context, in *struct {
	RawBody []byte `contentType:"application/geo+json" doc:"GeoJSON 多边形（Polygon、MultiPolygon 或带它的 Feature），最多1000个点"`
},
) (*struct{ Body ward.Statistics }, error) {
	shape, err := ward.ReadDrawn(in.RawBody)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	st, err := s.Store.Statistics(ctx, ward.ScopeFrom(ctx), shape)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Statistics }{st}, nil
}
