package intake

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// guess looks at where the positions of a file fall and says which system they
// are likely in. It only says so: converting is for people to ask for.
type guess struct {
	used   system
	named  bool // somebody, or the file itself, said which system it is
	within func(orb.Point) (name string, ok bool)

	points []orb.Point // some positions as the file has them
	every  int         // one of so many is kept
	seen   int
	turned tally // rows whose longitude and latitude are the wrong way round
}

// sampleSize is how many positions are looked at; they are spread over the file.
const sampleSize = 4000

// add takes one position into the sample. When the sample is full, half of it
// goes and positions are taken half as often.
func (g *guess) add(p orb.Point) {
	if g.every == 0 {
		g.every = 1
	}
	if g.seen++; (g.seen-1)%g.every != 0 {
		return
	}
	if len(g.points) == sampleSize {
		for i := range sampleSize / 2 {
			g.points[i] = g.points[2*i]
		}
		g.points, g.every = g.points[:sampleSize/2], 2*g.every
	}
	g.points = append(g.points, p)
}

// told is what there is to say of the whole file.
func (g *guess) told(unit string) []ward.Finding {
	out := []ward.Finding{}
	if t := g.turned; t.n > 0 {
		out = append(out, warn("图形", fmt.Sprintf("%d%s的经纬度写反了（%s）", t.n, unit, t.where(unit)), "没有改动；确认后可用 -swap 互换整个文件的经纬度"))
	}
	if len(g.points) == 0 {
		return out
	}
	if !g.named && g.inMetres() {
		return append(out, g.metres())
	}
	return append(out, g.shares()...)
}

// inMetres reports whether most positions cannot be degrees.
func (g *guess) inMetres() bool {
	n := 0
	for _, p := range g.points {
		if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 180 {
			n++
		}
	}
	return 2*n > len(g.points)
}

// metres says which projection the magnitudes of a typical position mean.
func (g *guess) metres() ward.Finding {
	p := g.middle()
	tail := ""
	if p[0] < p[1] && p[1] >= 8e6 || p[0] > p[1] && p[0] < 6.2e6 && p[1] < 1e6 {
		p, tail = orb.Point{p[1], p[0]}, " -swap（纵坐标写在前）"
	}
	const field, done = "图形", "没有转换；请核对后用 -crs 指定"
	zone := int(p[0] / 1e6)
	switch {
	case zone >= 25 && zone <= 45 && g.northing(p[1]):
		s, _ := projected(4513 + zone - 25)
		return warn(field, "坐标是米，像是"+s.title+"；可用 -crs "+s.name+tail, done)
	case zone >= 13 && zone <= 23 && p[0] > 13e6 && math.Abs(p[0]-float64(zone)*1e6-500e3) < 350e3 && p[1] < 6.2e6 && !g.mercatorFits(p):
		return warn(field, "坐标是米，像是6度带第"+strconv.Itoa(zone)+"带；请先转换为3度带或经纬度", done)
	case p[0] > 8e6 && p[0] < 15.2e6:
		return warn(field, "坐标是米，像是 Web 墨卡托；可用 -crs EPSG:3857"+tail, done)
	case p[0] > 100e3 && p[0] < 900e3 && g.northing(p[1]):
		if name, share := g.bestZone(tail != ""); share > 0 {
			return warn(field, fmt.Sprintf("坐标是米、不带带号，像是 CGCS2000 3度带；按 %s 换算时%s的点落在已登记的辖区内，可用 -crs %s%s", name, percent(share), name, tail), done)
		}
		return warn(field, "坐标是米、不带带号，像是 CGCS2000 3度带；请问明中央经线，再用 -crs EPSG:4534–4554 指定（例如120°为 EPSG:4549）"+tail, done)
	}
	return warn(field, "坐标是米，但看不出是哪一种投影，可能是地方独立坐标；请提供者转换为 CGCS2000 后再导入", done)
}

func (g *guess) northing(y float64) bool { return y > 300e3 && y < 6.2e6 }

// mercatorFits reports whether a position read as Web Mercator falls inside the
// areas that are registered.
func (g *guess) mercatorFits(p orb.Point) bool {
	s, _ := projected(3857)
	if g.within == nil {
		return true // far more common than zones of six degrees
	}
	_, ok := g.within(s.back(p))
	return ok
}

// middle is the median of each axis: a few wild values do not move it.
func (g *guess) middle() orb.Point {
	var out orb.Point
	for axis := range 2 {
		values := make([]float64, len(g.points))
		for i, p := range g.points {
			values[i] = p[axis]
		}
		slices.Sort(values)
		out[axis] = values[len(values)/2]
	}
	return out
}

// bestZone tries the central meridians against the registered areas.
func (g *guess) bestZone(turn bool) (name string, best float64) {
	if g.within == nil {
		return "", 0
	}
	for srid := 4534; srid <= 4554; srid++ {
		s, _ := projected(srid)
		back := s.back
		if turn {
			s.back = func(p orb.Point) orb.Point { return back(orb.Point{p[1], p[0]}) }
		}
		if share, _ := g.share(s); share > best {
			name, best = s.name, share
		}
	}
	return name, best
}

// share is the part of the sample that lies in registered areas when read in a
// system, and in which areas.
func (g *guess) share(s system) (all float64, names map[string]int) {
	names = map[string]int{}
	n := 0
	for _, p := range g.points {
		if s.back != nil {
			p = s.back(p)
		}
		if name, ok := g.within(p); ok {
			n++
			names[name]++
		}
	}
	return float64(n) / float64(len(g.points)), names
}

// clearly is how much better another system must fit before it is suggested:
// the shift is half a kilometre, and a whole street moved by that leaves its
// border by more than this.
const clearly = 0.03

// shares tells how many positions lie in registered areas, and whether another
// system would put more of them there.
func (g *guess) shares() []ward.Finding {
	if g.within == nil {
		return nil
	}
	have, names := g.share(g.used)
	said := fmt.Sprintf("按%s，%s的点落在已登记的辖区内%s", g.used.title, percent(have), g.most(names))
	if g.named {
		return []ward.Finding{note("图形", said, "")}
	}
	best, at := have, system{}
	for _, s := range shiftedSystems() {
		share, _ := g.share(s)
		said += fmt.Sprintf("；按%s为%s", s.title, percent(share))
		if share > best+clearly && share > 0.5 {
			best, at = share, s
		}
	}
	if at.name != "" {
		return []ward.Finding{warn("图形", said, "已按 WGS84 读取；像是"+at.title+"，请核对，确认后用 -crs "+at.name)}
	}
	return []ward.Finding{note("图形", said, "已按 WGS84 读取；需要时用 -crs 指定")}
}

// most names the areas with the most points, at most three.
func (g *guess) most(names map[string]int) string {
	sorted := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(names[b]-names[a], cmp.Compare(a, b))
	})
	out := ""
	for i, name := range sorted[:min(3, len(sorted))] {
		out += map[bool]string{true: "（", false: "、"}[i == 0] + short(name) + " " + percent(float64(names[name])/float64(len(g.points)))
	}
	if out != "" {
		out += "）"
	}
	return out
}

// percent rounds down, so that 100% means all.
func percent(share float64) string { return strconv.Itoa(int(math.Floor(share*100+1e-9))) + "%" }
