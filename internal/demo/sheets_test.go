package demo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// refs are the columns that name a code of another sheet.
var refs = map[string]map[string][]string{
	"areas":        {"parent": {"areas"}},
	"buildings":    {"courtyard": {"courtyards"}},
	"grids":        {"community": {"areas"}},
	"households":   {"building": {"buildings"}},
	"branches":     {"parent": {"branches"}, "area": {"areas"}, "grids": {"grids"}, "building": {"buildings"}},
	"institutions": {"building": {"buildings"}, "branch": {"branches"}},
	"members":      {"branch": {"branches"}, "household": {"households"}},
	"hubs":         {"member": {"members"}, "household": {"households"}, "doors": {"households"}},
	"teams":        {"area": {"areas"}, "grids": {"grids"}, "leader": {"members"}, "members": {"members"}},
	"points":       {"building": {"buildings"}},
	"grid_roles":   {"grid": {"grids"}, "member": {"members"}},
	"stewards":     {"member": {"members"}, "places": {"courtyards", "lanes", "buildings"}},
	"pledges":      {"member": {"members"}, "target": {"households", "institutions", "lanes", "buildings"}},
	"pairings":     {"left": {"branches", "members"}, "right": {"branches", "households", "areas"}},
	"honours":      {"target": {"branches", "members", "courtyards", "buildings", "lanes", "households"}},
}

func codesResolve(t *testing.T, at city) {
	town := at.town
	seen := map[string]map[string]bool{}
	for _, s := range ward.Sheets() {
		seen[s.Name] = map[string]bool{}
		for _, r := range town.Rows[s.Name] {
			code, ok := r.Values["code"].(string)
			if !ok {
				continue
			}
			if seen[s.Name][code] {
				t.Fatalf("%s: code %s twice", s.Name, code)
			}
			seen[s.Name][code] = true
		}
	}
	for sheet, columns := range refs {
		for _, r := range town.Rows[sheet] {
			for key, of := range columns {
				var codes []string
				switch v := r.Values[key].(type) {
				case string:
					codes = []string{v}
				case []string:
					codes = v
				}
				for _, c := range codes {
					found := false
					for _, o := range of {
						found = found || seen[o][c]
					}
					if !found {
						t.Fatalf("%s.%s: nothing has the code %s", sheet, key, c)
					}
				}
			}
		}
	}
}

func rowsFit(t *testing.T, at city) {
	town := at.town
	for _, s := range ward.Sheets() {
		if len(town.Rows[s.Name]) == 0 {
			t.Errorf("no %s", s.Name)
		}
		columns := map[string]ward.Column{}
		for _, c := range s.Columns {
			columns[c.Key] = c
		}
		for _, r := range town.Rows[s.Name] {
			if err := fits(s, columns, r); err != nil {
				t.Fatalf("%s: %v: %v", s.Name, err, r.Values)
			}
		}
	}
}

func fits(s ward.Sheet, columns map[string]ward.Column, r Row) error {
	for _, c := range s.Columns {
		if _, there := r.Values[c.Key]; c.Required && !there {
			return fmt.Errorf("%s is missing", c.Key)
		}
	}
	for k, v := range r.Values {
		c, known := columns[k]
		if !known {
			return fmt.Errorf("no column %s", k)
		}
		switch v := v.(type) {
		case string:
			if c.Terms != nil && !c.Terms.Has(v) {
				return fmt.Errorf("%s is not a %s", v, k)
			}
		case []string:
			for _, w := range v {
				if c.Terms != nil && !c.Terms.Has(w) || strings.ContainsAny(w, ";；、|") {
					return fmt.Errorf("%s is not a %s", w, k)
				}
			}
		}
	}
	switch r.Shape.(type) {
	case nil:
		if s.Shape != ward.NoShape {
			return fmt.Errorf("no shape")
		}
	case orb.LineString:
		if s.Shape != ward.LineOnly {
			return fmt.Errorf("a line")
		}
	case orb.Polygon, orb.MultiPolygon:
		if s.Shape != ward.AreaOnly {
			return fmt.Errorf("an area")
		}
	case orb.Point:
		if s.Shape != ward.PlaceAny && s.Shape != ward.PointOnly {
			return fmt.Errorf("a point")
		}
	}
	return nil
}
