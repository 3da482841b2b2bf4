package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func TestAnAnswerStandsWithItsCommentAndOpensItAgain(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	pinned, err := r.db.CommentPlan(t.Context(), r.planner, newKey(), p.ID, ward.PlanRemark{Text: "这条线从院子中间过", Cell: r.cell("w02")})
	r.must(err)
	_, err = r.db.ResolveComment(t.Context(), r.planner, pinned.ID, pinned.Version, true)
	r.must(err)
	first, err := r.db.CommentPlan(t.Context(), r.other, newKey(), p.ID, ward.PlanRemark{Text: "还没改", ReplyTo: pinned.ID})
	r.must(err)
	second, err := r.db.CommentPlan(t.Context(), r.planner, newKey(), p.ID, ward.PlanRemark{Text: "现在改了", ReplyTo: first.ID})
	r.must(err)
	if *first.ReplyTo != pinned.ID || *second.ReplyTo != pinned.ID || first.Location != pinned.Location || *first.Cell != *pinned.Cell {
		t.Errorf("answers %+v and %+v do not stand with %+v", first, second, pinned)
	}
	list, err := r.db.PlanComments(t.Context(), r.planner, p.ID)
	r.must(err)
	if len(list) != 3 || list[0].ResolvedAt != nil {
		t.Errorf("after the answers: %+v", list)
	}
	if now, err := r.db.Plan(t.Context(), r.planner, p.ID); err != nil || now.Comments != 1 {
		t.Errorf("a thread counts as %d open comments, %v", now.Comments, err)
	}
	other := r.plan(r.planner, "c2")
	if _, err := r.db.CommentPlan(t.Context(), r.planner, newKey(), other.ID, ward.PlanRemark{Text: "串了", ReplyTo: pinned.ID}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("an answer in another plan: %v", err)
	}
}

func TestThoseAtAPlanSeeEachOther(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	r.db.Now = func() time.Time { return now }
	p := r.plan(r.planner, "c1")
	mine, theirs := ward.PlanAttendance{Window: uuid.New()}, ward.PlanAttendance{Window: uuid.New(), Grid: r.gridOf("g1")}
	told := func() int64 {
		return query[int64](r.town, `SELECT count(*) FROM outbox WHERE topic = 'plan' AND body->>'kind' = 'presence'`)
	}
	attend := func(s ward.Scope, a ward.PlanAttendance) []ward.PlanPresence {
		t.Helper()
		out, err := r.db.AttendPlan(t.Context(), s, p.ID, a)
		r.must(err)
		return out
	}
	if alone := attend(r.planner, mine); len(alone) != 0 || told() != 0 {
		t.Fatalf("alone there are %d others, and %d events", len(alone), told())
	}
	if others := attend(r.other, theirs); len(others) != 1 || others[0].Name != "planner" || told() != 1 {
		t.Fatalf("the second sees %+v, %d events", others, told())
	}
	attend(r.other, theirs) // nothing new
	if others := attend(r.planner, mine); len(others) != 1 || others[0].Grid != theirs.Grid || told() != 1 {
		t.Errorf("the first sees %+v, %d events", others, told())
	}
	if attend(r.planner, ward.PlanAttendance{Window: theirs.Window, Grid: 7}); attend(r.planner, mine)[0].Grid != theirs.Grid {
		t.Error("somebody spoke for the window of another")
	}
	theirs.Leaving = true
	if attend(r.other, theirs); len(attend(r.planner, mine)) != 0 || told() != 2 {
		t.Errorf("who left is still there; %d events", told())
	}
	theirs.Leaving = false
	attend(r.other, theirs)
	now = now.Add(ward.PlanPresenceLasts + time.Second)
	if others := attend(r.planner, mine); len(others) != 0 {
		t.Errorf("who fell silent is still there: %+v", others)
	}
	if _, err := r.db.AttendPlan(t.Context(), r.planner, 1<<40, mine); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a plan that is not there: %v", err)
	}
}

func TestAnExpiredLinkSaysWhen(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	r.db.Now = func() time.Time { return now }
	p := r.plan(r.planner, "c1")
	link, err := r.db.SharePlan(t.Context(), r.planner, p.ID)
	r.must(err)
	now = now.AddDate(0, 0, ward.PlanLinkDays+1)
	if _, err := r.db.SharedPlan(t.Context(), link.Token); ward.ErrorCode(err) != ward.NotFound || !strings.Contains(err.Error(), "2026-12-02") {
		t.Errorf("a month later: %v", err)
	}
}
