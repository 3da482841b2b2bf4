package ward

// Revert is the delta of undoing d; a conflict names how many cells somebody
// changed since.
func (g *Ground) Revert(d PlanDelta) (PlanDelta, error) {
	r := d.Reverse()
	changed := 0
	for i, id := range r.Cells {
		if g.Cell(id) == nil || g.Label(id) != r.Was[i] {
			changed++
		}
	}
	for _, c := range r.Grids {
		now, have := g.States[c.Grid]
		if have != (c.Was != nil) || have && !sameState(now, *c.Was) {
			return PlanDelta{}, Errorf(Conflict, "网格“%s”后来又改过，不能撤销这一步", g.card(c.Grid).Name)
		}
		if c.Now == nil && (c.Grid < 0 || now.Reopen) && g.holds(c.Grid, r) {
			return PlanDelta{}, Errorf(Conflict, "网格“%s”后来又加了地块，不能撤销这一步", g.card(c.Grid).Name)
		}
	}
	if changed > 0 {
		return PlanDelta{}, Errorf(Conflict, "其中%d个地块后来又改过归属，不能撤销这一步", changed)
	}
	return r, g.unlocked(r)
}

// holds tells whether a grid keeps a cell after a delta.
func (g *Ground) holds(label int64, d PlanDelta) bool {
	leaving := 0
	for i := range d.Cells {
		if d.Was[i] == label {
			leaving++
		}
	}
	return len(g.Of(label)) > leaving
}

func sameState(a, b PlanGridState) bool {
	if (a.Branch == nil) != (b.Branch == nil) || a.Branch != nil && *a.Branch != *b.Branch {
		return false
	}
	a.Branch, b.Branch = nil, nil
	return a == b
}
