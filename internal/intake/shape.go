package intake

import (
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// change is what was done to a shape to bring it into form.
type change int

const (
	closedRing change = iota
	droppedRepeats
	turnedRing
	droppedParts
	droppedSpike
	droppedHeight
	thinPart
	tookInner
	closedLine
	changes // how many kinds there are
)

// told is what each change is called in the report.
func (c change) told() (message, done string) {
	switch c {
	case closedRing:
		return "个图形的环没有闭合", "已用起点闭合"
	case droppedRepeats:
		return "个图形有连续重复的顶点", "已删去重复的顶点"
	case turnedRing:
		return "个图形的环方向与 RFC 7946 不同", "已改为外环逆时针、内环顺时针"
	case droppedParts:
		return "个图形有没有面积或长度的部分", "已删去这些部分"
	case droppedSpike:
		return "个图形有尖刺（宽不足1厘米的折返）", "已删去尖刺"
	case droppedHeight:
		return "个图形带有高程（Z）或测量值（M）", "只读取平面坐标"
	case thinPart:
		return "个图形有不足1平方米的碎片", "没有改动；请核对是否画错"
	case closedLine:
		return "个图形是闭合的线", "已作为面读取"
	}
	return "个图形不是点", "已取图形内部的一点作为位置"
}

// inChina is the box in which a deployment can lie; 0, 0 and swapped axes are
// outside it.
var inChina = orb.Bound{Min: orb.Point{73, 3}, Max: orb.Point{136, 54}}

// fit brings a shape into the form its sheet asks for, or says in words why
// that cannot be. done holds what was changed.
func fit(want ward.Shape, g orb.Geometry) (shape orb.Geometry, done []change, problem string) {
	if want == ward.NoShape || g == nil {
		return nil, nil, ""
	}
	b := g.Bound()
	if b.IsEmpty() {
		return nil, nil, "图形是空的"
	}
	if problem := outside(b); problem != "" {
		return nil, nil, problem
	}
	switch want {
	case ward.AreaOnly:
		return fitArea(g)
	case ward.LineOnly:
		return fitLine(g)
	}
	return fitPoint(want, g)
}

func fitArea(g orb.Geometry) (orb.Geometry, []change, string) {
	if c, ok := g.(orb.Collection); ok && len(c) == 1 {
		g = c[0]
	}
	given, ok := geo.Multi(g)
	if !ok {
		return nil, nil, "这是" + shapeName(g) + "，需要面"
	}
	tidy := geo.Tidy(given)
	if len(tidy) == 0 {
		return nil, nil, "面没有面积"
	}
	done := []change{}
	for _, p := range given {
		for i, r := range p {
			if len(r) > 0 && r[0] != r[len(r)-1] {
				done = append(done, closedRing)
			}
			if repeats(r) {
				done = append(done, droppedRepeats)
			}
			if o := r.Orientation(); o != 0 && (o == orb.CCW) != (i == 0) {
				done = append(done, turnedRing)
			}
		}
	}
	if rings(tidy) < rings(given) {
		done = append(done, droppedParts)
	}
	for _, p := range tidy {
		for i, r := range p {
			var spikes int
			if p[i], spikes = geo.Unspike(r); spikes > 0 {
				done = append(done, droppedSpike)
			}
		}
		if geo.Area(orb.MultiPolygon{p}) < 1 {
			done = append(done, thinPart)
		}
	}
	return tidy, done, ""
}

func rings(m orb.MultiPolygon) int {
	n := 0
	for _, p := range m {
		n += len(p)
	}
	return n
}

func repeats[T ~[]orb.Point](points T) bool {
	for i := 1; i < len(points); i++ {
		if points[i] == points[i-1] {
			return true
		}
	}
	return false
}

func fitLine(g orb.Geometry) (orb.Geometry, []change, string) {
	var given orb.MultiLineString
	switch g := g.(type) {
	case orb.LineString:
		given = orb.MultiLineString{g}
	case orb.MultiLineString:
		given = g
	default:
		return nil, nil, "这是" + shapeName(g) + "，需要线"
	}
	done := []change{}
	out := orb.MultiLineString{}
	for _, line := range given {
		if repeats(line) {
			done = append(done, droppedRepeats)
		}
		if line = slices.Compact(slices.Clone(line)); len(line) < 2 {
			done = append(done, droppedParts)
			continue
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return nil, nil, "线没有长度"
	}
	return out, done, ""
}

func fitPoint(want ward.Shape, g orb.Geometry) (orb.Geometry, []change, string) {
	switch g := g.(type) {
	case orb.Point:
		return g, nil, ""
	case orb.MultiPoint:
		if len(g) == 1 {
			return g[0], nil, ""
		}
		return nil, nil, "一行有多个点，需要一个点"
	}
	if want == ward.PointOnly {
		return nil, nil, "这是" + shapeName(g) + "，需要点"
	}
	if area, ok := geo.Multi(g); ok {
		if area = geo.Tidy(area); len(area) > 0 {
			p, _ := geo.LabelPoint(area)
			return p, []change{tookInner}, ""
		}
		return nil, nil, "面没有面积"
	}
	if line, ok := g.(orb.LineString); ok && len(line) > 0 {
		return line[len(line)/2], []change{tookInner}, ""
	}
	return nil, nil, "这是" + shapeName(g) + "，需要点"
}

func shapeName(g orb.Geometry) string {
	switch g.(type) {
	case orb.Point, orb.MultiPoint:
		return "点"
	case orb.LineString, orb.MultiLineString:
		return "线"
	case orb.Collection:
		return "几种图形的集合"
	}
	return "面"
}
