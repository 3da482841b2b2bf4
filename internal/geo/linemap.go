package geo

import "math"

// LineMap finds which of many named lines runs along a short border: the classes
// of arcs come from it. Lines are in centimetres.
type LineMap struct {
	buckets map[[2]int64][]mapped
	near    float64 // squared, centimetres
	reach   int64   // at least the root of near
}

type mapped struct {
	a, b Cm
	rank int
}

// bucketSize, in centimetres, is about the length of a piece of road between
// two vertices.
const bucketSize = 2_000

// NewLineMap returns an empty map that takes a point for one on a line when it
// is within near centimetres: rounding to the lattice moves lines by under one.
func NewLineMap(near float64) *LineMap {
	return &LineMap{buckets: map[[2]int64][]mapped{}, near: near * near, reach: int64(near) + 1}
}

// Add puts in a line; where several run along the same border the one of the
// lowest rank answers.
func (m *LineMap) Add(line []Cm, rank int) {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y))
		// Walk in half buckets and note the bucket and its neighbours of each stop,
		// so that nothing near the segment is missed.
		stops := int(length/(bucketSize/2)) + 1
		last := [2]int64{math.MinInt64, 0}
		for s := range stops + 1 {
			t := float64(s) / float64(stops)
			k := bucketOf(Cm{a.X + int64(t*float64(b.X-a.X)), a.Y + int64(t*float64(b.Y-a.Y))})
			if k != last {
				m.note(k, last, mapped{a, b, rank})
				last = k
			}
		}
	}
}

// note files a segment in the nine buckets around k, but not again in those
// around the bucket before.
func (m *LineMap) note(k, before [2]int64, s mapped) {
	for dx := int64(-1); dx <= 1; dx++ {
		for dy := int64(-1); dy <= 1; dy++ {
			n := [2]int64{k[0] + dx, k[1] + dy}
			if before[0] == math.MinInt64 || max(n[0]-before[0], before[0]-n[0], n[1]-before[1], before[1]-n[1]) > 1 {
				m.buckets[n] = append(m.buckets[n], s)
			}
		}
	}
}

func bucketOf(p Cm) [2]int64 {
	return [2]int64{int64(math.Floor(float64(p.X) / bucketSize)), int64(math.Floor(float64(p.Y) / bucketSize))}
}

// Along returns the rank of the line that runs along the border a–b; false when
// none does.
func (m *LineMap) Along(a, b Cm) (rank int, ok bool) {
	middle := Cm{(a.X + b.X) / 2, (a.Y + b.Y) / 2}
	for _, s := range m.buckets[bucketOf(middle)] {
		if (!ok || s.rank < rank) && m.on(s, a) && m.on(s, b) {
			rank, ok = s.rank, true
		}
	}
	if ok {
		return rank, ok
	}
	// A border may bend round a vertex of the line: then each end lies on another
	// segment and the middle near one of them.
	near := func(p Cm, rank int) bool {
		for _, s := range m.buckets[bucketOf(p)] {
			if s.rank == rank && m.on(s, p) {
				return true
			}
		}
		return false
	}
	for _, s := range m.buckets[bucketOf(middle)] {
		if (!ok || s.rank < rank) && m.on(s, middle) && near(a, s.rank) && near(b, s.rank) {
			rank, ok = s.rank, true
		}
	}
	return rank, ok
}

// Touches reports whether p lies on any line.
func (m *LineMap) Touches(p Cm) bool {
	for _, s := range m.buckets[bucketOf(p)] {
		if m.on(s, p) {
			return true
		}
	}
	return false
}

func (m *LineMap) on(s mapped, p Cm) bool {
	// Most lines of a bucket are nowhere near.
	if p.X < min(s.a.X, s.b.X)-m.reach || p.X > max(s.a.X, s.b.X)+m.reach || p.Y < min(s.a.Y, s.b.Y)-m.reach || p.Y > max(s.a.Y, s.b.Y)+m.reach {
		return false
	}
	return toSegment(p.raw(), s.a.raw(), s.b.raw()) <= m.near
}
