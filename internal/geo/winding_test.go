package geo

import (
	"reflect"
	"testing"

	"github.com/paulmach/orb"
)

func TestTidy(t *testing.T) {
	t.Parallel()
	shell := orb.Ring{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}
	hole := orb.Ring{{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}}
	for _, c := range []struct {
		name     string
		in, want orb.MultiPolygon
	}{
		{"right already", orb.MultiPolygon{{shell, hole}}, orb.MultiPolygon{{shell, hole}}},
		{
			"open and clockwise",
			orb.MultiPolygon{{{{0, 9}, {9, 9}, {9, 0}, {0, 0}}}},
			orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}}},
		},
		{
			"counter-clockwise hole with a doubled vertex",
			orb.MultiPolygon{{shell, {{1, 1}, {2, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}}}},
			orb.MultiPolygon{{shell, {{1, 2}, {2, 2}, {2, 1}, {1, 1}, {1, 2}}}},
		},
		{"hole without area", orb.MultiPolygon{{shell, {{1, 1}, {2, 2}, {1, 1}}}}, orb.MultiPolygon{{shell}}},
		{"shell without area", orb.MultiPolygon{{{{1, 1}, {1, 1}}, hole}, {{}}, {}}, orb.MultiPolygon{}},
	} {
		if got := Tidy(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTidyLeavesItsArgumentAlone(t *testing.T) {
	t.Parallel()
	in := orb.MultiPolygon{{{{0, 9}, {9, 9}, {9, 0}, {0, 0}, {0, 0}}}}
	before := in.Clone()
	Tidy(in)
	if !reflect.DeepEqual(in, before) {
		t.Errorf("argument became %v", in)
	}
}
