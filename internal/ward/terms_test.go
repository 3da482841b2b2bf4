package ward

import (
	"reflect"
	"strings"
	"testing"
)

// The enum tags the API shows are the vocabularies the rules use.
func TestEnumTagsEqualTheVocabularies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of    any
		field string
		terms Terms
	}{
		{Visit{}, "Kind", VisitKinds},
		{Visit{}, "Mode", VisitModes},
		{Visit{}, "Met", VisitMet},
		{Visit{}, "Outcome", VisitOutcomes},
		{VisitDraft{}, "Kind", VisitKinds},
		{VisitChange{}, "Kind", VisitKinds},
		{VisitDraft{}, "Outcome", VisitOutcomes},
		{Incident{}, "State", IncidentStates},
		{Incident{}, "Source", IncidentSources},
		{IncidentDraft{}, "Urgency", Urgencies},
		{Grid{}, "Kind", GridKinds},
		{Area{}, "Level", AreaLevels},
		{Team{}, "State", TeamStates},
		{Institution{}, "PartyMode", PartyModes},
		{Courtyard{}, "Kind", CourtyardKinds},
		{Lane{}, "Paving", Pavings},
		{Steward{}, "Kind", StewardKinds},
		{Pairing{}, "Kind", PairingKinds},
		{Door{}, "Use", HouseholdUses},
	} {
		f, _ := reflect.TypeOf(c.of).FieldByName(c.field)
		var want []string
		for _, term := range c.terms {
			want = append(want, term.Value)
		}
		if got := f.Tag.Get("enum"); got != strings.Join(want, ",") {
			t.Errorf("%T.%s: enum %q, vocabulary %q", c.of, c.field, got, want)
		}
	}
}

func TestMasking(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"王小英": "王*英", "王英": "王*", "欧阳娜娜": "欧**娜", "": "", "王": "*"} {
		if got := MaskName(in); got != want {
			t.Errorf("MaskName(%s) = %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"13812341234": "138****1234", "": "", "12": "*2", "6543210": "*****10"} {
		if got := MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestScopeCoversOnlyItsOwnSubtree(t *testing.T) {
	t.Parallel()
	a := Actor{Grants: []Grant{{Role: GridLeader, Path: "d1.s2.c3"}}}
	s, err := a.Scope("create-visit")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"d1.s2.c3": true, "d1.s2.c3.g4": true, "d1.s2.c31": false, "d1.s2": false, "": false} {
		if s.Covers(path) != want {
			t.Errorf("Covers(%q) = %v", path, !want)
		}
	}
	if _, err := a.Scope("list-accounts"); ErrorCode(err) != Forbidden {
		t.Errorf("a grid leader may list accounts: %v", err)
	}
	if (Scope{}).Covers("d1") {
		t.Error("the zero scope covers something")
	}
}
