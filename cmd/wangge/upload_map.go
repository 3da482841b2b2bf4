package main

import (
	"encoding/json"
	"fmt"
	"iter"
	"os"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/simplify"

	"wangge/internal/ward"
)

const (
	mapRows     = 20_000 // shapes a preview draws
	mapVertices = 400_000
	mapDetail   = 2e-6 // degrees, about 0.2 m
)

// preview gathers the shapes of a file while it is being checked.
type preview struct {
	shapes   *geojson.FeatureCollection
	rows     int
	vertices int
	left     int // rows with a shape that are not drawn
}

// see passes records on and looks at them.
func (p *preview) see(records iter.Seq2[ward.Record, error]) iter.Seq2[ward.Record, error] {
	p.shapes = geojson.NewFeatureCollection()
	return func(yield func(ward.Record, error) bool) {
		for r, err := range records {
			if err == nil && r.Line > 0 {
				p.take(r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (p *preview) take(r ward.Record) {
	p.rows++
	if r.Shape == nil {
		return
	}
	if len(p.shapes.Features) >= mapRows {
		p.left++
		return
	}
	g := orb.Clone(r.Shape)
	if _, point := g.(orb.Point); !point {
		if p.vertices > mapVertices {
			g = g.Bound().Center()
		} else {
			g = simplify.DouglasPeucker(mapDetail).Simplify(g)
			p.vertices += vertices(g)
		}
	}
	f := geojson.NewFeature(g)
	f.Properties["line"] = r.Line
	p.shapes.Append(f)
}

func vertices(g orb.Geometry) (n int) {
	switch g := g.(type) {
	case orb.MultiPolygon:
		for _, polygon := range g {
			for _, ring := range polygon {
				n += len(ring)
			}
		}
	case orb.MultiLineString:
		for _, line := range g {
			n += len(line)
		}
	}
	return n
}

// save writes the map with the bad rows marked.
func (p *preview) save(path string, bad badLines) error {
	for _, f := range p.shapes.Features {
		f.Properties["bad"] = bad[f.Properties["line"].(int)] != ""
	}
	p.shapes.ExtraMembers = geojson.Properties{"left": p.left}
	text, err := json.Marshal(p.shapes)
	if err != nil {
		return fmt.Errorf("drawing the preview: %w", err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("keeping the preview: %w", err)
	}
	return nil
}
