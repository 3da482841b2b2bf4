package main

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/demo"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// street is the world of a simulated day: the store, each call within the
// territory of whoever would make it.
type street struct {
	db      *postgres.DB
	leaders map[int64]ward.Actor // by grid
	duty    ward.Actor           // takes in, files, dispatches, approves, follows up
	handler ward.Actor           // of every unit
	// pictures are what photographs show, drawn and kept once: before and after.
	pictures map[string]ward.Picture
}

func (s street) as(a ward.Actor, operation string, do func(ward.Scope) error) error {
	scope, err := a.Scope(operation)
	if err != nil {
		return err
	}
	return do(scope)
}

// RecordVisit records a visit as the leader of the grid.
func (s street) RecordVisit(ctx context.Context, grid int64, v ward.VisitDraft) error {
	return s.as(s.leaders[grid], "create-visit", func(scope ward.Scope) error {
		_, err := s.db.CreateVisit(ctx, scope, newKey(), v)
		return err
	})
}

// ReportIncident reports an incident as the leader of the grid.
func (s street) ReportIncident(ctx context.Context, grid int64, i ward.IncidentDraft) (out ward.Incident, err error) {
	err = s.as(s.leaders[grid], "create-incident", func(scope ward.Scope) error {
		out, err = s.db.CreateIncident(ctx, scope, newKey(), i)
		return err
	})
	return out, err
}

// AdvanceIncident moves an incident on as whoever may: the units handle, the
// leader of the grid checks, the office does the rest.
func (s street) AdvanceIncident(ctx context.Context, i ward.Incident, st ward.IncidentStep) (out ward.Incident, err error) {
	who := s.duty
	if st.Action == ward.Pass {
		who = s.leaders[i.Grid]
	} else if _, ok := ward.IncidentMay(i.State, st.Action, ward.Handler); ok {
		who = s.handler
	}
	err = s.as(who, "step-incident", func(scope ward.Scope) error {
		if out, err = s.db.StepIncident(ctx, scope, newKey(), i.ID, st); err != nil || st.Action != ward.Resolve {
			return err
		}
		return s.photographs(ctx, scope, i.ID, st.Photos[0])
	})
	return out, err
}

// photographs adds a drawn picture of before and one of after.
func (s street) photographs(ctx context.Context, scope ward.Scope, incident, after uuid.UUID) error {
	for kind, id := range map[string]uuid.UUID{"before": newKey(), "after": after} {
		if _, err := s.db.KeepPhoto(ctx, scope, ward.PhotoDraft{ID: id, Noun: "incident", Entity: incident, Kind: kind}, s.pictures[kind]); err != nil {
			return err
		}
	}
	return nil
}

// drawPictures draws the two pictures of the demo and keeps them.
func (d *demonstration) drawPictures(ctx context.Context) (map[string]ward.Picture, error) {
	files, pictures := d.photos(), map[string]ward.Picture{}
	for _, kind := range []string{"before", "after"} {
		raw, err := demo.Photo(kind == "after")
		if err != nil {
			return nil, err
		}
		if pictures[kind], err = files.Clean(ctx, raw); err != nil {
			return nil, err
		}
		if err := files.Keep(pictures[kind]); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}
