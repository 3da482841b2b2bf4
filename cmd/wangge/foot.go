package main

import (
	"math"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/walknet"
	"wangge/internal/ward"
)

// onFoot measures on the walking network. One walk from the goal reaches all.
func onFoot(g ward.FootGround, from []orb.Point, to orb.Point) []float64 {
	frame := geo.NewFrame(to)
	plane := func(line orb.LineString) []orb.Point {
		points := make([]orb.Point, len(line))
		for i, p := range line {
			points[i] = frame.Metres(p)
		}
		return points
	}
	ways := make([]walknet.Line, len(g.Ways))
	for i, w := range g.Ways {
		ways[i] = walknet.Line{Points: plane(w), Bridge: g.Bridges[i]}
	}
	barriers := make([][]orb.Point, len(g.Barriers))
	for i, b := range g.Barriers {
		barriers[i] = plane(b)
	}
	net := walknet.New(ways, barriers)
	metres := make([]float64, len(from))
	goal, reached := net.Attach(frame.Metres(to))
	var reach *walknet.Reach
	if reached {
		reach = net.From([]walknet.Access{goal}, math.Inf(1))
	}
	for i, p := range from {
		metres[i] = math.Inf(1)
		if at, ok := net.Attach(frame.Metres(p)); ok && reached {
			metres[i], _ = reach.To(at)
		}
	}
	return metres
}
