package api

import (
	"context"

	"wangge/internal/ward"
)

// sendPositions takes what the tablet of one's own duty has recorded.
func (s *Server) sendPositions(ctx context.Context, in *struct {
	Numbered
	Body struct {
		Fixes []ward.Fix `json:"fixes" minItems:"1" maxItems:"500" doc:"位置，按时间"`
	}
},
) (*struct{ Body ward.FixTally }, error) {
	if s.Positions == nil {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "没有开启位置服务"))
	}
	tally, err := s.Positions.TakeFixes(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Fixes)
	return answer(ctx, s, tally, err)
}

func (s *Server) teamDay(ctx context.Context, in *struct {
	Numbered
	Body ward.TeamDayQuery
},
) (*struct{ Body ward.TeamDay }, error) {
	d, err := s.Store.TeamDay(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, s, d, err)
}

func (s *Server) laneWalk(ctx context.Context, in *struct {
	Grid int64 `query:"grid" minimum:"0" doc:"网格；给出时连同巷道分段"`
},
) (*struct{ Body ward.LaneWalk }, error) {
	w, err := s.Store.LaneWalk(ctx, ward.ScopeFrom(ctx), in.Grid)
	return answer(ctx, s, w, err)
}
