package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"pgregory.net/rapid"
)

// rings reads commands back.
func rings(t rapid.TB, commands []uint32) (out [][]tilePoint) {
	at := tilePoint{}
	for i := 0; i < len(commands); {
		command, n := commands[i]&7, int(commands[i]>>3)
		i++
		if command == 7 {
			continue
		}
		if command == 1 {
			out = append(out, nil)
		}
		for range n {
			move := func(v uint32) int32 { return int32(v>>1) ^ -int32(v&1) }
			at = tilePoint{at.x + move(commands[i]), at.y + move(commands[i+1])}
			i += 2
			if at.x < -TileBuffer || at.y < -TileBuffer || at.x > TileExtent+TileBuffer || at.y > TileExtent+TileBuffer {
				t.Fatalf("%v lies outside the tile", at)
			}
			out[len(out)-1] = append(out[len(out)-1], at)
		}
	}
	return out
}

func area2Of(ring []tilePoint) (area int64) {
	for i, b := range ring {
		a := ring[(i+len(ring)-1)%len(ring)]
		area += int64(a.x)*int64(b.y) - int64(b.x)*int64(a.y)
	}
	return area
}

// onTile makes EWKB of areas given in steps of a tile.
func onTile(t rapid.TB, d *TileDrawer, shape orb.MultiPolygon) []byte {
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i := range ring {
				ring[i] = orb.Point{d.west + ring[i][0]/d.steps, d.north - ring[i][1]/d.steps}
			}
		}
	}
	bytes, err := ewkb.Marshal(shape, 3857)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestAnAreaIsDrawnRoundedStraightenedAndTurned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		shape orb.MultiPolygon
		want  [][]tilePoint
		clean bool
	}{
		{"a square the other way round", orb.MultiPolygon{{{{0, 0}, {0, 9.6}, {0, 20.4}, {20, 20}, {20, 0}, {0, 0}}}}, [][]tilePoint{{{20, 0}, {20, 20}, {0, 20}, {0, 0}}}, true},
		{"a hole", orb.MultiPolygon{{{{0, 0}, {90, 0}, {90, 90}, {0, 90}, {0, 0}}, {{30, 30}, {60, 30}, {60, 60}, {30, 60}, {30, 30}}}}, [][]tilePoint{{{0, 0}, {90, 0}, {90, 90}, {0, 90}}, {{30, 60}, {60, 60}, {60, 30}, {30, 30}}}, true},
		{"cut by the buffer", orb.MultiPolygon{{{{4000, 0}, {5000, 0}, {5000, 10}, {4000, 10}, {4000, 0}}}}, [][]tilePoint{{{4000, 0}, {4160, 0}, {4160, 10}, {4000, 10}}}, true},
		{"far outside", orb.MultiPolygon{{{{9000, 0}, {9900, 0}, {9900, 10}, {9000, 0}}}}, nil, true},
		{"too small", orb.MultiPolygon{{{{1.1, 1.1}, {1.4, 1.1}, {1.2, 1.3}, {1.1, 1.1}}}}, nil, true},
		{"a comb that the buffer cuts in two", orb.MultiPolygon{{{{4000, 0}, {4300, 0}, {4300, 9}, {4000, 9}, {4000, 6}, {4200, 6}, {4200, 3}, {4000, 3}, {4000, 0}}}}, nil, false},
		{"a thorn", orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {15, 9.2}, {9, 9.4}, {0, 9}, {0, 0}}}}, nil, false},
		{"two that touch", orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}}, {{{9, 9}, {20, 9}, {20, 20}, {9, 9}}}}, nil, false},
	} {
		d := NewTileDrawer(16, 54800, 26900)
		commands, clean, err := d.Draw(onTile(t, d, c.shape))
		if err != nil || clean != c.clean {
			t.Errorf("%s: clean %v, %v", c.name, clean, err)
			continue
		}
		if !clean {
			continue
		}
		got := rings(t, commands)
		if len(got) != len(c.want) {
			t.Errorf("%s: rings %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			same := len(got[i]) == len(c.want[i])
			for k := 0; same && k < len(got[i]); k++ {
				same = got[i][k] == c.want[i][k]
			}
			if !same {
				t.Errorf("%s: rings %v, want %v", c.name, got, c.want)
			}
		}
	}
}

// A four-sided area anywhere about the tile: what is drawn has the area of what
// the tile shows of it, but for the rounding of its corners, and runs to the right.
func TestWhatIsDrawnIsWhatTheTileShows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) float64 { return rapid.Float64Range(-6000, 10000).Draw(t, name) }
		x, y, w, h := at("x"), at("y"), rapid.Float64Range(2, 900).Draw(t, "w"), rapid.Float64Range(2, 900).Draw(t, "h")
		ring := orb.Ring{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}
		if rapid.Bool().Draw(t, "reversed") {
			ring.Reverse()
		}
		d := NewTileDrawer(17, 109600, 53800)
		commands, clean, err := d.Draw(onTile(t, d, orb.MultiPolygon{{ring}}))
		if err != nil || !clean {
			t.Fatalf("clean %v, %v", clean, err)
		}
		side := func(from, length float64) float64 {
			return max(0, min(from+length, TileExtent+TileBuffer)-max(from, -TileBuffer))
		}
		want, got := side(x, w)*side(y, h), 0.0
		for _, ring := range rings(t, commands) {
			area := area2Of(ring)
			if area <= 0 {
				t.Fatalf("ring %v runs to the left", ring)
			}
			got += float64(area) / 2
		}
		if math.Abs(got-want) > side(x, w)+side(y, h)+2 {
			t.Fatalf("area %v, want %v", got, want)
		}
	})
}

func TestBrokenGeometriesAreErrors(t *testing.T) {
	t.Parallel()
	d := NewTileDrawer(16, 1, 1)
	whole := onTile(t, d, orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}}})
	for n := range whole {
		if _, _, err := d.Draw(whole[:n]); err == nil {
			t.Errorf("%d bytes of %d were drawn", n, len(whole))
		}
		if _, err := d.Copy(whole[:n]); err == nil {
			t.Errorf("%d bytes of %d were copied", n, len(whole))
		}
	}
	point, err := ewkb.Marshal(orb.Point{1, 2}, 3857)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Draw(point); err == nil {
		t.Error("a point was drawn as an area")
	}
}
