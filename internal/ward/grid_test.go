package ward_test

import (
	"testing"

	"wangge/internal/ward"
)

func TestAPathThatEndsInAGridNamesIt(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int64{"d1.s2.c3.g45": 45, "g7": 7, "d1.s2.c3": 9, "": 9, "d1.gx": 9} {
		if got := ward.GridOfPath(path, 9); got != want {
			t.Errorf("%q ends in grid %d, not %d", path, got, want)
		}
	}
}
