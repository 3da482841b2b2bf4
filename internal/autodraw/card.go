package autodraw

import "math"

// Card is the score card (评分卡) by which drawings are compared. All shares are 0 … 1.
type Card struct {
	Grids            int     `json:"grids"`
	LeastHouseholds  int     `json:"least_households"`  // of the smallest grid
	MostHouseholds   int     `json:"most_households"`   // of the largest
	MostPersons      int     `json:"most_persons"`      // of the fullest
	MeanDeviation    float64 `json:"mean_deviation"`    // |households − mean| ÷ mean, mean over grids
	LargestDeviation float64 `json:"largest_deviation"` // the worst of them
	InBand           float64 `json:"in_band"`           // grids with households and persons as wanted
	Compactness      float64 `json:"compactness"`       // Polsby–Popper, mean over grids
	OnRoad           float64 `json:"on_road"`           // of the border between grids, by length
	DividedBlocks    int     `json:"divided_blocks"`    // pieces of blocks beyond one each
	Kept             float64 `json:"kept"`              // households that stay in their grid
	MovedHouseholds  int     `json:"moved_households"`  // the others; those that had no grid do not count
	StrayPieces      int     `json:"stray_pieces"`      // pieces of grids beyond one each
}

// Card measures a drawing; grid and continues as in Drawing.
func (r *Region) Card(grid, continues []int32, o Options) Card {
	o = o.defaults()
	s := newState(r, grid, nil, len(continues), o.weights(), nil)
	c := Card{Grids: len(continues), LeastHouseholds: math.MaxInt, DividedBlocks: s.divided}
	n, fit := float64(c.Grids), 0
	for q := range continues {
		h, p := int(s.households[q]), int(s.persons[q])
		c.LeastHouseholds, c.MostHouseholds = min(c.LeastHouseholds, h), max(c.MostHouseholds, h)
		c.MostPersons = max(c.MostPersons, p)
		off := math.Abs(s.households[q]-s.target) / s.target
		c.MeanDeviation += off / n
		c.LargestDeviation = max(c.LargestDeviation, off)
		if h >= o.Least && h <= o.Most && (o.MostPersons == 0 || p <= o.MostPersons) {
			fit++
		}
		c.Compactness += 4 * math.Pi * s.area[q] / square(max(1, s.rim[q])) / n
	}
	c.InBand = float64(fit) / n
	c.OnRoad = r.onRoad(grid)
	had, kept := 0, 0
	for v, cell := range r.cells {
		if cell.Old < 0 {
			continue
		}
		had += int(cell.Households)
		if continues[grid[v]] == cell.Old {
			kept += int(cell.Households)
		}
	}
	c.Kept, c.MovedHouseholds = 1, had-kept
	if had > 0 {
		c.Kept = float64(kept) / float64(had)
	}
	_, _, label := r.pieces(grid)
	c.StrayPieces = len(label) - c.Grids
	return c
}

func (r *Region) onRoad(grid []int32) float64 {
	road, all := 0.0, 0.0
	for v := range r.cells {
		for k := r.off[v]; k < r.off[v+1]; k++ {
			if grid[r.nb[k]] == grid[v] {
				continue
			}
			all += r.long[k]
			if r.kind[k] != Inner {
				road += r.long[k]
			}
		}
	}
	if all == 0 {
		return 1
	}
	return road / all
}
