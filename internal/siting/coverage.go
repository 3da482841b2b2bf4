package siting

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// curveMinutes is how far the curve goes.
const curveMinutes = 30

// Coverage says who is within the minutes of a layer, on foot and, to compare,
// in a straight line.
func (f *Finder) Coverage(ctx context.Context, s ward.Scope, l ward.SitingLayer) (ward.SitingCoverage, error) {
	ground, err := f.groundOf(ctx, s, l)
	if err != nil {
		return ward.SitingCoverage{}, err
	}
	if l.Of == ward.SitingBranch {
		return coverBranches(ground.SitingGround, l), nil
	}
	return ground.cover(l), nil
}

// cover walks from all places at once.
func (s *settled) cover(l ward.SitingLayer) ward.SitingCoverage {
	places := slices.Clone(s.Places)
	access, which := attachAll(s.town, places, func(p ward.SitingPlace) orb.Point { return p.At })
	reach := s.town.net.From(access, math.Inf(1))
	out := newCoverage(l, s.SitingGround)
	late, took := make([]int32, 0, len(s.Doors)), make([]float64, len(s.Doors))
	var walked, flown [curveMinutes + 1]int // households by minute
	for i := range s.Doors {
		d := &s.Doors[i]
		minutes, from := s.minutes(reach, i, l.Pace)
		took[i] = minutes
		straight := s.straight[i] / float64(l.Pace)
		within := minutes >= 0 && minutes <= float64(l.Minutes)
		out.count(d, within, straight <= float64(l.Minutes), minutes < 0)
		out.Doors.Add(d, tenths(minutes))
		if from >= 0 {
			p := &places[which[from]]
			p.Nearest += d.Households
			if within {
				p.Within += d.Households
			}
		}
		if !within {
			late = append(late, int32(i))
		}
		countMinute(&walked, minutes, d.Households)
		countMinute(&flown, straight, d.Households)
	}
	all := float64(max(1, out.Total.Households))
	for m := 1; m <= curveMinutes; m++ {
		walked[m], flown[m] = walked[m]+walked[m-1], flown[m]+flown[m-1]
		out.Curve = append(out.Curve, ward.SitingStep{Minutes: m, Share: float64(walked[m]) / all, Straight: float64(flown[m]) / all})
	}
	out.Places, out.Spots = places, spots(s.Doors, late, s.squares.groups(late), took, s.Areas)
	return out.done(s.SitingGround)
}

// countMinute puts households into the minute they need; -1 and longer than the
// curve into none.
func countMinute(steps *[curveMinutes + 1]int, minutes float64, households int) {
	if minutes >= 0 && minutes <= curveMinutes {
		steps[max(1, int(math.Ceil(minutes)))] += households
	}
}

// coverBranches counts whose grid has a branch; the spots are grids.
func coverBranches(ground ward.SitingGround, l ward.SitingLayer) ward.SitingCoverage {
	out := newCoverage(l, ground)
	var late, group []int32
	took, number := make([]float64, len(ground.Doors)), map[int64]int32{}
	for i := range ground.Doors {
		d, minutes := &ground.Doors[i], 0.0
		if !d.Branch {
			minutes = -1
			if _, known := number[d.Grid]; !known {
				number[d.Grid] = int32(len(number))
			}
			late, group = append(late, int32(i)), append(group, number[d.Grid])
		}
		took[i] = minutes
		out.count(d, d.Branch, d.Branch, !d.Branch)
		out.Doors.Add(d, minutes)
	}
	out.Spots = spots(ground.Doors, late, group, took, ground.Areas)
	return out.done(ground)
}

// tally is a coverage while it is counted.
type tally struct {
	ward.SitingCoverage
	regions map[int64]*ward.SitingRegion
	last    *ward.SitingRegion // neighbours mostly come one after the other
}

func newCoverage(l ward.SitingLayer, ground ward.SitingGround) *tally {
	return &tally{ward.SitingCoverage{
		SitingLayer: l, Places: []ward.SitingPlace{}, Curve: []ward.SitingStep{}, Spots: []ward.SitingSpot{},
		Areas: []ward.SitingRegion{}, Doors: ward.NewSitingColumns(len(ground.Doors)),
	}, map[int64]*ward.SitingRegion{}, &ward.SitingRegion{}}
}

func (c *tally) count(d *ward.SitingDoor, within, straight, cut bool) {
	r := c.last
	if r.ID != d.Community {
		r = c.regions[d.Community]
	}
	if r == nil {
		r = &ward.SitingRegion{ID: d.Community}
		c.regions[d.Community] = r
	}
	c.last = r
	c.Total, r.Total = c.Total.Plus(d.SitingPeople), r.Total.Plus(d.SitingPeople)
	if within {
		c.Within, r.Within = c.Within.Plus(d.SitingPeople), r.Within.Plus(d.SitingPeople)
	}
	if straight {
		c.Straight = c.Straight.Plus(d.SitingPeople)
	}
	if cut {
		c.CutOff = c.CutOff.Plus(d.SitingPeople)
	}
}

func (c *tally) done(ground ward.SitingGround) ward.SitingCoverage {
	for id, r := range c.regions {
		r.Name = ground.Areas[id]
		c.Areas = append(c.Areas, *r)
	}
	slices.SortFunc(c.Areas, func(a, b ward.SitingRegion) int { return cmp.Compare(a.ID, b.ID) })
	return c.SitingCoverage
}

// tenths rounds minutes to a tenth; what nobody reaches is -1.
func tenths(minutes float64) float64 {
	if minutes < 0 || math.IsInf(minutes, 1) {
		return -1
	}
	return math.Round(minutes*10) / 10
}
