package api

import (
	"context"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

func (s *Server) stepIncident(ctx context.Context, in *struct {
	Keyed
	ID   uuid.UUID `path:"id"`
	Body ward.IncidentStep
},
) (*incidentOutput, error) {
	i, err := s.Store.StepIncident(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &incidentOutput{i}, nil
}

func (s *Server) incidentSteps(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*struct{ Body []ward.IncidentStepDone }, error) {
	steps, err := s.Store.IncidentSteps(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, steps, err)
}

func (s *Server) incidentActions(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*struct{ Body []ward.Action }, error) {
	actions, err := s.Store.IncidentActions(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, actions, err)
}

func (s *Server) incidentBoards(ctx context.Context, _ *struct{}) (*struct{ Body []ward.IncidentBoard }, error) {
	boards, err := s.Store.IncidentBoards(ctx, ward.ScopeFrom(ctx))
	return answer(ctx, s, boards, err)
}

func (s *Server) duplicates(ctx context.Context, in *struct {
	Class string    `query:"class" required:"true" maxLength:"20" doc:"类别编码"`
	Lon   float64   `query:"lon" required:"true" minimum:"-180" maximum:"180" doc:"经度"`
	Lat   float64   `query:"lat" required:"true" minimum:"-90" maximum:"90" doc:"纬度"`
	But   uuid.UUID `query:"but" doc:"除了这一件"`
},
) (*struct{ Body []ward.Duplicate }, error) {
	list, err := s.Store.Duplicates(ctx, ward.ScopeFrom(ctx), in.Class, orb.Point{in.Lon, in.Lat}, in.But)
	return answer(ctx, s, list, err)
}

func (s *Server) saveIncidentClass(ctx context.Context, in *struct{ Body ward.IncidentClass }) (*struct{ Body ward.IncidentClass }, error) {
	saved, err := s.Store.SaveIncidentClass(ctx, ward.ScopeFrom(ctx), in.Body)
	return answer(ctx, s, saved, err)
}

func (s *Server) calendar(ctx context.Context, _ *struct{}) (*struct{ Body ward.Calendar }, error) {
	c, err := s.Store.Calendar(ctx)
	return answer(ctx, s, c, err)
}

func (s *Server) saveCalendar(ctx context.Context, in *struct{ Body ward.Calendar }) (*struct{ Body ward.Calendar }, error) {
	saved, err := s.Store.SaveCalendar(ctx, ward.ScopeFrom(ctx), in.Body)
	return answer(ctx, s, saved, err)
}

func (s *Server) phrases(ctx context.Context, _ *struct{}) (*struct{ Body []ward.Phrase }, error) {
	list, err := s.Store.Phrases(ctx)
	return answer(ctx, s, list, err)
}

func (s *Server) savePhrase(ctx context.Context, in *struct{ Body ward.Phrase }) (*struct{ Body ward.Phrase }, error) {
	saved, err := s.Store.SavePhrase(ctx, ward.ScopeFrom(ctx), in.Body)
	return answer(ctx, s, saved, err)
}

func (s *Server) notices(ctx context.Context, in *struct {
	Limit int `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"条数"`
},
) (*struct{ Body ward.NoticeList }, error) {
	list, err := s.Store.Notices(ctx, ward.ScopeFrom(ctx), in.Limit)
	return answer(ctx, s, list, err)
}

func (s *Server) readNotices(ctx context.Context, in *struct {
	Body struct {
		Upto int64 `json:"upto" minimum:"1" doc:"到这一条为止都已读"`
	}
},
) (*struct{ Body ward.NoticeList }, error) {
	list, err := s.Store.ReadNotices(ctx, ward.ScopeFrom(ctx), in.Body.Upto)
	return answer(ctx, s, list, err)
}
