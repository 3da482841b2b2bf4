package postgres

import (
	"cmp"
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// arcClasses are the classes of lines in the order in which they win where
// several run along one border: the river first, because nobody walks across it.
var arcClasses = [...]string{"river", "main", "secondary", "minor", "rail", "wall", "path", "limit"}

// isRoad tells the classes a stray piece is not merged across while it has
// another neighbour.
func isRoad(class string) bool { return class != "inner" && class != "limit" }

// baseFace is one face of the noded linework.
type baseFace struct {
	pt        orb.Point // inside it, metres
	in        *block
	block     int   // number of the block of its cell
	community int64 // 0 in a sliver between communities
	owner     int64 // the cluster of buildings, 0 when there is none
	anchored  bool  // the owner's own point lies in this face
	rings     [][]geo.Cm
	cell      int // index of the cell it ended up in, -1 while astray
}

// groupFaces joins faces into cells: those of one cluster of buildings that hang
// together, and each empty block face by itself; what is cut off or a splinter
// goes to the neighbour with the longest border that is no road.
func (b *coverageBuild) groupFaces(context.Context) error {
	b.step("拼合地块")
	in := make([]geo.Face, len(b.faces))
	for i, f := range b.faces {
		in[i] = geo.Face{Cell: int64(i + 1), Rings: f.rings}
	}
	arcs, err := geo.Arcs(in, b.cutOrClass)
	if err != nil {
		return fmt.Errorf("pairing the borders of faces: %w", err)
	}
	g := newFaceGraph(b.faces, arcs)
	g.gather()
	b.report.Splinters = g.adopt()
	for _, f := range b.faces {
		f.in.seated = f.in.seated || f.cell >= 0
	}
	return nil
}

func (b *coverageBuild) classOf(p, q geo.Cm) string {
	if rank, ok := b.classes.Along(p, q); ok {
		return arcClasses[rank]
	}
	return "inner"
}

// faceGraph is who borders whom among faces.
type faceGraph struct {
	faces   []baseFace
	borders [][]faceBorder
	cells   int
}

type faceBorder struct {
	to     int // face, -1 outside
	class  string
	length float64
}

func newFaceGraph(faces []baseFace, arcs []geo.Arc) *faceGraph {
	g := &faceGraph{faces: faces, borders: make([][]faceBorder, len(faces))}
	for _, a := range arcs {
		l, r := int(a.Left-1), int(a.Right-1)
		if l >= 0 {
			g.borders[l] = append(g.borders[l], faceBorder{r, a.Class, a.Length})
		}
		if r >= 0 {
			g.borders[r] = append(g.borders[r], faceBorder{l, a.Class, a.Length})
		}
	}
	return g
}

// gather floods from the faces that hold a building's point, and gives every
// void face of some size a cell of its own. So it does with ground that a cut
// took from its building.
func (g *faceGraph) gather() {
	defer g.gatherCutOff()
	for i := range g.faces {
		f := &g.faces[i]
		switch {
		case f.cell >= 0 || f.community == 0:
		case f.anchored, f.owner == 0 && !g.splinter(i):
			f.cell = g.cells
			g.cells++
			g.flood(i)
		}
	}
}

func (g *faceGraph) flood(from int) {
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		f := g.faces[queue[0]]
		for _, e := range g.borders[queue[0]] {
			if f.owner == 0 || e.to < 0 {
				continue
			}
			if n := &g.faces[e.to]; n.cell < 0 && n.owner == f.owner && n.community == f.community && e.class != classCut {
				n.cell = f.cell
				queue = append(queue, e.to)
			}
		}
	}
}

func (g *faceGraph) splinter(i int) bool {
	area, around := geo.RingsArea(g.faces[i].rings), 0.0
	for _, e := range g.borders[i] {
		around += e.length
	}
	return area < geo.SplinterArea || 2*area < geo.SplinterWidth*around
}

// adopt gives the faces still astray to neighbours, those next to a cell first,
// and returns how many. A sliver between communities that reaches the outside
// stays outside; a stray face that has no neighbour of its community becomes a
// cell of its own.
func (g *faceGraph) adopt() int {
	adopted := 0
	for again := true; again; {
		again = false
		for i := range g.faces {
			f := &g.faces[i]
			if f.cell >= 0 {
				continue
			}
			if to, ok := g.neighbour(i); ok {
				n := g.faces[to]
				f.cell, f.community, f.block = n.cell, n.community, n.block
				adopted++
				again = true
			}
		}
	}
	for i := range g.faces {
		if f := &g.faces[i]; f.cell < 0 && f.community != 0 {
			f.owner, f.cell = 0, g.cells
			g.cells++
		}
	}
	return adopted
}

// neighbour is the face next to i that is in a cell and shares the longest
// border in total by cell, roads only when there is nothing else.
func (g *faceGraph) neighbour(i int) (int, bool) {
	f := g.faces[i]
	type share struct {
		to     int
		length float64
	}
	byCell := map[int]share{}
	for _, e := range g.borders[i] {
		if e.to < 0 {
			if f.community == 0 {
				return 0, false
			}
			continue
		}
		n := g.faces[e.to]
		if n.cell < 0 || f.community != 0 && n.community != f.community {
			continue
		}
		s := byCell[n.cell]
		s.to, s.length = e.to, s.length+e.length
		if isRoad(e.class) {
			s.length -= e.length * (1 - 1e-6) // a tie-breaker only
		}
		byCell[n.cell] = s
	}
	best, found := share{}, false
	for _, s := range byCell {
		if !found || cmp.Or(cmp.Compare(s.length, best.length), cmp.Compare(best.to, s.to)) > 0 {
			best, found = s, true
		}
	}
	return best.to, found
}
