package ward

import (
	"slices"
	"testing"
)

func TestGrantsOverOneAreaAreOneTerritory(t *testing.T) {
	t.Parallel()
	var grants []Grant
	for _, path := range []string{"d.s.c", "d.s.c", "d.t", "d.s", "d.s.e", "d.sx"} {
		grants = append(grants, Grant{Role: GridStaff, Path: path})
	}
	s, err := Actor{ID: 1, Grants: grants}.Scope("list-grids")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"d.t", "d.s", "d.sx"}; !slices.Equal(s.Paths(), want) {
		t.Errorf("paths %v, want %v", s.Paths(), want)
	}
	if len(s.grants) != len(grants) {
		t.Errorf("%d grants of %d are left to ask for roles", len(s.grants), len(grants))
	}
}
