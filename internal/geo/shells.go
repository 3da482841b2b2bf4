package geo

// shells finds the smallest shell around a ring.
type shells struct {
	faces [][][]Cm
	*lattice
	filed filing
}

func newShells(faces [][][]Cm) shells {
	boxes := make([]Segment, len(faces))
	for i, f := range faces {
		boxes[i] = boxOf(f[0])
	}
	g := newLattice(boxes)
	return shells{faces, g, g.file(len(faces), func(i int, put func(int)) {
		g.within(boxes[i].A.X, boxes[i].A.Y, boxes[i].B.X, boxes[i].B.Y, put)
	})}
}

func (s shells) holding(ring []Cm, may func(face int32) bool) int32 {
	best, least := int32(-1), int64(0)
	for _, f := range s.filed.of(s.at(ring[0])) {
		shell := s.faces[f][0]
		if size := area2(shell); may(f) && (best < 0 || size < least) && ringHolds(shell, ring) {
			best, least = f, size
		}
	}
	return best
}

// boxOf is the bounding box of a line, from its south-west to its north-east
// corner.
func boxOf(line []Cm) Segment {
	b := Segment{A: line[0], B: line[0]}
	for _, p := range line[1:] {
		b.A, b.B = Cm{min(b.A.X, p.X), min(b.A.Y, p.Y)}, Cm{max(b.B.X, p.X), max(b.B.Y, p.Y)}
	}
	return b
}
