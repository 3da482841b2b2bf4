package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"wangge/internal/ward"
)

var seeds = []uint64{42, 7, 2026}

// city is one street with what made it.
type city struct {
	s    *settler
	town *Town
}

func TestStreet(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds {
		town := &Town{Rows: map[string][]Row{}}
		at := city{street(seed, town), town}
		for name, check := range map[string]func(*testing.T, city){
			"has the size of a street":                                    hasTheSizeOfAStreet,
			"houses stand apart from each other and from roads and water": housesStandApart,
			"grids tile communities and communities tile the street":      gridsTile,
			"every building is whole in one grid":                         everyBuildingInOneGrid,
			"some grid has two parts and some grid has a hole":            partsAndHole,
			"most grids have three to five hundred households":            gridSizes,
			"hubs serve doors nearby on their bank of the river":          hubsServeNearby,
			"a few grids are white spots":                                 whiteSpots,
			"members have the ages of a real street":                      memberAges,
			"id numbers have their check digit and no real region":        idNumbers,
			"codes are unique and references resolve":                     codesResolve,
			"rows fit their sheets":                                       rowsFit,
		} {
			t.Run(fmt.Sprintf("%d/%s", seed, name), func(t *testing.T) {
				t.Parallel()
				check(t, at)
			})
		}
	}
}

func fingerprint(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	for _, s := range ward.Sheets() {
		b, err := os.ReadFile(filepath.Join(dir, FileName(s)))
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestTheSameSeedWritesTheSameBytes(t *testing.T) {
	t.Parallel()
	var prints []string
	for _, seed := range []uint64{42, 42, 43} {
		dir := t.TempDir()
		if err := Write(dir, seed, OneStreet); err != nil {
			t.Fatal(err)
		}
		prints = append(prints, fingerprint(t, dir))
	}
	if prints[0] != prints[1] {
		t.Error("two runs of one seed differ")
	}
	if prints[0] == prints[2] {
		t.Error("two seeds give one city")
	}
}

func hasTheSizeOfAStreet(t *testing.T, at city) {
	for _, c := range []struct {
		sheet  string
		lo, hi int
	}{
		{"areas", 10, 10},
		{"grids", 50, 72},
		{"buildings", 3500, 4500},
		{"households", 21000, 27000},
		{"members", 2000, 2950},
		{"branches", 90, 220},
		{"hubs", 100, 200},
		{"points", 45, 90},
		{"institutions", 280, 800},
		{"teams", 30, 70},
		{"lanes", 90, 400},
		{"courtyards", 60, 160},
		{"grid_roles", 600, 1600},
		{"stewards", 200, 900},
		{"pledges", 500, 2000},
		{"pairings", 100, 400},
		{"honours", 80, 100},
		{"roads", 250, 900},
		{"grounds", 80, 400},
	} {
		if n := len(at.town.Rows[c.sheet]); n < c.lo || n > c.hi {
			t.Errorf("%d %s, want %d–%d", n, c.sheet, c.lo, c.hi)
		}
	}
}

// overlap tells whether two open rings share ground.
func overlap(a, b []orb.Point) bool {
	for i := range a {
		for j := range b {
			if _, _, hit := meet(a[i], a[(i+1)%len(a)], b[j], b[(j+1)%len(b)]); hit {
				return true
			}
		}
	}
	return within(a, b[0]) || within(b, a[0])
}

func housesStandApart(t *testing.T, at city) {
	byFace := map[int][]int{}
	for i, h := range at.s.t.houses {
		byFace[h.face] = append(byFace[h.face], i)
		ring := at.s.t.plane.ring(h.face)
		ids := at.s.t.plane.faces[h.face].ring
		if !simple(h.ring) || areaOf(h.ring) < 15 {
			t.Fatalf("house %d (%s) has a broken outline", i, h.kind)
		}
		for _, p := range h.ring {
			if !within(ring, p) {
				t.Fatalf("house %d (%s, %s) leaves its block", i, h.kind, h.name)
			}
			for k, u := range ids {
				v := ids[(k+1)%len(ids)]
				w := at.s.t.plane.ways[at.s.t.plane.owner[edge{u, v}]]
				if d := toSegment(p, at.s.t.plane.at(u), at.s.t.plane.at(v)); d < w.half-.01 {
					t.Fatalf("house %d (%s, %s) stands %.2f m from the middle of %s, whose half width is %.1f", i, h.kind, h.name, d, w.name, w.half)
				}
			}
		}
	}
	for _, list := range byFace { // houses of different faces have a road between them
		for i, a := range list {
			for _, b := range list[i+1:] {
				if overlap(at.s.t.houses[a].ring, at.s.t.houses[b].ring) {
					t.Fatalf("houses %d and %d overlap (%s, %s)", a, b, at.s.t.houses[a].kind, at.s.t.houses[b].kind)
				}
			}
		}
	}
}

func doubleArea(polys [][][]spot) int64 {
	var sum int64
	for _, rings := range polys {
		for _, r := range rings {
			for i, a := range r {
				b := r[(i+1)%len(r)]
				sum += a.X*b.Y - b.X*a.Y
			}
		}
	}
	return sum
}

func gridsTile(t *testing.T, at city) {
	var street [][2]spot
	var sum int64
	for c, com := range at.s.coms {
		var grids int64
		for _, g := range at.s.grids {
			if g.com == c {
				grids += doubleArea(g.shapes)
			}
		}
		if grids != doubleArea(com.shapes) {
			t.Errorf("grids of %s leave a gap or overlap", com.name)
		}
		sum += doubleArea(com.shapes)
		street = append(street, rimOf(com.shapes)...)
	}
	whole := joinEdges(cancel(street))
	if len(whole) != 1 || len(whole[0]) != 1 || doubleArea(whole) != sum {
		t.Errorf("communities do not tile the street: %d parts", len(whole))
	}
	for _, r := range at.town.Rows["grids"] {
		for _, p := range r.Shape.(orb.MultiPolygon) {
			for i, ring := range p {
				if want := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; ring.Orientation() != want || !ring.Closed() || !simple(ring[:len(ring)-1]) {
					t.Errorf("%v has a bad ring %d", r.Values["name"], i)
				}
			}
		}
	}
}

func everyBuildingInOneGrid(t *testing.T, at city) {
	for _, b := range at.town.Rows["buildings"] {
		ring := b.Shape.(orb.Polygon)[0]
		in := 0
		for _, g := range at.town.Rows["grids"] {
			shape := g.Shape.(orb.MultiPolygon)
			if !shape.Bound().Intersects(ring.Bound()) {
				continue
			}
			n := 0
			for _, p := range ring {
				if planar.MultiPolygonContains(shape, p) {
					n++
				}
			}
			if n == len(ring) {
				in++
			} else if n > 0 {
				t.Fatalf("%v is cut by the border of %v", b.Values["code"], g.Values["name"])
			}
		}
		if in != 1 {
			t.Fatalf("%v lies in %d grids", b.Values["code"], in)
		}
	}
}

func partsAndHole(t *testing.T, at city) {
	parts := slices.ContainsFunc(at.s.grids, func(g place) bool { return len(g.shapes) > 1 })
	hole := slices.ContainsFunc(at.s.grids, func(g place) bool { return len(g.shapes[0]) > 1 })
	if !parts || !hole {
		t.Errorf("parts %v, hole %v", parts, hole)
	}
}

func gridSizes(t *testing.T, at city) {
	basic, norm := 0, 0
	for _, g := range at.s.grids {
		if g.kind != "basic" {
			continue
		}
		basic++
		if g.doors >= 300 && g.doors <= 500 {
			norm++
		}
		if g.doors < 120 || g.doors > 900 {
			t.Errorf("%s has %d households", g.name, g.doors)
		}
	}
	if norm*100 < basic*75 || norm == basic {
		t.Errorf("%d of %d basic grids within the norm; want most, not all", norm, basic)
	}
	if special := len(at.s.grids) - basic; special < 3 {
		t.Errorf("%d special grids", special)
	}
}

func hubsServeNearby(t *testing.T, at city) {
	where := map[string]orb.Point{}
	for _, h := range at.s.homes {
		where[h.code] = h.at
	}
	for _, h := range at.town.Rows["hubs"] {
		from := where[h.Values["household"].(string)]
		doors := h.Values["doors"].([]string)
		if len(doors) == 0 {
			t.Errorf("%v serves nobody", h.Values["code"])
		}
		for _, d := range doors {
			if apart(from, where[d]) > 150 || at.s.acrossRiver(from, where[d]) {
				t.Errorf("%v serves %s, %.0f m away", h.Values["code"], d, apart(from, where[d]))
			}
		}
	}
}

func whiteSpots(t *testing.T, at city) {
	covered := map[string]int{}
	for _, b := range at.town.Rows["branches"] {
		grids, _ := b.Values["grids"].([]string)
		for _, g := range grids {
			covered[g]++
			if !strings.HasPrefix(g, b.Values["area"].(string)) {
				t.Errorf("branch %v works outside its community", b.Values["code"])
			}
		}
	}
	white, shared := 0, 0
	for _, g := range at.town.Rows["grids"] {
		switch covered[g.Values["code"].(string)] {
		case 0:
			white++
		case 1:
		default:
			t.Errorf("%v has two branches", g.Values["name"])
		}
	}
	for _, b := range at.town.Rows["branches"] {
		if g, _ := b.Values["grids"].([]string); len(g) > 1 {
			shared++
		}
	}
	if white < 3 || white > 5 || shared == 0 {
		t.Errorf("%d white spots, %d shared branches", white, shared)
	}
}

func memberAges(t *testing.T, at city) {
	young, old, women := 0.0, 0.0, 0.0
	n := float64(len(at.town.Rows["members"]))
	for _, m := range at.town.Rows["members"] {
		age := thisYear - m.Values["birth_year"].(int)
		if age < 35 {
			young++
		}
		if age > 60 {
			old++
		}
		if m.Values["gender"] == "female" {
			women++
		}
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{{"under 35", young / n, 68. / 281}, {"over 60", old / n, 125. / 281}, {"women", women / n, 84. / 246}} {
		if c.got < c.want-.05 || c.got > c.want+.05 {
			t.Errorf("%s: %.3f of all, want about %.3f", c.what, c.got, c.want)
		}
	}
}

func idNumbers(t *testing.T, at city) {
	if got := checkDigit("11010519491231002"); got != "X" { // the example of GB 11643-1999
		t.Fatalf("check digit %s, want X", got)
	}
	n := 0
	for _, sheet := range []string{"households", "members"} {
		for _, r := range at.town.Rows[sheet] {
			id, ok := r.Values["id_no"].(string)
			if !ok {
				continue
			}
			n++
			if len(id) != 18 || !strings.HasPrefix(id, "330499") || checkDigit(id[:17]) != id[17:] {
				t.Fatalf("bad id number in %s", sheet)
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d id numbers", n)
	}
}
