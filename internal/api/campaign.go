package api

import (
	"context"

	"wangge/internal/ward"
)

type campaignOutput struct{ Body ward.Campaign }

func (s *Server) campaignGrids(ctx context.Context, in *Numbered) (*struct{ Body []ward.CampaignGrid }, error) {
	grids, err := s.Store.CampaignGrids(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.CampaignGrid }{grids}, nil
}

// campaignCount is how many doors a draft would have.
type campaignCount struct {
	Doors int `json:"doors" doc:"符合条件的住户数"`
}

func (s *Server) countCampaignDoors(ctx context.Context, in *struct{ Body ward.CampaignDraft }) (*struct{ Body campaignCount }, error) {
	doors, err := s.Store.CountCampaignDoors(ctx, ward.ScopeFrom(ctx), in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body campaignCount }{campaignCount{doors}}, nil
}

func (s *Server) createCampaign(ctx context.Context, in *struct {
	Keyed
	Body ward.CampaignDraft
},
) (*campaignOutput, error) {
	c, err := s.Store.CreateCampaign(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &campaignOutput{c}, nil
}

func (s *Server) changeCampaign(ctx context.Context, in *struct {
	Numbered
	Body ward.CampaignChange
},
) (*campaignOutput, error) {
	c, err := s.Store.ChangeCampaign(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &campaignOutput{c}, nil
}

func (s *Server) visitCoverage(ctx context.Context, in *struct{ ward.VisitCoverageFilter }) (*struct{ Body ward.VisitCoverageTable }, error) {
	table, err := s.Store.VisitCoverage(ctx, ward.ScopeFrom(ctx), in.VisitCoverageFilter)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.VisitCoverageTable }{table}, nil
}
