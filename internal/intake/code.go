package intake

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// makesCodes reports whether a row without a code may be given one: places of
// foreign files have identifiers of their own, or none, and do not need more.
func (m *matcher) makesCodes() bool {
	c, ok := m.sheet.Column("code")
	if !ok || m.tabled || m.sheet.Shape == ward.NoShape {
		return false
	}
	for _, a := range c.Also {
		if isID(a) {
			return true
		}
	}
	return false
}

// fromID makes a code of a foreign identifier. A sign in front would turn a
// cell of an exported table into a formula.
func fromID(id string) string {
	if rest, ok := strings.CutPrefix(id, "-"); ok {
		return "n" + rest
	}
	return id
}

// coder gives every row of a file with foreign identifiers a code of its own,
// the same one each time the same file is read.
type coder struct {
	made   bool
	seen   map[string]uint64 // code → print of its first shape
	prefix string

	suffixed, invented, repeated tally
}

// give sets the code of u. It reports false when the row is an exact repeat of
// one before, which need not be written again.
func (c *coder) give(u *understood) bool {
	code, has := u.record.Values["code"].(string)
	if !c.made || has && !u.derived || u.record.Bad() {
		return true
	}
	print := shapePrint(u.record.Shape)
	if !has {
		code = c.prefix + strconv.FormatUint(print, 36)
		c.invented.add(u.record.Line)
	}
	first, taken := c.seen[code]
	if taken && first != print {
		code += "-" + strconv.FormatUint(print&0xffff_ffff, 36)
		first, taken = c.seen[code]
		c.suffixed.add(u.record.Line)
	}
	if taken && first == print {
		c.repeated.add(u.record.Line)
		return false
	}
	c.seen[code] = print
	u.record.Values["code"] = code
	for i := range u.record.Findings {
		u.record.Findings[i].Feature = short(code)
	}
	return true
}

// shapePrint is a fingerprint of the vertices of a shape, to a centimetre.
func shapePrint(g orb.Geometry) uint64 {
	h := fnv.New64a()
	point := func(p orb.Point) {
		var b [16]byte
		binary.LittleEndian.PutUint64(b[:], uint64(int64(math.Round(p[0]*1e7))))
		binary.LittleEndian.PutUint64(b[8:], uint64(int64(math.Round(p[1]*1e7))))
		h.Write(b[:])
	}
	switch g := g.(type) {
	case orb.Point:
		point(g)
	case orb.MultiLineString:
		for _, line := range g {
			for _, p := range line {
				point(p)
			}
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			for _, ring := range polygon {
				for _, p := range ring {
					point(p)
				}
			}
		}
	}
	return h.Sum64()
}

// tally counts rows and remembers the first few.
type tally struct {
	n     int
	lines []int
}

func (t *tally) add(line int) {
	t.n++
	if len(t.lines) < 5 {
		t.lines = append(t.lines, line)
	}
}

// where says which rows, "第3、8、12个…" for features, "第3、8行…" for tables.
func (t tally) where(unit string) string {
	out := make([]string, len(t.lines))
	for i, l := range t.lines {
		out[i] = strconv.Itoa(l)
	}
	s := "第" + strings.Join(out, "、") + unit
	if t.n > len(t.lines) {
		s += "等"
	}
	return s
}
