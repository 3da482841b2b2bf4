package demo

import (
	"fmt"

	"github.com/paulmach/orb"
)

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
	for n := range ahead(seed, g, cols, rows) {
		k := n.row/2*(cols/2) + n.col/2
		s := newSettler(n.tile, out, offices[k])
		s.thin = true
		s.settle(n.list, n.row%2 == 0 && n.col%2 == 0, 1)
		for i := range s.coms {
			edges[k] = append(edges[k], rimOf(s.coms[i].shapes)...)
			s.coms[i].faces = nil
		}
		coms[k] = append(coms[k], s.coms...)
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

// ready is a tile of the lattice with its territory, waiting for its people.
type ready struct {
	row, col int
	tile     *tile
	list     []community
}

// ahead builds the tiles in order, one ahead of whoever takes them; its
// goroutine ends when the last one has been taken, so all must be.
func ahead(seed uint64, g ground, cols, rows int) <-chan ready {
	out := make(chan ready, 1)
	go func() {
		defer close(out)
		for row := range rows {
			for col := range cols {
				d := newDice(seed, uint64(100+row*cols+col))
				plan := inland()
				if row == riverRow {
					plan = riverside()
				} else if d.yes(.5) {
					plan = plan.mirrored()
				}
				t := build(d, g, float64(col-cols/2), float64(row-rows/2), plan, latticeRims(row, col, cols, rows), 1)
				out <- ready{row, col, t, t.govern(5, 440)}
			}
		}
	}()
	return out
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
