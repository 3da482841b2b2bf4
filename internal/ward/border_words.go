package ward

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"wangge/internal/geo"
)

// borderUnnamed says what a border follows where no road has a name.
var borderUnnamed = map[string]string{
	"inner": "楼间界线", "path": "小路", "wall": "围墙", "minor": "支路", "secondary": "次干道", "main": "主干道", "river": "河道", "rail": "铁路", "limit": "社区边界",
}

// quarters are the four sides in the order of the clock, from north.
var quarters = []struct{ side, word string }{{"north", "北"}, {"east", "东"}, {"south", "南"}, {"west", "西"}}

// quarterOf is the quarter of the sky in which to lies, seen from a place.
func quarterOf(from, to geo.Cm) int {
	bearing := math.Atan2(float64(to.X-from.X), float64(to.Y-from.Y)) * 180 / math.Pi
	return (int(math.Floor((bearing+45)/90)) + 4) % 4
}

// SideOf is on which side of its left or right grid a run lies: by the way it goes,
// so that what is south of one is north of the other; where it turns back, as seen
// from the middle of the grid.
func (r BorderRun) SideOf(left bool, middle geo.Cm) string {
	points := r.Points()
	if start, end := points[0], points[len(points)-1]; r.goesOn() {
		turn := 1 // the border is to the right of what is on its left
		if !left {
			turn = 3
		}
		return quarters[(quarterOf(start, end)+turn)%4].side
	}
	i, share := geo.Halfway(points)
	a, b := points[i], points[i+1]
	half := geo.Cm{X: a.X + int64(share*float64(b.X-a.X)), Y: a.Y + int64(share*float64(b.Y-a.Y))}
	return quarters[quarterOf(middle, half)].side
}

// goesOn tells whether a run leads somewhere rather than around something.
func (r BorderRun) goesOn() bool {
	return r[0].start().Distance(r.finish()) > r.Length()/3
}

// BorderAlong is what a run follows, as people say it: a road, a lane, a wall.
func BorderAlong(name, class string) string {
	if name != "" {
		return name
	}
	return borderUnnamed[class]
}

// BorderWords say how a piece is walked and what lies on both sides. from and to
// are the roads it begins and ends at; "" where there is none.
func BorderWords(p BorderPiece, run BorderRun, from, to string) string {
	points := run.Points()
	start, end := points[0], points[len(points)-1]
	var b strings.Builder
	if from != "" {
		fmt.Fprintf(&b, "从%s起，", from)
	}
	fmt.Fprintf(&b, "沿%s", p.Name)
	if run.goesOn() {
		heading := quarterOf(start, end)
		fmt.Fprintf(&b, "自%s向%s", quarters[(heading+2)%4].word, quarters[heading].word)
	}
	fmt.Fprintf(&b, "走约%d米", max(1, int(math.Round(p.Length))))
	if to != "" {
		fmt.Fprintf(&b, "，到%s止", to)
	}
	fmt.Fprintf(&b, "。左手边是%s；右手边是%s。", sideWords(p.Left), sideWords(p.Right))
	b.WriteString(strings.Join(slices.DeleteFunc([]string{boundWords(p.Left, p.Name), boundWords(p.Right, p.Name)}, func(s string) bool { return s == "" }), "，"))
	return b.String() + "。"
}

func sideWords(s BorderSide) string {
	name := s.Name
	if s.Grid == 0 {
		name = "辖区外"
	} else {
		name = "“" + name + "”"
	}
	if len(s.Places) == 0 {
		return name
	}
	return name + "（" + strings.Join(s.Places, "、") + "）"
}

// boundWords is 第3网格东至建设路.
func boundWords(s BorderSide, along string) string {
	for _, q := range quarters {
		if q.side == s.Side && s.Grid != 0 {
			return "“" + s.Name + "”" + q.word + "至" + along
		}
	}
	return ""
}
