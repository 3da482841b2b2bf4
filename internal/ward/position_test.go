package ward

import (
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/internal/geo"
)

func TestAFixThatCannotBeTrueIsNotKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, China)
	start := now.Add(-time.Hour)
	here := orb.Point{120.1, 30.2}
	wide, fine := 500.0, 8.0
	at := func(seconds int, p orb.Point) Fix {
		return Fix{At: now.Add(time.Duration(seconds) * time.Second), Location: p}
	}
	north := func(metres float64) orb.Point { return orb.Point{here[0], here[1] + metres/111_200} }
	for name, c := range map[string]struct {
		fixes []Fix
		want  []Fate
	}{
		"the first is kept":                       {[]Fix{at(0, here)}, []Fate{Kept}},
		"a walk is kept":                          {[]Fix{at(-20, here), at(-10, north(14)), at(0, north(28))}, []Fate{Kept, Kept, Kept}},
		"a clock that is ahead":                   {[]Fix{at(61, here)}, []Fate{Future}},
		"of yesterday":                            {[]Fix{at(-25*3600, here)}, []Fate{Old}},
		"before duty began":                       {[]Fix{at(-3601, here)}, []Fate{OffDuty}},
		"nowhere on earth":                        {[]Fix{at(0, orb.Point{190, 30})}, []Fate{Inaccurate}},
		"too wide a guess":                        {[]Fix{{At: now, Location: here, Accuracy: &wide}}, []Fate{Inaccurate}},
		"a fine one":                              {[]Fix{{At: now, Location: here, Accuracy: &fine}}, []Fate{Kept}},
		"the same again":                          {[]Fix{at(0, here), at(0, here)}, []Fate{Kept, Repeated}},
		"one jump and back":                       {[]Fix{at(-20, here), at(-10, north(5000)), at(0, north(10))}, []Fate{Kept, Jump, Kept}},
		"a jump that is confirmed was a real one": {[]Fix{at(-20, here), at(-10, north(5000)), at(-5, north(5010))}, []Fate{Kept, Jump, Kept}},
		"what comes late belongs to the track":    {[]Fix{at(0, here), at(-30, north(40))}, []Fate{Kept, Late}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f FixFilter
			for i, fix := range c.fixes {
				if got := f.Take(fix, start, now); got != c.want[i] {
					t.Errorf("fix %d: %s, want %s", i, got, c.want[i])
				}
			}
		})
	}
}

// Whatever is sent: kept fixes go forward in time, and nobody is moved faster
// than can be unless two fixes agree on it.
func TestTheFilterNeverGoesBackInTimeOrFlies(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, China)
	rapid.Check(t, func(t *rapid.T) {
		var f FixFilter
		var last *Fix
		var before Fix
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			fix := Fix{
				At:       now.Add(-time.Duration(rapid.IntRange(0, 3000).Draw(t, "seconds ago")) * time.Second),
				Location: orb.Point{120 + rapid.Float64Range(0, 0.2).Draw(t, "lon"), 30 + rapid.Float64Range(0, 0.2).Draw(t, "lat")},
			}
			if f.Take(fix, now.Add(-time.Hour), now) == Kept {
				if last != nil && !fix.At.After(last.At) {
					t.Fatalf("kept %v after %v", fix.At, last.At)
				}
				if last != nil && !reachable(*last, fix) && !reachable(before, fix) && f.doubt == nil {
					// The fix it agrees with may lie further back than the one before.
					if d := geo.Distance(last.Location, fix.Location); d < FixSlack {
						t.Fatalf("a jump of %v m", d)
					}
				}
				last = &fix
			}
			before = fix
		}
	})
}

func TestALineKeepsItsEndsAndItsMinutes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, China)
	var points []TrackPoint
	for i := range 121 { // two minutes on one spot
		points = append(points, TrackPoint{At: at.Add(time.Duration(i) * time.Second), Location: orb.Point{120, 30}})
	}
	kept := KeptLine(points, 3)
	if len(kept) != 3 || !kept[2].At.Equal(points[120].At) {
		t.Fatalf("%d points kept: %v", len(kept), kept)
	}
}
