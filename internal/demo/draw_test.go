package demo

import (
	"bufio"
	"fmt"
	"os"
	"testing"

	"github.com/paulmach/orb"
)

// TestDraw writes a picture of the town to the file WANGGE_DRAW names (SVG), to
// be looked at by people who change the generator.
func TestDraw(t *testing.T) {
	path := os.Getenv("WANGGE_DRAW")
	if path == "" {
		t.Skip("set WANGGE_DRAW=file.svg to draw the town")
	}
	d := newDice(42, 0)
	g := newGround(d)
	plan := riverside()
	if os.Getenv("WANGGE_DRAW_PLAN") == "inland" {
		plan = inland()
	}
	town := build(d, g, -.5, -.5, plan, streetRims(), 2)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	defer w.Flush()
	coms := town.govern(8, 425)
	b := orb.MultiPoint(town.rim()).Bound().Pad(150)
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="%d" viewBox="%f %f %f %f"><rect x="-9999" y="-9999" width="20000" height="20000" fill="#f2efe9"/>`,
		int(2000*(b.Max[1]-b.Min[1])/(b.Max[0]-b.Min[0])), b.Min[0], -b.Max[1], b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
	shape := func(pts []orb.Point, closed bool, style string) {
		fmt.Fprint(w, `<path d="M`)
		for _, p := range pts {
			fmt.Fprintf(w, "%.2f %.2f ", p[0], -p[1])
		}
		if closed {
			fmt.Fprint(w, "Z")
		}
		fmt.Fprintf(w, `" %s/>`, style)
	}
	colour := map[string]string{"park": "#cfe3bf", "green": "#d8e8c8", "sports": "#e3c9a8", "square": "#e6e0d4", "water": "#a9cde6", "school": "#efe3c8", "other": "#ece6da"}
	for _, s := range town.greens {
		shape(s.ring, true, `fill="`+colour[s.kind]+`"`)
	}
	shape(town.river, false, `fill="none" stroke="#a9cde6" stroke-width="42"`)
	width := map[string]float64{"main": 26, "secondary": 16, "minor": 9, "path": 3.5, "rail": 3}
	line := map[string]string{"main": "#f7c873", "secondary": "#fbe3a5", "minor": "#fff", "path": "#fff", "rail": "#777"}
	for _, kind := range []string{"path", "minor", "secondary", "main", "rail"} {
		for _, s := range town.stubs {
			if town.plane.ways[s.way].kind == kind {
				shape(s.line, false, fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%f"`, line[kind], width[kind]))
			}
		}
		for _, f := range town.plane.faces {
			for i, u := range f.ring {
				v := f.ring[(i+1)%len(f.ring)]
				if town.plane.ways[town.plane.owner[edge{u, v}]].kind == kind {
					shape([]orb.Point{town.plane.at(u), town.plane.at(v)}, false, fmt.Sprintf(`stroke-linecap="round" stroke="%s" stroke-width="%f"`, line[kind], width[kind]))
				}
			}
		}
	}
	for _, l := range town.walls {
		shape(l, false, `fill="none" stroke="#9a8f80" stroke-width=".8"`)
	}
	for _, l := range town.lanes {
		shape(l.line, false, `fill="none" stroke="#fff" stroke-width="2"`)
	}
	paint := map[string]string{"residential": "#c9b8a3", "lane": "#b59a86", "tower": "#8fa6bd", "shop": "#d9a79a", "school": "#d2b48c", "public": "#a99bc0", "industrial": "#a8a8a0", "other": "#bbb"}
	doors := map[string]int{}
	count := map[string]int{}
	for _, h := range town.houses {
		shape(h.ring, true, `stroke="#7d6f62" stroke-width=".4" fill="`+paint[h.kind]+`"`)
		doors[h.kind] += h.doors
		count[h.kind]++
		doors["all"] += h.doors
		count["all"]++
	}
	for i, c := range coms {
		for k, g := range c.grids {
			for _, poly := range town.plane.trace(g.faces) {
				for _, r := range poly {
					shape(points(r), true, `fill="none" stroke="#d33" stroke-width="2.5"`)
				}
			}
			fmt.Fprintf(w, `<text x="%f" y="%f" font-size="22" text-anchor="middle">%d-%d</text>`, g.at[0], -g.at[1], i+1, k+1)
			t.Log(i+1, k+1, g.kind, g.name, g.doors, len(town.plane.trace(g.faces)))
		}
		for _, poly := range town.plane.trace(c.faces) {
			for _, r := range poly {
				shape(points(r), true, `fill="none" stroke="#306" stroke-width="7"`)
			}
		}
	}
	fmt.Fprint(w, "</svg>")
	uses := map[string]int{}
	for _, b := range town.blocks {
		uses[b.use]++
	}
	t.Log("doors", doors, "houses", count, "faces", len(town.plane.faces), "uses", uses, "area", areaOf(town.rim())/1e6)
}
