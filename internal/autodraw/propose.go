package autodraw

import "context"

// Bent says in which direction a proposal leans from what was asked.
type Bent string

// The bents: as asked, with fewer people changing their grid, with more of the
// border on roads, with rounder grids.
const (
	AsAsked Bent = "as_asked"
	Stay    Bent = "stay"
	Roads   Bent = "roads"
	Round   Bent = "round"
)

// Proposal is one of several drawings to choose from.
type Proposal struct {
	Bent Bent
	Drawing
}

// Two drawings are different when this share of households lies in another grid.
const different = 0.01

// Propose gives up to n drawings that differ: as asked first, then leaning to
// one side each. When a lean changes nothing it is left out, so there may be
// fewer. When ctx ends, what is there is given back, at least the first.
func Propose(ctx context.Context, r *Region, o Options, n int) ([]Proposal, error) {
	var out []Proposal
	o.Restarts = o.defaults().Restarts
	tell := o.Progress
	for i, bent := range []Bent{AsAsked, Stay, Roads, Round} {
		if len(out) == n || len(out) > 0 && ctx.Err() != nil {
			break
		}
		lean := o.lean(bent)
		if tell != nil {
			done := len(out)
			lean.Progress = func(share float64) { tell((float64(done) + share) / float64(max(1, n))) }
		}
		lean.Seed = o.Seed + uint64(i)
		d, err := Draw(ctx, r, lean)
		if err != nil {
			return nil, err
		}
		if r.isNew(out, d) {
			out = append(out, Proposal{bent, d})
		}
	}
	return out, nil
}

// lean moves one slider most of the way to its end.
func (o Options) lean(bent Bent) Options {
	toward := func(at *float64) *float64 {
		from := 0.5
		if at != nil {
			from = *at
		}
		to := from + 0.7*(1-from)
		return &to
	}
	switch bent {
	case Stay:
		o.Scratch = false
		o.Keep = toward(o.Keep)
	case Roads:
		o.Roads = toward(o.Roads)
	case Round:
		o.Compact = toward(o.Compact)
	}
	return o
}

func (r *Region) isNew(known []Proposal, d Drawing) bool {
	for _, k := range known {
		apart := 0
		for v, c := range r.cells {
			a, b := k.Grid[v], d.Grid[v]
			if k.Continues[a] != d.Continues[b] || k.Continues[a] < 0 && a != b {
				apart += int(c.Households)
			}
		}
		if float64(apart) < different*float64(r.households) {
			return false
		}
	}
	return true
}
