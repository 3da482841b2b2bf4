package api

import (
	"context"

	"wangge/internal/ward"
)

// Siter finds out how far people walk, and where something should go.
type Siter interface {
	Coverage(ctx context.Context, s ward.Scope, l ward.SitingLayer) (ward.SitingCoverage, error)
	Rank(ctx context.Context, s ward.Scope, q ward.SitingQuestion) (ward.SiteRanking, error)
	Plan(ctx context.Context, s ward.Scope, plan int64, minutes, pace int) (ward.PlanSiting, error)
}

func (s *Server) sitingCoverage(ctx context.Context, in *struct{ ward.SitingLayer }) (*struct{ Body ward.SitingCoverage }, error) {
	c, err := s.Siting.Coverage(ctx, ward.ScopeFrom(ctx), in.SitingLayer)
	return answer(ctx, s, c, err)
}

func (s *Server) rankSites(ctx context.Context, in *struct{ Body ward.SitingQuestion }) (*struct{ Body ward.SiteRanking }, error) {
	r, err := s.Siting.Rank(ctx, ward.ScopeFrom(ctx), in.Body)
	return answer(ctx, s, r, err)
}

func (s *Server) planSiting(ctx context.Context, in *struct {
	Numbered
	Minutes int `query:"minutes" minimum:"1" maximum:"60" default:"15" doc:"步行分钟数"`
	Pace    int `query:"pace" minimum:"20" maximum:"120" default:"80" doc:"步速（米/分钟）"`
},
) (*struct{ Body ward.PlanSiting }, error) {
	p, err := s.Siting.Plan(ctx, ward.ScopeFrom(ctx), in.ID, in.Minutes, in.Pace)
	return answer(ctx, s, p, err)
}
