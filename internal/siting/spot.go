package siting

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// spotSquare is how wide the squares are by which buildings are gathered, metres:
// two buildings are of one spot when their squares touch, across a lane but
// not across a main road with its trees.
const spotSquare = 60.0

// squares are the squares doors stand in and which of them touch, within one
// community each. They are made once per ground: a slider moves often.
type squares struct {
	of    []int32   // by door
	touch [][]int32 // by square: those made before it
}

func newSquares(doors []ward.SitingDoor) squares {
	type key struct {
		community int64
		at        [2]int
	}
	s, number := squares{of: make([]int32, len(doors))}, map[key]int32{}
	for i := range doors {
		at := key{doors[i].Community, squareOf(doors[i].At, spotSquare)}
		mine, known := number[at]
		if !known {
			mine = int32(len(s.touch))
			number[at] = mine
			s.touch = append(s.touch, nil)
			for dx := -1; dx <= 1; dx++ {
				for dy := -1; dy <= 1; dy++ {
					if other, there := number[key{at.community, [2]int{at.at[0] + dx, at.at[1] + dy}}]; there && other != mine {
						s.touch[mine] = append(s.touch[mine], other)
					}
				}
			}
		}
		s.of[i] = mine
	}
	return s
}

// groups numbers the groups of late doors whose squares touch, each by one of
// its squares. The time it takes grows with the doors, not with how close they stand.
func (s squares) groups(late []int32) []int32 {
	parent := make([]int32, len(s.touch))
	for i := range parent {
		parent[i] = -1 // nobody late stands there
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, door := range late {
		parent[s.of[door]] = s.of[door]
	}
	for mine := range s.touch {
		for _, other := range s.touch[mine] {
			if parent[mine] >= 0 && parent[other] >= 0 {
				a, b := root(int32(mine)), root(other)
				parent[max(a, b)] = min(a, b)
			}
		}
	}
	out := make([]int32, len(late))
	for i, door := range late {
		out[i] = root(s.of[door])
	}
	return out
}

// spots gathers late doors into blank spots, those with most households first.
// group numbers the group of each.
func spots(doors []ward.SitingDoor, late, group []int32, minutes []float64, areas map[int64]string) []ward.SitingSpot {
	at := map[int32]int{}
	var all []gathering
	for i, g := range group {
		k, known := at[g]
		if !known {
			k = len(all)
			at[g] = k
			all = append(all, newGathering(&doors[late[i]], areas))
		}
		all[k].add(&doors[late[i]], minutes[late[i]])
	}
	slices.SortStableFunc(all, func(a, b gathering) int { return cmp.Compare(b.Households, a.Households) })
	out := make([]ward.SitingSpot, min(len(all), ward.SitingSpots))
	for i := range out {
		out[i] = all[i].done(i + 1)
	}
	return out
}

// gathering is a blank spot while it grows.
type gathering struct {
	ward.SitingSpot
	box          orb.Bound
	most, walked int
}

func newGathering(d *ward.SitingDoor, areas map[int64]string) gathering {
	return gathering{
		SitingSpot: ward.SitingSpot{Community: ward.Named{ID: d.Community, Name: areas[d.Community]}, Buildings: []int64{}},
		box:        orb.Bound{Min: d.Location, Max: d.Location}, most: -1,
	}
}

func (g *gathering) add(d *ward.SitingDoor, minutes float64) {
	g.SitingPeople, g.box = g.SitingPeople.Plus(d.SitingPeople), g.box.Extend(d.Location)
	if d.Households > g.most {
		g.most, g.Place, g.Location = d.Households, d.Title, d.Location
	}
	if len(g.Buildings) < ward.SitingSpotDoors {
		g.Buildings = append(g.Buildings, d.Building)
	}
	if minutes < 0 {
		g.CutOff += d.Households
		return
	}
	g.Mean += minutes * float64(d.Households)
	g.walked += d.Households
}

func (g *gathering) done(id int) ward.SitingSpot {
	s := g.SitingSpot
	s.ID, s.Mean = id, tenths(s.Mean/float64(max(1, g.walked)))
	s.Bounds = []float64{g.box.Min[0], g.box.Min[1], g.box.Max[0], g.box.Max[1]}
	return s
}
