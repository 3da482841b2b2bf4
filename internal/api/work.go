package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// Keyed is a command (exported because huma looks only into exported parts): the key makes a retry harmless.
type Keyed struct {
	Key uuid.UUID `header:"Idempotency-Key" required:"true" doc:"操作编号（UUIDv7），重发时保持不变"`
	// Device is the device's clock as it sends; by it the times it wrote down are
	// corrected.
	Device time.Time `header:"Device-Time" timeFormat:"2006-01-02T15:04:05Z07:00" doc:"设备发送时的时钟，用于校正设备时间"`
}

type visitOutput struct{ Body ward.Visit }

func (s *Server) visits(ctx context.Context, in *struct{ ward.VisitFilter }) (*struct{ Body ward.Page[ward.Visit] }, error) {
	page, err := s.Store.Visits(ctx, ward.ScopeFrom(ctx), in.VisitFilter)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Page[ward.Visit] }{page}, nil
}

func (s *Server) householdVisits(ctx context.Context, in *struct {
	Numbered
	After string `query:"after" maxLength:"400" doc:"上一页给出的 next"`
	Limit int    `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"每页条数"`
},
) (*struct{ Body ward.Page[ward.Visit] }, error) {
	page, err := s.Store.HouseholdVisits(ctx, ward.ScopeFrom(ctx), in.ID, ward.Filter{After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Page[ward.Visit] }{page}, nil
}

func (s *Server) visit(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*visitOutput, error) {
	v, err := s.Store.Visit(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &visitOutput{v}, nil
}

func (s *Server) createVisit(ctx context.Context, in *struct {
	Keyed
	Body ward.VisitDraft
},
) (*visitOutput, error) {
	in.Body.Skew = ward.Skew(in.Device, s.Now())
	v, err := s.Store.CreateVisit(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &visitOutput{v}, nil
}

func (s *Server) changeVisit(ctx context.Context, in *struct {
	Keyed
	ID   uuid.UUID `path:"id"`
	Body ward.VisitChange
},
) (*visitOutput, error) {
	v, err := s.Store.ChangeVisit(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &visitOutput{v}, nil
}

type incidentOutput struct{ Body ward.Incident }

func (s *Server) incidents(ctx context.Context, in *struct{ ward.IncidentFilter }) (*struct{ Body ward.Page[ward.Incident] }, error) {
	page, err := s.Store.Incidents(ctx, ward.ScopeFrom(ctx), in.IncidentFilter)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Page[ward.Incident] }{page}, nil
}

func (s *Server) incident(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*incidentOutput, error) {
	i, err := s.Store.Incident(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &incidentOutput{i}, nil
}

func (s *Server) createIncident(ctx context.Context, in *struct {
	Keyed
	Body ward.IncidentDraft
},
) (*incidentOutput, error) {
	in.Body.Skew = ward.Skew(in.Device, s.Now())
	i, err := s.Store.CreateIncident(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &incidentOutput{i}, nil
}

func (s *Server) changeIncident(ctx context.Context, in *struct {
	Keyed
	ID   uuid.UUID `path:"id"`
	Body ward.IncidentChange
},
) (*incidentOutput, error) {
	i, err := s.Store.ChangeIncident(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &incidentOutput{i}, nil
}

type classesOutput struct{ Body []ward.IncidentClass }

func (s *Server) incidentClasses(ctx context.Context, _ *struct{}) (*classesOutput, error) {
	classes, err := s.Store.IncidentClasses(ctx)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &classesOutput{classes}, nil
}
