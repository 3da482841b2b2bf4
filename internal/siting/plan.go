package siting

import (
	"cmp"
	"context"
	"math"
	"slices"

	"wangge/internal/walknet"
	"wangge/internal/ward"
)

// Plan says how far the people of a plan walk to the point of their grid, and
// how far they walk to that of their grid of today.
func (f *Finder) Plan(ctx context.Context, s ward.Scope, plan int64, minutes, pace int) (ward.PlanSiting, error) {
	out := ward.PlanSiting{Minutes: minutes, Pace: pace, Grids: []ward.PlanGridSiting{}, Doors: ward.NewSitingColumns(0)}
	ground, err := f.Store.PlanSitingGround(ctx, s, plan)
	if err != nil {
		return out, err
	}
	home, err := f.settle(ctx, ground)
	if err != nil {
		return out, err
	}
	planned := home.walkHome(pace,
		func(d ward.SitingDoor) int64 { return d.Label }, func(p ward.SitingPlace) int64 { return p.Label })
	today := home.walkHome(pace,
		func(d ward.SitingDoor) int64 { return d.Grid }, func(p ward.SitingPlace) int64 { return p.Grid })
	cards := map[int64]*ward.PlanGridSiting{}
	weights := map[int64]float64{}
	for i := range ground.Doors {
		d := &ground.Doors[i]
		if today.late(i, minutes) {
			out.Today = out.Today.Plus(d.SitingPeople)
		}
		card := cards[d.Label]
		if card == nil {
			card = &ward.PlanGridSiting{Grid: d.Label, Points: planned.points[d.Label]}
			cards[d.Label] = card
		}
		card.Total = card.Total.Plus(d.SitingPeople)
		if walk := planned.minutes[i]; walk >= 0 {
			card.Mean += walk * float64(d.Households)
			weights[d.Label] += float64(d.Households)
			card.Worst = math.Max(card.Worst, tenths(walk))
		}
		if planned.late(i, minutes) {
			out.Beyond, card.Beyond = out.Beyond.Plus(d.SitingPeople), card.Beyond.Plus(d.SitingPeople)
			out.Doors.Add(d, tenths(planned.minutes[i]))
		}
	}
	for label, card := range cards {
		card.Mean = tenths(card.Mean / math.Max(1, weights[label]))
		out.Grids = append(out.Grids, *card)
	}
	slices.SortFunc(out.Grids, func(a, b ward.PlanGridSiting) int {
		return cmp.Or(cmp.Compare(b.Beyond.Households, a.Beyond.Households), cmp.Compare(a.Grid, b.Grid))
	})
	return out, nil
}

// homeWalk is how long everybody walks to the point of their grid.
type homeWalk struct {
	minutes []float64     // by door; -1: nobody gets there
	points  map[int64]int // per grid
}

func (h homeWalk) late(door, limit int) bool {
	return h.minutes[door] < 0 || h.minutes[door] > float64(limit)
}

// farthest is how far anybody is followed, in minutes; who walks longer is late
// whatever the limit.
const farthest = 60

// walkHome walks from the points of every grid, or, where a grid has none, of
// its community.
func (s *settled) walkHome(pace int, ofDoor func(ward.SitingDoor) int64, ofPlace func(ward.SitingPlace) int64) homeWalk {
	h := homeWalk{minutes: make([]float64, len(s.Doors)), points: map[int64]int{}}
	access, shared := map[int64][]walknet.Access{}, map[int64][]walknet.Access{} // by grid, by community
	for _, p := range s.Places {
		grid := ofPlace(p)
		if a, ok := s.town.net.Attach(p.At); ok {
			access[grid], shared[p.Community] = append(access[grid], a), append(shared[p.Community], a)
		}
		h.points[grid]++
	}
	reaches := map[int64]*walknet.Reach{}
	for i, d := range s.Doors {
		grid := ofDoor(d)
		reach := reaches[grid]
		if reach == nil {
			from := access[grid]
			if len(from) == 0 {
				from = shared[d.Community]
			}
			reach = s.town.net.From(from, float64(farthest*pace))
			reaches[grid] = reach
		}
		h.minutes[i], _ = s.minutes(reach, i, pace)
	}
	return h
}
