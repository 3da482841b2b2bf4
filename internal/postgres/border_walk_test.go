package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func newAnswer(verdict, reason string) ward.BorderAnswerDraft {
	return ward.BorderAnswerDraft{ID: newKey(), Verdict: verdict, Reason: reason, At: time.Now().Add(-time.Minute)}
}

// split is a draft that splits g1 along the secondary road.
func (r redraw) split() ward.Plan {
	r.t.Helper()
	p := r.plan(r.planner, "c1")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "split", Grid: r.gridOf("g1"), Line: r.line(200, -20, 200, 210)})
	return p
}

func checkCodes(checks []ward.PlanCheck) (codes []string) {
	for _, c := range checks {
		if c.Code == "unasked" || c.Code == "unwalked" || c.Code == "rejected" {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

func TestANewBorderIsWalkedByThoseItConcerns(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	r.exec(`UPDATE road SET name = '建设路' WHERE kind = 'secondary'`)
	first, second, elsewhere := r.leader("first", "g1"), r.leader("second", "g2"), r.leader("elsewhere", "g3")
	p := r.split()
	checks := func() []string {
		list, err := r.db.PlanChecks(t.Context(), r.planner, p.ID, ward.PlanView{})
		r.must(err)
		return checkCodes(list)
	}
	if found := checks(); !slices.Equal(found, []string{"unasked"}) {
		t.Errorf("before anybody was asked: %v", found)
	}
	key, draft := newKey(), ward.BorderWalkDraft{Plan: p.ID, Note: "请看围墙", Due: r.day(3)}
	w, err := r.db.CreateBorderWalk(t.Context(), r.planner, key, draft)
	r.must(err)
	again, err := r.db.CreateBorderWalk(t.Context(), r.planner, key, draft)
	r.must(err)
	if again.ID != w.ID || w.MadeBy != "planner" || w.Due != r.day(3) || len(w.Pieces) == 0 {
		t.Fatalf("asked for %+v, and again for %+v", w, again)
	}
	length := 0.0
	for _, piece := range w.Pieces {
		length += piece.Length
		if piece.State != ward.PieceOpen || !strings.Contains(piece.Words, "沿"+piece.Name) || len(piece.Line) < 2 || piece.Left.Name == "" || piece.Right.Name == "" {
			t.Errorf("a piece nobody can follow: %+v", piece)
		}
	}
	if w.Pieces[0].Name != "建设路" || length < 150 || length > 260 {
		t.Errorf("the new border follows %s for %.0f m", w.Pieces[0].Name, length)
	}
	if found := checks(); !slices.Equal(found, []string{"unwalked"}) {
		t.Errorf("asked, but not walked: %v", found)
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM outbox WHERE topic = 'border_walk' AND paths[1] <@ (SELECT path FROM grid WHERE code = 'g1')`); n != 1 {
		t.Errorf("the grid was told %d times", n)
	}

	// Who works in the grid sees it, on the device too; nobody else does.
	for _, one := range []struct {
		name   string
		scope  ward.Scope
		pieces int
	}{{"first", first, len(w.Pieces)}, {"second", second, 0}, {"elsewhere", elsewhere, 0}} {
		list, err := r.db.BorderWalks(t.Context(), one.scope, ward.BorderWalkFilter{Open: true})
		r.must(err)
		n := 0
		for _, walk := range list {
			n += len(walk.Pieces)
		}
		if n != one.pieces {
			t.Errorf("%s sees %d pieces", one.name, n)
		}
	}
	if pack, err := r.db.Pack(t.Context(), first, r.gridOf("g1")); err != nil || len(pack.BorderWalks) != 1 || len(pack.BorderWalks[0].Pieces) != len(w.Pieces) {
		t.Errorf("the device keeps %+v, %v", pack.BorderWalks, err)
	}
	if _, err := r.db.AnswerBorderPiece(t.Context(), elsewhere, newKey(), w.Pieces[0].ID, newAnswer("accepted", "")); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("answered from elsewhere: %v", err)
	}
	if _, err := r.db.AnswerBorderPiece(t.Context(), first, newKey(), w.Pieces[0].ID, newAnswer("rejected", "")); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("rejected without a word: %v", err)
	}

	// A "no" with its photo, sent twice by a tablet that did not hear the answer.
	no, noKey := newAnswer("rejected", "中间有围墙"), newKey()
	for range 2 {
		got, err := r.db.AnswerBorderPiece(t.Context(), first, noKey, w.Pieces[0].ID, no)
		r.must(err)
		if got.State != ward.PieceRejected || len(got.Answers) != 1 || got.Answers[0].ByName != "first" {
			t.Errorf("answered: %+v", got)
		}
	}
	photo := ward.PhotoDraft{ID: newKey(), Noun: "border_answer", Entity: no.ID, Kind: "scene"}
	picture := ward.Picture{JPEG: []byte("x"), Hash: strings.Repeat("a", 64), Width: 1, Height: 1}
	if _, err := r.db.KeepPhoto(t.Context(), elsewhere, photo, picture); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("somebody else adds a photo to an answer: %v", err)
	}
	told := func() int { return query[int](r.town, `SELECT count(*)::int FROM outbox WHERE topic = 'border_walk'`) }
	before := told()
	_, err = r.db.KeepPhoto(t.Context(), first, photo, picture)
	r.must(err)
	if told() == before {
		t.Error("nobody is told of a photo that comes after its answer")
	}
	for _, one := range []struct {
		name  string
		scope ward.Scope
		sees  bool
	}{{"planner", r.planner, true}, {"first", first, true}, {"elsewhere", elsewhere, false}} {
		if _, err := r.db.BorderPhoto(t.Context(), one.scope, photo.ID); (err == nil) != one.sees {
			t.Errorf("%s looks at the photo: %v", one.name, err)
		}
	}
	list, err := r.db.BorderWalks(t.Context(), r.planner, ward.BorderWalkFilter{Plan: p.ID})
	r.must(err)
	if answer := list[0].Pieces[0].Answers[0]; !slices.Equal(answer.Photos, []string{photo.ID.String()}) || answer.Reason != "中间有围墙" {
		t.Errorf("the planner reads %+v", answer)
	}
	if found := checks(); !slices.Contains(found, "rejected") {
		t.Errorf("after a no: %v", found)
	}

	// What the walk found comes with every gesture, and goes with the line.
	edit := r.draw(r.planner, p.ID, ward.PlanOp{Kind: "set", Grid: r.gridOf("g1"), Settings: &ward.PlanGridSetting{}})
	if !slices.Contains(checkCodes(edit.Checks), "rejected") {
		t.Errorf("a gesture says of the walk %v", checkCodes(edit.Checks))
	}
	// An older "yes" that arrives late does not outdo the "no"; a newer one does.
	late := newAnswer("accepted", "")
	late.At = no.At.Add(-time.Hour)
	got, err := r.db.AnswerBorderPiece(t.Context(), first, newKey(), w.Pieces[0].ID, late)
	r.must(err)
	if got.State != ward.PieceRejected {
		t.Errorf("an older answer counts: %s", got.State)
	}
	for _, piece := range w.Pieces {
		yes := newAnswer("accepted", "")
		yes.At = time.Now()
		got, err := r.db.AnswerBorderPiece(t.Context(), first, newKey(), piece.ID, yes)
		r.must(err)
		if got.State != ward.PieceAccepted {
			t.Errorf("accepted, but %s", got.State)
		}
	}
	if found := checks(); found != nil {
		t.Errorf("walked and found right, but the plan says %v", found)
	}
}

func TestAChangedLineIsWalkedAgainAndTheRestKeepsItsAnswers(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	first := r.leader("first", "g1")
	p := r.split()
	before, err := r.db.CreateBorderWalk(t.Context(), r.planner, newKey(), ward.BorderWalkDraft{Plan: p.ID})
	r.must(err)
	for _, piece := range before.Pieces {
		_, err := r.db.AnswerBorderPiece(t.Context(), first, newKey(), piece.ID, newAnswer("accepted", ""))
		r.must(err)
	}
	// g2 is split too: its border is new, that in g1 is known.
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "split", Grid: r.gridOf("g2"), Line: r.line(200, 195, 200, 420)})
	after, err := r.db.CreateBorderWalk(t.Context(), r.planner, newKey(), ward.BorderWalkDraft{Plan: p.ID})
	r.must(err)
	states := map[string]int{}
	for _, piece := range after.Pieces {
		states[piece.State]++
	}
	if states[ward.PieceAccepted] != len(before.Pieces) || states[ward.PieceOpen] == 0 {
		t.Errorf("asked again, the pieces are %v; before they were %d", states, len(before.Pieces))
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM border_walk WHERE closed_at IS NULL`); n != 1 {
		t.Errorf("%d walks are open", n)
	}
	if _, err := r.db.CloseBorderWalk(t.Context(), r.planner, after.ID, after.Version+1); ward.ErrorCode(err) != ward.Stale {
		t.Errorf("ended on another version: %v", err)
	}
	closed, err := r.db.CloseBorderWalk(t.Context(), r.planner, after.ID, after.Version)
	r.must(err)
	if closed.ClosedAt == nil {
		t.Error("it goes on")
	}
	// A tablet that was without a network answers late.
	open := slices.IndexFunc(after.Pieces, func(p ward.BorderPiece) bool { return p.State == ward.PieceOpen })
	if _, err := r.db.AnswerBorderPiece(t.Context(), r.leader("second", "g2"), newKey(), after.Pieces[open].ID, newAnswer("accepted", "")); err != nil {
		t.Errorf("a late answer: %v", err)
	}
	if list, err := r.db.BorderWalks(t.Context(), first, ward.BorderWalkFilter{Open: true}); err != nil || len(list) != 0 {
		t.Errorf("after the end there are %d walks, %v", len(list), err)
	}
}

func TestTheBorderOfAGridAsItIsMayBeWalked(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	w, err := r.db.CreateBorderWalk(t.Context(), r.planner, newKey(), ward.BorderWalkDraft{Grid: r.gridOf("g1")})
	r.must(err)
	length, neighbours := 0.0, map[string]bool{}
	for _, piece := range w.Pieces {
		length += piece.Length
		for _, side := range []ward.BorderSide{piece.Left, piece.Right} {
			neighbours[side.Name] = true
		}
	}
	outline := query[float64](r.town, `SELECT st_perimeter(st_transform(geom, metric_srid())) FROM grid_shape_now WHERE grid = $1`, r.gridOf("g1"))
	if length < outline-1 || length > outline+1 {
		t.Errorf("%.1f m are walked around a grid of %.1f m", length, outline)
	}
	// g3 lies in the next community.
	if !neighbours["g1"] || !neighbours["g2"] || !neighbours["g3"] {
		t.Errorf("on both sides lie %v", neighbours)
	}
	if list, err := r.db.BorderWalks(t.Context(), r.leader("third", "g3"), ward.BorderWalkFilter{Grid: r.gridOf("g3")}); err != nil || len(list) != 1 || len(list[0].Pieces) == 0 || len(list[0].Pieces) == len(w.Pieces) {
		t.Errorf("the neighbour sees %+v, %v", list, err)
	}
	merged := r.plan(r.planner, "c1")
	r.draw(r.planner, merged.ID, ward.PlanOp{Kind: "merge", Grid: r.gridOf("g1"), Grids: []int64{r.gridOf("g2")}})
	if _, err := r.db.CreateBorderWalk(t.Context(), r.planner, newKey(), ward.BorderWalkDraft{Plan: merged.ID}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("a plan without a new border is walked: %v", err)
	}
	if _, err := r.db.CreateBorderWalk(t.Context(), r.planner, uuid.Must(uuid.NewV7()), ward.BorderWalkDraft{}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("a walk along nothing: %v", err)
	}
}
