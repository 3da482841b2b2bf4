package intake

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// row is one row of any format: headers and cells side by side, a shape when
// the format has one, and what was found while decoding it.
type row struct {
	line  int
	heads []string
	cells []cell
	shape orb.Geometry
	found []ward.Finding

	raised bool // positions with more than two numbers, which are not kept
}

// understood is a record with what the whole file must know of it.
type understood struct {
	record  ward.Record
	total   bool      // sums of other rows, no row of its own
	derived bool      // the code came from an identifier of the file's own
	changed []change  // what was done to the shape
	at      orb.Point // a position as the file has it, when placed
	placed  bool
	turned  bool // longitude and latitude are the wrong way round
}

// understand turns a row into a record of the sheet. It touches nothing shared
// but the matcher, so rows may be understood side by side.
func (m *matcher) understand(r row) understood {
	u := understood{record: ward.Record{Line: r.line, Values: make(map[string]any, len(r.cells)), Findings: r.found}}
	chosen := m.choose(r)
	var lon, lat float64
	degrees := 0
	for i, c := range m.sheet.Columns {
		in, id, ok := m.pick(c, chosen[i], r)
		if !ok {
			if c.Required && !(c.Key == "code" && m.makesCodes()) {
				u.add(fail(c.Title, "缺少"+c.Title+"；这一栏必填"))
			}
			continue
		}
		if id {
			in.text, u.derived = fromID(in.text), true
		}
		value, found, ok := parse(c, in)
		u.add(in.located(found)...)
		switch {
		case !ok:
		case c.Kind == ward.Lon:
			lon, degrees = value.(float64), degrees+1
		case c.Kind == ward.Lat:
			lat, degrees = value.(float64), degrees+1
		default:
			u.record.Values[c.Key] = value
		}
	}
	if r.shape == nil && degrees == 2 {
		r.shape = orb.Point{lon, lat}
	}
	shape := r.shape
	if line, is := shape.(orb.LineString); is && m.drawn && m.sheet.Shape == ward.AreaOnly && len(line) > 3 && line[0] == line[len(line)-1] {
		shape, u.changed = orb.Polygon{orb.Ring(line)}, append(u.changed, closedLine)
	}
	if r.raised {
		u.changed = append(u.changed, droppedHeight)
	}
	m.place(&u, m.locate(&u, shape))
	code, _ := u.record.Values["code"].(string)
	for i := range u.record.Findings {
		u.record.Findings[i].Line, u.record.Findings[i].Feature = r.line, short(code)
	}
	return u
}

func (u *understood) add(found ...ward.Finding) {
	u.record.Findings = append(u.record.Findings, found...)
}

// locate brings a shape of the file into degrees, as its system says. Positions
// of the file are remembered for the guess.
func (m *matcher) locate(u *understood, g orb.Geometry) orb.Geometry {
	if g == nil || m.sheet.Shape == ward.NoShape {
		return nil
	}
	if m.swap {
		g = swapped(g)
	}
	if b := g.Bound(); !b.IsEmpty() {
		u.at, u.placed = b.Center(), true
	}
	g, ok := m.system.toDegrees(g)
	b := g.Bound()
	if !ok || !m.system.degrees && !b.IsEmpty() && outside(b) != "" {
		u.add(fail("图形", "坐标不是"+m.system.title+"的坐标"))
		return nil
	}
	u.turned = m.system.degrees && !b.IsEmpty() && outside(b) == turnedRound
	return g
}

// place fits the shape to the sheet.
func (m *matcher) place(u *understood, g orb.Geometry) {
	shape, changed, problem := fit(m.sheet.Shape, g)
	switch {
	case problem != "":
		u.add(fail("图形", m.sheet.Title+"："+problem))
	case shape == nil && m.tabled:
		if _, has := u.record.Values["code"]; !has && m.sheet.Columns[0].Key == "code" && !m.sheet.Columns[0].Required {
			u.add(fail(m.sheet.Columns[0].Title, "缺少编码；没有图形的表格按编码更新已登记的"+m.sheet.Title))
		}
	case shape == nil && (m.sheet.Shape == ward.AreaOnly || m.sheet.Shape == ward.LineOnly):
		if !u.record.Bad() || len(u.record.Findings) == 0 {
			u.add(fail("图形", "没有图形；"+m.sheet.Title+"需要"+map[ward.Shape]string{ward.AreaOnly: "面", ward.LineOnly: "线"}[m.sheet.Shape]))
		}
	}
	u.record.Shape, u.changed = shape, append(u.changed, changed...)
}

// candidate is a cell that may stand for a column.
type candidate struct{ cell, rank int }

// choose finds the cells of each column, most willing first.
func (m *matcher) choose(r row) [][]candidate {
	out := make([][]candidate, len(m.sheet.Columns))
	for i, head := range r.heads {
		if i >= len(r.cells) || r.cells[i].blank() {
			continue
		}
		if f := m.find(head); f.column >= 0 {
			out[f.column] = append(out[f.column], candidate{i, f.rank})
		}
	}
	for _, cs := range out {
		slices.SortFunc(cs, func(a, b candidate) int {
			return cmp.Or(a.rank-b.rank, cmp.Compare(r.heads[a.cell], r.heads[b.cell]), a.cell-b.cell)
		})
	}
	return out
}

// pick takes the first candidate; of a choice, the first the vocabulary knows.
func (m *matcher) pick(c ward.Column, cs []candidate, r row) (in cell, id, ok bool) {
	if len(cs) == 0 {
		in, ok = m.set[c.Key]
		return in, false, ok
	}
	best := cs[0]
	if c.Kind == ward.Choice {
		best = cs[len(cs)-1]
		for _, o := range cs {
			if _, known := c.Terms.Parse(r.cells[o.cell].text); known {
				best = o
				break
			}
		}
	}
	return r.cells[best.cell], m.find(r.heads[best.cell]).id, true
}

func short(s string) string {
	if r := []rune(s); len(r) > shown {
		return string(r[:shown]) + "…"
	}
	return s
}
