package geo

import (
	"math"
	"strconv"
)

// document scans what stands at the top: a collection, a feature or a geometry.
// Only the members count, not the type, because orb too is led by members.
func (s *scanner) document() {
	start := s.pos
	bare := false
	s.members(func(name string) {
		switch name {
		case "features":
			s.features()
		case "geometry":
			s.in(".geometry", s.geometry)
		case "coordinates", "geometries":
			bare = true
			s.skip()
		default:
			s.skip()
		}
	})
	if bare {
		s.pos = start
		s.geometry()
	}
}

func (s *scanner) features() {
	if s.peek() != '[' {
		s.fault(FaultShape)
		s.skip()
		return
	}
	s.items(func(i int) {
		s.feature = i
		s.oneFeature()
		s.feature = -1
	})
}

func (s *scanner) oneFeature() {
	if s.peek() != '{' {
		s.fault(FaultNull)
		s.skip()
		return
	}
	seen := false
	s.members(func(name string) {
		if name != "geometry" {
			s.skip()
			return
		}
		seen = true
		s.in(".geometry", s.geometry)
	})
	if !seen {
		s.in(".geometry", func() { s.fault(FaultNull) })
	}
}

func (s *scanner) geometry() {
	s.vertices, s.depth = 0, 0
	s.member()
}

// member scans one geometry, alone or inside a collection.
func (s *scanner) member() {
	if s.peek() != '{' {
		s.fault(FaultNull)
		s.skip()
		return
	}
	if !s.enter() {
		return
	}
	seen := false
	s.members(func(name string) {
		switch name {
		case "coordinates":
			seen = true
			s.in(".coordinates", s.coordinates)
		case "geometries":
			seen = true
			s.in(".geometries", s.geometries)
		default:
			s.skip()
		}
	})
	if !seen {
		s.fault(FaultNull)
	}
	s.depth--
}

func (s *scanner) geometries() {
	if s.peek() != '[' {
		s.fault(FaultShape)
		s.skip()
		return
	}
	if !s.enter() {
		return
	}
	s.items(func(i int) { s.in("["+strconv.Itoa(i)+"]", s.member) })
	s.depth--
}

// enter goes one bracket deeper; past the limit it faults and skips the value.
func (s *scanner) enter() bool {
	if s.depth >= s.limits.Depth {
		s.fault(FaultDepth)
		s.skip()
		return false
	}
	s.depth++
	return true
}

// coordinates scans an array of arrays down to positions: an array that begins
// with something other than an array is a position.
func (s *scanner) coordinates() {
	if s.peek() != '[' {
		s.fault(FaultShape)
		s.skip()
		return
	}
	if !s.enter() {
		return
	}
	n, nested := 0, false
	s.items(func(i int) {
		if s.peek() == '[' {
			nested = true
			if n > 0 {
				s.fault(FaultShape)
			}
			n0 := len(s.path)
			s.path = append(strconv.AppendInt(append(s.path, '['), int64(i), 10), ']')
			s.coordinates()
			s.path = s.path[:n0]
			return
		}
		s.number(n)
		n++
	})
	s.depth--
	switch {
	case n > 0 && nested, n == 0 && !nested, n == 1, n > 4: // an empty position would read as 0, 0
		s.fault(FaultShape)
	case n > 0:
		if s.vertices++; s.vertices > s.limits.Vertices {
			s.fault(FaultVertices)
		}
	}
}

// number consumes one ordinate; i is its place in the position.
func (s *scanner) number(i int) {
	if c := s.peek(); c == '"' || c == '{' {
		s.fault(FaultNumber)
		s.skip()
		return
	}
	v, err := strconv.ParseFloat(string(s.scalar()), 64)
	switch {
	case err != nil || math.IsInf(v, 0) || math.IsNaN(v):
		s.fault(FaultNumber)
	case s.limits.Degrees && (i == 0 && math.Abs(v) > 180 || i == 1 && math.Abs(v) > 90):
		s.fault(FaultRange)
	}
}
