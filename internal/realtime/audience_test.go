package realtime

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"wangge/internal/ward"
)

// Whoever may see an event, or is changed by it, is asked; who has left is not.
func TestTheAudienceIsNobodyLessThanThoseWhoHear(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{"d1", "s1", "s2", "c1", "c12", "g1"})
	path := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 0, 4).Draw(t, "path"), ".")
	})
	topic := rapid.SampledFrom([]string{"visit", ward.NoticeTopic, ward.GrantTopic, ward.PublicationTopic})
	rapid.Check(t, func(t *rapid.T) {
		a := newAudience()
		var sessions, left []*session
		for i := range rapid.IntRange(1, 20).Draw(t, "sessions") {
			paths := rapid.SliceOfN(path, 0, 3).Draw(t, "territory")
			actor := rapid.Int64Range(1, 4).Draw(t, "actor")
			s := &session{viewer: Viewer{Actor: actor, Scope: ward.System(paths...), Hears: func(ward.Visibility) bool { return true }}}
			a.add(s)
			if i%5 == 4 {
				a.remove(s)
				left = append(left, s)
			} else {
				sessions = append(sessions, s)
			}
		}
		e := &entry{topic: topic.Draw(t, "topic"), entity: strconv.FormatInt(rapid.Int64Range(0, 5).Draw(t, "entity"), 10), paths: rapid.SliceOfN(path, 1, 3).Draw(t, "paths")}
		var asked []*session
		a.of(e, func(s *session) { asked = append(asked, s) })
		for _, s := range sessions {
			if (s.viewer.sight(e) != unseen || s.viewer.concerns(e)) && !slices.Contains(asked, s) {
				t.Fatalf("%v of %d does not hear %+v", s.viewer.Scope.Paths(), s.viewer.Actor, e)
			}
		}
		for _, s := range left {
			if slices.Contains(asked, s) {
				t.Fatal("somebody who has left is asked")
			}
		}
		for _, s := range sessions {
			a.remove(s)
		}
		if len(a.all)+len(a.byPath)+len(a.byActor) > 0 {
			t.Fatalf("an empty audience keeps %d, %d, %d", len(a.all), len(a.byPath), len(a.byActor))
		}
	})
}
