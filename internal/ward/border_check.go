package ward

import "github.com/paulmach/orb"

// WalkedPiece is how a piece of a plan's border stands, for the checks of the plan.
type WalkedPiece struct {
	Mark   int
	State  string // open, accepted, rejected
	Name   string // what it follows
	Pairs  []int64
	Reason string // of the last rejection
	By     string // who rejected it
	Place  orb.Point
}

// checkWalk finds that nobody was asked to walk the new border, what of it nobody
// has walked, and what was found not to fit on the spot. It warns only: the planner
// decides.
func (g *Ground) checkWalk() (out []PlanCheck) {
	switch {
	case g.Walked == nil:
		return nil
	case len(g.Walked) == 0:
		return g.checkUnasked()
	}
	fresh := map[[2]int64]float64{} // metres, by the cells on both sides
	for _, a := range g.Mesh.Arcs {
		if _, _, is := g.freshArc(a); is {
			fresh[cellPair(a)] += a.Length
		}
	}
	answered := map[[2]int64]bool{}
	for _, p := range g.Walked {
		var cells []int64
		for i := 0; i+1 < len(p.Pairs); i += 2 {
			pair := [2]int64{p.Pairs[i], p.Pairs[i+1]}
			if _, still := fresh[pair]; !still {
				continue
			}
			cells = append(cells, pair[0], pair[1])
			answered[pair] = answered[pair] || p.State != PieceOpen
		}
		if p.State == PieceRejected && len(cells) > 0 {
			c := g.finding("rejected", CheckWarning, 0, cells, nil, "踏界第%d段（沿%s）与实地不符：%s（%s）", p.Mark, p.Name, p.Reason, p.By)
			c.Place = p.Place
			out = append(out, c)
		}
	}
	var cells []int64
	metres := 0.0
	for _, a := range g.Mesh.Arcs {
		if pair := cellPair(a); fresh[pair] > 0 && !answered[pair] {
			if _, _, is := g.freshArc(a); is {
				cells, metres = append(cells, a.Left, a.Right), metres+a.Length
			}
		}
	}
	if len(cells) > 0 {
		out = append(out, g.finding("unwalked", CheckWarning, 0, cells, nil, "新边界还有约%.0f米没有到现场核对（踏界）", metres))
	}
	return out
}

// checkUnasked finds a new border that nobody was asked to walk.
func (g *Ground) checkUnasked() []PlanCheck {
	var cells []int64
	metres := 0.0
	for _, a := range g.Mesh.Arcs {
		if _, _, fresh := g.freshArc(a); fresh {
			cells, metres = append(cells, a.Left, a.Right), metres+a.Length
		}
	}
	if len(cells) == 0 {
		return nil
	}
	return []PlanCheck{g.finding("unasked", CheckWarning, 0, cells, nil, "新边界约%.0f米，还没有请网格长到现场核对（踏界）", metres)}
}
