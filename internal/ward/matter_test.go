package ward_test

import (
	"testing"
	"time"

	"wangge/internal/ward"
)

func ptr[T any](v T) *T { return &v }

func TestAMatterIsToldOnlyWhenItIsDone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		outcome string
		matter  ward.Matter
		change  ward.VisitChange
		want    ward.Matter
		refused ward.Code
	}{
		"taken back and not done":       {"taken_back", ward.MatterOpen, ward.VisitChange{ToldBack: ptr(true)}, "", ward.Conflict},
		"reported and under way":        {"reported", ward.MatterOpen, ward.VisitChange{ToldBack: ptr(true)}, "", ward.Conflict},
		"done":                          {"taken_back", ward.MatterOpen, ward.VisitChange{Result: ptr("已装好")}, ward.MatterToTell, ""},
		"done and told in one":          {"taken_back", ward.MatterOpen, ward.VisitChange{Result: ptr("已装好"), ToldBack: ptr(true)}, ward.MatterTold, ""},
		"told":                          {"taken_back", ward.MatterToTell, ward.VisitChange{ToldBack: ptr(true)}, ward.MatterTold, ""},
		"its incident over, then told":  {"reported", ward.MatterToTell, ward.VisitChange{ToldBack: ptr(true)}, ward.MatterTold, ""},
		"nothing was raised":            {"none", "", ward.VisitChange{ToldBack: ptr(true)}, "", ""},
		"a result of nothing":           {"none", "", ward.VisitChange{Result: ptr("已装好")}, "", ward.Conflict},
		"raised after all":              {"none", "", ward.VisitChange{Outcome: ptr("taken_back")}, ward.MatterOpen, ""},
		"raised after all, told early":  {"none", "", ward.VisitChange{Outcome: ptr("taken_back"), ToldBack: ptr(true)}, "", ward.Conflict},
		"solved after all":              {"taken_back", ward.MatterOpen, ward.VisitChange{Outcome: ptr("solved"), ToldBack: ptr(true)}, ward.MatterTold, ""},
		"nothing after all":             {"taken_back", ward.MatterToTell, ward.VisitChange{Outcome: ptr("none")}, "", ""},
		"another thing leaves it alone": {"taken_back", ward.MatterToTell, ward.VisitChange{Note: ptr("补充")}, ward.MatterToTell, ""},
	} {
		next, err := c.change.Apply(ward.Visit{Version: 3, Outcome: c.outcome, Matter: c.matter}, now)
		if c.refused != "" {
			if err == nil || ward.ErrorCode(err) != c.refused {
				t.Errorf("%s: %v, want %s", name, err, c.refused)
			}
			continue
		}
		if err != nil || next.Matter != c.want || next.Version != 4 || next.ToldBack != (c.want == ward.MatterTold) || (next.ToldAt != nil) != next.ToldBack {
			t.Errorf("%s: %+v %v", name, next, err)
		}
	}
}

func TestWhatIsSolvedInFrontOfSomebodyIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outcome, met string
		told         bool
	}{{"solved", "met", true}, {"solved", "nobody", false}, {"taken_back", "met", false}, {"none", "met", false}} {
		if told := (ward.VisitDraft{Outcome: c.outcome, Met: c.met}).ToldAtOnce(); told != c.told {
			t.Errorf("%s %s: %v", c.outcome, c.met, told)
		}
	}
}
