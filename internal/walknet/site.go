package walknet

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Demand is a door that should reach something on foot.
type Demand struct {
	Access
	Weight float64 // households, elders counted more by who asks
}

// Score is how well one candidate serves the demand.
type Score struct {
	Candidate int     // index
	Mean      float64 // metres, weighted
	Worst     float64 // metres, the farthest door that gets there at all
	Within    float64 // share 0 … 1 of the weight within the limit
	Gain      float64 // share that no existing place reaches
	Cut       float64 // share of the weight that cannot get there on foot
}

// Sites scores candidates for a place that everybody should reach within limit
// metres, best first: most newly reached, then shortest mean, then index.
// tell is called with the number done. When ctx ends the error is its cause.
func (n *Net) Sites(ctx context.Context, candidates, existing []Access, demand []Demand, limit float64, tell func(done int)) ([]Score, error) {
	served := n.served(existing, demand, limit)
	total := 0.0
	for _, d := range demand {
		total += d.Weight
	}
	scores := make([]Score, len(candidates))
	for i, c := range candidates {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		scores[i] = n.score(i, n.From([]Access{c}, math.Inf(1)), demand, served, limit, math.Max(total, math.SmallestNonzeroFloat64))
		if tell != nil {
			tell(i + 1)
		}
	}
	slices.SortFunc(scores, func(a, b Score) int {
		return cmp.Or(cmp.Compare(b.Gain, a.Gain), cmp.Compare(a.Mean, b.Mean), cmp.Compare(a.Candidate, b.Candidate))
	})
	return scores, nil
}

func (n *Net) served(existing []Access, demand []Demand, limit float64) []bool {
	served := make([]bool, len(demand))
	reach := n.From(existing, limit)
	for i, d := range demand {
		metres, _ := reach.To(d.Access)
		served[i] = metres <= limit
	}
	return served
}

func (n *Net) score(candidate int, reach *Reach, demand []Demand, served []bool, limit, total float64) Score {
	s := Score{Candidate: candidate}
	reached := 0.0
	for i, d := range demand {
		metres, from := reach.To(d.Access)
		if from < 0 {
			s.Cut += d.Weight / total
			continue
		}
		reached += d.Weight
		s.Mean += metres * d.Weight
		s.Worst = math.Max(s.Worst, metres)
		if metres <= limit {
			s.Within += d.Weight / total
			if !served[i] {
				s.Gain += d.Weight / total
			}
		}
	}
	if reached > 0 {
		s.Mean /= reached
	}
	return s
}

// Choose picks up to count candidates, one after the other the one that adds
// most weight within limit metres of anything; candidates that add nothing are
// not picked. It is the greedy answer to the maximal covering problem, at least
// 63 % of the best possible. covered is the share reached after each pick, the
// first value before any.
func (n *Net) Choose(ctx context.Context, candidates, existing []Access, demand []Demand, limit float64, count int) (picked []int, covered []float64, err error) {
	total, have := 0.0, 0.0
	served := n.served(existing, demand, limit)
	for i, d := range demand {
		total += d.Weight
		if served[i] {
			have += d.Weight
		}
	}
	total = math.Max(total, math.SmallestNonzeroFloat64)
	covered = []float64{have / total}
	reaches := make([][]int32, len(candidates)) // demand within the limit
	for c, place := range candidates {
		if err := context.Cause(ctx); err != nil {
			return nil, nil, err
		}
		reach := n.From([]Access{place}, limit)
		for i, d := range demand {
			if metres, _ := reach.To(d.Access); !served[i] && metres <= limit {
				reaches[c] = append(reaches[c], int32(i))
			}
		}
	}
	for range count {
		best, most := -1, 0.0
		for c, doors := range reaches {
			gain := 0.0
			for _, i := range doors {
				if !served[i] {
					gain += demand[i].Weight
				}
			}
			if gain > most {
				best, most = c, gain
			}
		}
		if best < 0 {
			break
		}
		for _, i := range reaches[best] {
			served[i] = true
		}
		have += most
		picked, covered = append(picked, best), append(covered, have/total)
	}
	return picked, covered, nil
}
