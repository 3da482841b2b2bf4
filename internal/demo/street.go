// Package demo makes a believable street: a town of roads, a river, estates and
// old lanes, its communities and grids, the people in it and what they do, the
// same for the same seed. Everything in it is made up; it stands where there are
// fields in reality, and its names, phones and numbers belong to nobody.
package demo

import (
	"slices"

	"wangge/internal/ward"
)

// Scale is how much is made.
type Scale string

// The scales: one street of 8 communities, or a district of 12 streets and 240
// communities for measuring.
const (
	OneStreet Scale = "street"
	District  Scale = "district"
)

const (
	districtCode = "330499000000"
	districtName = "江澜区"
)

var streetCommunities = []string{"绿地", "锦绣", "芳草", "安康", "向阳", "朝晖", "梅园", "春晓"}

// streetRims are what the street ends at: south, east, north, west.
func streetRims() [4]way {
	return [4]way{
		{name: "南塘路", kind: "secondary", half: 12},
		{name: "江澜铁路", kind: "rail", half: 20},
		{name: "建设北路", kind: "main", half: 18},
		{name: "西塘路", kind: "secondary", half: 12},
	}
}

// Street makes one street and holds it in memory.
func Street(seed uint64) *Town {
	t := &Town{Rows: map[string][]Row{}}
	street(seed, t)
	return t
}

// Write makes a city of the given scale into a folder of files, one a sheet, as
// ward.Sheets names them. The files are the same for the same seed, byte for
// byte. It fails when the folder cannot be written.
func Write(dir string, seed uint64, scale Scale) error {
	fo, err := newFolder(dir, ward.Sheets())
	if err != nil {
		return err
	}
	switch scale {
	case District:
		district(seed, fo, districtCols, districtRows)
	default:
		street(seed, fo)
	}
	return fo.close()
}

// street makes the street into a sink and returns the tile it stands on.
func street(seed uint64, out sink) *settler {
	d := newDice(seed, 0)
	g := newGround(d)
	t := build(d, g, -.5, -.5, riverside(), streetRims(), 2)
	o := &office{code: "330499008", name: "红旗街道", n: map[string]int{}, communities: streetCommunities}
	s := newSettler(t, out, o)
	s.settle(t.govern(len(streetCommunities), 425), true, 4)
	outer := [][2]spot{}
	for _, c := range s.coms {
		outer = append(outer, rimOf(c.shapes)...)
	}
	shape := joinEdges(cancel(outer))
	area(out, districtCode, districtName, "district", "", shape)
	area(out, o.code+"000", o.name, "street", districtCode, shape)
	for _, c := range s.coms {
		area(out, c.code, c.name, "community", o.code+"000", c.shapes)
	}
	return s
}

// settle fills the tile with everything that is not ground; head says that the
// street office itself stands here.
func (s *settler) settle(list []community, head bool, white int) {
	s.territory(list)
	s.maps()
	s.movesIn()
	s.organise(head, white)
	s.institutions()
	s.points(head)
	s.secretaries()
	per := 3.1
	if s.thin {
		per = 1.4
	}
	s.hubs(per)
	s.teams(head)
	s.fillRoles()
	s.stewards()
	s.pledges()
	s.pairings(head)
	s.rollCall()
	s.honours()
}

func area(out sink, code, name, level, parent string, shape [][][]spot) {
	out.put("areas", multiOf(shape), "code", code, "name", name, "level", level, "parent", parent, "scheme", "party", "valid_from", "2020-01-01")
}

// rimOf lists the directed edges of traced shapes.
func rimOf(polys [][][]spot) [][2]spot {
	var out [][2]spot
	for _, rings := range polys {
		for _, r := range rings {
			for i, a := range r {
				out = append(out, [2]spot{a, r[(i+1)%len(r)]})
			}
		}
	}
	return out
}

// cancel drops every edge whose opposite is there too: what is left is the
// outline of the whole.
func cancel(edges [][2]spot) [][2]spot {
	there := make(map[[2]spot]bool, len(edges))
	for _, e := range edges {
		there[e] = true
	}
	return slices.DeleteFunc(edges, func(e [2]spot) bool { return there[[2]spot{e[1], e[0]}] })
}
