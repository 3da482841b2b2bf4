package ward

// Conflicts are the cells another plan moved since this one touched them, that
// this one wants elsewhere.
func (g *Ground) Conflicts() []int64 {
	out := []int64{}
	for _, c := range g.Cells {
		if c.From != c.Head && c.Now != c.Head {
			out = append(out, c.ID)
		}
	}
	return out
}

// resolve takes theirs; keeping ours changes no grid (the store notes the new
// base of the cells).
func (g *Ground) resolve(op PlanOp) (PlanDelta, error) {
	d := PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}}
	if op.Keep != "theirs" {
		return d, nil
	}
	for _, id := range g.chosen(op) {
		if c := g.Cell(id); c.From != c.Head && c.Now != c.Head {
			d.Cells, d.Was, d.Now = append(d.Cells, id), append(d.Was, c.Now), append(d.Now, c.Head)
		}
	}
	return d, nil
}

// rebase moves cells whose grid another plan closed to the grid that took it
// over; where nobody took nearly all of it, they go where they are officially. So
// do cells that meanwhile came to another community than their grid's.
func (g *Ground) rebase() PlanDelta {
	d := PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}}
	for _, c := range g.Cells {
		if c.Now <= 0 || g.Knows(c.Now) && !g.abroad(c) {
			continue
		}
		to := g.Heirs[c.Now]
		if to == 0 || g.Community(to) != c.Community && !g.MovesBorders() {
			to = c.Head
		}
		d.Cells, d.Was, d.Now = append(d.Cells, c.ID), append(d.Was, c.Now), append(d.Now, to)
	}
	return d
}
