// Package demo makes a believable street: a town of roads, a river, estates and
// old lanes, its communities and grids, the people in it and what they do, the
// same for the same seed. Everything in it is made up; it stands where there are
// fields in reality, and its names, phones and numbers belong to nobody.
package demo

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

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
	per := 2.6
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

// The district: tiles in a lattice, four to a street.
const (
	districtCols = 8
	districtRows = 6
	riverRow     = 1 // the row of tiles the river runs through
)

var streetNames = []string{"红旗", "文昌", "滨江", "学前", "中兴", "望湖", "东塘", "南苑", "北园", "新城", "仓桥", "青枫"}

// district makes streets of about 20 communities each into a sink, four tiles a
// street, tile by tile; only outlines are kept. cols and rows are even.
func district(seed uint64, out sink, cols, rows int) {
	base := newDice(seed, 1)
	g := newGround(base)
	streets := cols * rows / 4
	offices := make([]*office, streets)
	edges := make([][][2]spot, streets)
	coms := make([][]place, streets)
	for i, n := range streetNames[:streets] {
		offices[i] = &office{code: fmt.Sprintf("330499%03d", i+1), name: n + "街道", n: map[string]int{}, communities: districtCommunities(i)}
	}
	for row := range rows {
		for col := range cols {
			k := row/2*(cols/2) + col/2
			d := newDice(seed, uint64(100+row*cols+col))
			plan := inland()
			if row == riverRow {
				plan = riverside()
			} else if d.yes(.5) {
				plan = plan.mirrored()
			}
			t := build(d, g, float64(col-cols/2), float64(row-rows/2), plan, latticeRims(row, col, cols, rows), 1)
			s := newSettler(t, out, offices[k])
			s.thin = true
			s.settle(t.govern(5, 425), row%2 == 0 && col%2 == 0, 1)
			for i := range s.coms {
				edges[k] = append(edges[k], rimOf(s.coms[i].shapes)...)
				s.coms[i].faces = nil
			}
			coms[k] = append(coms[k], s.coms...)
		}
	}
	var whole [][2]spot
	shapes := make([][][][]spot, len(offices))
	for i := range offices {
		edges[i] = cancel(edges[i])
		shapes[i] = joinEdges(edges[i])
		whole = append(whole, edges[i]...)
	}
	area(out, districtCode, districtName, "district", "", joinEdges(cancel(whole)))
	for i, o := range offices {
		area(out, o.code+"000", o.name, "street", districtCode, shapes[i])
	}
	for i, o := range offices {
		for _, c := range coms[i] {
			area(out, c.code, c.name, "community", o.code+"000", c.shapes)
		}
	}
}

// districtCommunities are names no other street uses.
func districtCommunities(street int) []string {
	var out []string
	for i := range 24 {
		n := street*24 + i
		w := yardWords[n%len(yardWords)]
		if k := n / len(yardWords); k > 0 {
			w += []string{"东", "西", "南", "北", "新"}[k-1]
		}
		out = append(out, w)
	}
	return out
}

// latticeRims are the roads between tiles; only the tile north and east of a
// road writes it, so that it is there once.
func latticeRims(row, col, cols, rows int) [4]way {
	name := func(kind string, i int) string { return kind + chinese(i+1) + "路" }
	rim := func(n string, i int) way {
		if i%2 == 0 {
			return way{name: n, kind: "main", half: 18}
		}
		return way{name: n, kind: "secondary", half: 12}
	}
	r := [4]way{rim(name("纬", row), row), rim(name("经", col+1), col+1), rim(name("纬", row+1), row+1), rim(name("经", col), col)}
	r[1].hidden = col+1 < cols
	r[2].hidden = row+1 < rows
	return r
}

// Bounds is the box round everything a street or a district draws, in
// EPSG:4326; a start view for maps.
func Bounds(scale Scale) orb.Bound {
	w, h := 1.0, 1.0
	if scale == District {
		w, h = districtCols, districtRows
	}
	half := orb.Point{w*tileWide/2 + 200, h*tileHigh/2 + 200}
	return orb.MultiPoint{degrees(times(half, -1)), degrees(half)}.Bound()
}
