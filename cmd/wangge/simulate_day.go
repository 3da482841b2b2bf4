package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/demo"
	"wangge/internal/ward"
)

// day is a day of the street whose every act goes through the API.
func (c *cast) day(ctx context.Context, seed uint64) (*demo.Day, error) {
	beats := []demo.Beat{}
	for _, grid := range c.grids {
		beat, err := c.beat(ctx, grid)
		if err != nil {
			return nil, err
		}
		beats = append(beats, beat)
	}
	var classes []ward.IncidentClass
	if err := c.office.get(ctx, "/api/incident-classes", &classes); err != nil {
		return nil, err
	}
	return demo.NewDay(c, seed, c.now, beats, classes)
}

// beat is the doors of a grid as its leader's tablet has them, those due longest
// first, then building by building from the top floor down.
func (c *cast) beat(ctx context.Context, grid int64) (demo.Beat, error) {
	beat := demo.Beat{Grid: grid}
	var pack ward.Pack
	if err := c.leaders[grid].get(ctx, fmt.Sprintf("/api/grids/%d/pack", grid), &pack); err != nil {
		return beat, err
	}
	place, at := map[int64]string{}, map[int64]orb.Point{}
	for _, b := range pack.Buildings {
		place[b.ID], at[b.ID] = cmp.Or(b.Name, b.Number+"号楼"), b.Location
	}
	doors := slices.DeleteFunc(pack.Doors, func(d ward.PackDoor) bool { return d.Use == "vacant" || at[d.Building] == orb.Point{} })
	slices.SortStableFunc(doors, func(a, b ward.PackDoor) int {
		return cmp.Or(cmp.Compare(c.due(b), c.due(a)), cmp.Compare(a.Building, b.Building), cmp.Compare(a.Unit, b.Unit), cmp.Compare(b.Floor, a.Floor))
	})
	for _, d := range doors {
		beat.Doors = append(beat.Doors, demo.Door{Household: d.ID, Building: d.Building, Place: place[d.Building], At: at[d.Building]})
	}
	return beat, nil
}

// RecordVisit records a visit as the leader of the grid.
func (c *cast) RecordVisit(ctx context.Context, grid int64, v ward.VisitDraft) error {
	return c.leaders[grid].act(ctx, c.report, "POST", "/api/visits", v, nil)
}

// ReportIncident reports an incident as the leader of the grid.
func (c *cast) ReportIncident(ctx context.Context, grid int64, d ward.IncidentDraft) (i ward.Incident, err error) {
	c.report.expect(d.ID.String(), c.now())
	return i, c.leaders[grid].act(ctx, c.report, "POST", "/api/incidents", d, &i)
}

// AdvanceIncident moves an incident on as whoever may.
func (c *cast) AdvanceIncident(ctx context.Context, i ward.Incident, st ward.IncidentStep) (next ward.Incident, err error) {
	who := c.office
	if st.Action == ward.Pass && c.leaders[i.Grid] != nil {
		who = c.leaders[i.Grid]
	} else if _, ok := ward.IncidentMay(i.State, st.Action, ward.Handler); ok {
		who = c.handler
	}
	if err := who.act(ctx, c.report, "POST", "/api/incidents/"+i.ID.String()+"/steps", st, &next); err != nil {
		return next, err
	}
	if st.Action == ward.Resolve {
		return next, who.photographs(ctx, i.ID, st.Photos[0])
	}
	return next, nil
}

// photographs sends a picture of before and one of after.
func (p *simPerson) photographs(ctx context.Context, incident, after uuid.UUID) error {
	for kind, id := range map[string]uuid.UUID{"before": newKey(), "after": after} {
		raw, err := demo.Photo(kind == "after")
		if err != nil {
			return err
		}
		if err := p.send(ctx, "POST", fmt.Sprintf("/api/photos?id=%s&noun=incident&entity=%s&kind=%s", id, incident, kind), "image/png", raw, nil); err != nil {
			return err
		}
	}
	return nil
}

// never is how overdue a door counts that nobody ever called at, in days.
const never = 3650

// due is by how many days a door is overdue; negative while it is not.
func (c *cast) due(d ward.PackDoor) int {
	last, err := time.ParseInLocation(time.DateOnly, d.LastVisit, ward.China)
	if err != nil {
		return never
	}
	return int(c.now().Sub(last).Hours()/24) - d.DueDays
}
