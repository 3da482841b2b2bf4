package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

const (
	lookRows    = 3000 // how much of a file is looked at
	lookSamples = 3    // values shown for a header
	lookSystems = 6    // systems of coordinates shown
)

// Look says what a file seems to be: sheet, headers with samples, and how well
// each system of coordinates suits it. It reads the first 3,000 rows, and is an
// error for people when the file cannot be read at all. A sheet that cannot be
// told is left empty for the person to choose.
func Look(ctx context.Context, path string, o Options) (ward.FileLook, error) {
	o.lenient = true
	asked := o.Sheet
	if o.Sheet == "" && o.Own == nil {
		if _, known := Recognise(path); !known {
			// Any sheet opens it; the headers tell which it is.
			o.Sheet = "points"
		}
	}
	s, err := open(ctx, path, o)
	if err != nil {
		return ward.FileLook{}, err
	}
	defer s.Close()
	l := looking{s: s, heads: map[string]int{}}
	if err := l.read(ctx); err != nil {
		return ward.FileLook{}, err
	}
	if asked == "" && o.Sheet != "" {
		sheet, ok := l.guessSheet()
		if !ok {
			l.out.Systems, l.out.Columns, l.out.Missing = []ward.SystemFit{}, []ward.FileField{}, []string{}
			l.describe()
			l.out.Sheet, l.out.Title = "", ""
			for i := range l.out.Heads {
				l.out.Heads[i].Column = ""
			}
			return l.out, nil
		}
		s.Close()
		o.Sheet = sheet
		return Look(ctx, path, o)
	}
	l.describe()
	l.columns()
	l.systems()
	return l.out, nil
}

// looking gathers what the first rows of a file hold.
type looking struct {
	s      *Source
	out    ward.FileLook
	heads  map[string]int
	points []orb.Point
	shapes map[string]bool // kinds of geometry seen
}

func (l *looking) read(ctx context.Context) error {
	l.out = ward.FileLook{Heads: []ward.FileHead{}, Layers: l.s.layers, Layer: l.s.layer, Whole: true}
	if l.out.Layers == nil {
		l.out.Layers = []string{}
	}
	l.shapes = map[string]bool{}
	for _, head := range l.s.heads {
		l.head(head)
	}
	for r, err := range l.s.raws(ctx) {
		if err != nil {
			return err
		}
		if r.total {
			continue
		}
		if l.out.Rows++; l.out.Rows > lookRows {
			l.out.Rows, l.out.Whole = lookRows, false
			break
		}
		l.row(r)
	}
	return nil
}

func (l *looking) head(name string) int {
	at, known := l.heads[name]
	if !known {
		at = len(l.out.Heads)
		l.heads[name] = at
		l.out.Heads = append(l.out.Heads, ward.FileHead{Head: name, Samples: []string{}})
	}
	return at
}

func (l *looking) row(r raw) {
	decoded := l.s.decode(r)
	for i, name := range decoded.heads {
		if clean(name) == "" || len(l.heads) >= maxColumns {
			continue
		}
		h := &l.out.Heads[l.head(name)]
		if text := short(decoded.text(name)); i < len(decoded.cells) && text != "" && len(h.Samples) < lookSamples && !slices.Contains(h.Samples, text) {
			h.Samples = append(h.Samples, text)
		}
	}
	if decoded.shape != nil {
		l.shapes[decoded.shape.GeoJSONType()] = true
	}
	if u := l.s.match.understand(decoded); u.placed && len(l.points) < sampleSize {
		if l.s.match.swap { // as the file has it
			u.at = orb.Point{u.at[1], u.at[0]}
		}
		l.points = append(l.points, u.at)
	}
}

// describe fills in what does not depend on the sheet.
func (l *looking) describe() {
	l.out.Sheet, l.out.Title = l.s.Sheet.Name, l.s.Sheet.Title
	l.out.Format, l.out.Charset = l.s.Format, l.s.Charset
	names := []string{}
	for _, h := range l.out.Heads {
		names = append(names, normal(h.Head))
	}
	slices.Sort(names)
	sum := sha256.Sum256([]byte(strings.Join(names, "\n")))
	l.out.Signature = hex.EncodeToString(sum[:])
}

// columns tells which header stands for which column.
func (l *looking) columns() {
	m := l.s.match
	heads := []string{}
	for i := range l.out.Heads {
		h := &l.out.Heads[i]
		heads = append(heads, h.Head)
		if f := m.find(h.Head); f.column >= 0 {
			c := m.sheet.Columns[f.column]
			h.Column = c.Key
			if c.Personal {
				for j, text := range h.Samples {
					h.Samples[j] = string([]rune(text)[:1]) + "＊＊"
				}
			}
		} else if m.explicit[normal(h.Head)] == ward.UnusedColumn {
			h.Column = ward.UnusedColumn
		}
	}
	l.out.Columns, l.out.Missing = []ward.FileField{}, []string{}
	for _, c := range m.sheet.Columns {
		l.out.Columns = append(l.out.Columns, ward.FileField{Key: c.Key, Title: c.Title, Required: c.Required})
	}
	for _, c := range m.missing(heads) {
		if c.Key != "code" || !m.makesCodes() {
			l.out.Missing = append(l.out.Missing, c.Title)
		}
	}
}

// guessSheet finds the sheet whose columns the headers name best: most of them,
// fewest required ones missing. It says nothing when two are alike.
func (l *looking) guessSheet() (name string, ok bool) {
	heads := []string{}
	for _, h := range l.out.Heads {
		heads = append(heads, h.Head)
	}
	best, second := -1<<30, -1<<30
	for _, sheet := range ward.Sheets() {
		if !l.fits(sheet.Shape) {
			continue
		}
		m, err := newMatcher(sheet, nil, nil)
		if err != nil {
			continue
		}
		known := m.known(heads)
		if score := 2*known - 3*len(m.missing(heads)); known >= 2 && score > best {
			best, second, name = score, best, sheet.Name
		} else if score > second {
			second = score
		}
	}
	return name, name != "" && best > second
}

// fits reports whether the shapes seen may fill a sheet.
func (l *looking) fits(shape ward.Shape) bool {
	areas := l.shapes["Polygon"] || l.shapes["MultiPolygon"]
	lines := l.shapes["LineString"] || l.shapes["MultiLineString"]
	switch shape {
	case ward.AreaOnly:
		return areas
	case ward.LineOnly:
		return lines && !areas
	case ward.NoShape:
		return len(l.shapes) == 0
	}
	return !areas && !lines
}

// systems tries the systems of coordinates on the positions seen.
func (l *looking) systems() {
	l.out.Systems = []ward.SystemFit{}
	used := l.s.match.system
	l.out.CRS, l.out.Swap, l.out.Placed = used.name, l.s.match.swap, len(l.points) > 0
	l.out.AskCRS = used.name == ""
	if !l.out.Placed {
		return
	}
	g := guess{within: l.s.within, points: l.points}
	candidates := []system{wgs84()}
	if used.name == "own" || used.name == "crs" {
		candidates[0] = system{name: "", title: "文件自带的坐标系", degrees: true}
	} else if g.inMetres() {
		candidates = nil
		for srid := 4513; srid <= 4554; srid++ {
			if s, ok := projected(srid); ok {
				candidates = append(candidates, s)
			}
		}
		mercator, _ := projected(3857)
		candidates = append(candidates, mercator)
	}
	if !g.inMetres() {
		candidates = append(candidates, shiftedSystems()...)
	}
	for _, c := range candidates {
		for _, swap := range []bool{false, true} {
			if fit, ok := g.fit(c, swap); ok {
				l.out.Systems = append(l.out.Systems, fit)
			}
		}
	}
	slices.SortStableFunc(l.out.Systems, func(a, b ward.SystemFit) int {
		// Half a kilometre moves few points over a border: only a clear lead counts.
		if d := b.Share - a.Share; d > clearly || d < -clearly {
			return cmp.Compare(b.Share, a.Share)
		}
		return 0
	})
	l.out.Systems = l.out.Systems[:min(len(l.out.Systems), lookSystems)]
}

// fit is how a system suits the sample; not ok when the numbers are none of it.
func (g *guess) fit(s system, swap bool) (ward.SystemFit, bool) {
	china := 0
	if back := s.back; swap {
		s.back = func(p orb.Point) orb.Point {
			p = orb.Point{p[1], p[0]}
			if back != nil {
				p = back(p)
			}
			return p
		}
	}
	for _, p := range g.points {
		if s.back != nil {
			p = s.back(p)
		}
		if inside(p) {
			china++
		}
	}
	if 2*china < len(g.points) {
		return ward.SystemFit{}, false
	}
	fit := ward.SystemFit{Name: s.name, Title: s.title, Swap: swap, Said: percent(float64(china)/float64(len(g.points))) + "的点在中国范围内；还没有登记辖区，无法细看"}
	if swap {
		fit.Title += "，经纬度互换"
	}
	if g.within != nil {
		share, names := g.share(s)
		fit.Share = share
		fit.Said = fmt.Sprintf("%s的点落在已登记的辖区内%s", percent(share), g.most(names))
	}
	return fit, true
}
