package main

import (
	"log/slog"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// Three drafts of a town whose grids are far from the norm, by a job: each a
// plan of its own beside the one it was drawn from, none alike.
func TestProposalsAreDistinctDraftsOnOneScoreCard(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	pgtest.City(t, pool, 20)
	db := postgres.New(pool, postgres.Keys{})
	for _, sql := range []string{
		`select setval(pg_get_serial_sequence('cell', 'id'), 10000)`,
		`insert into household (code, building, room, persons) select code || '-' || n, id, n::text, 2 from building, generate_series(1, 4) n`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.BuildCoverage(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `select refresh_cell_stat()`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "planner", Name: "规划员", Password: "correct horse battery", Grants: []postgres.NewGrant{{Role: ward.Planner}}}); err != nil {
		t.Fatal(err)
	}
	account, err := db.SignIn(t.Context(), "planner", "correct horse battery", "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := account.Actor().Scope("propose-plans")
	if err != nil {
		t.Fatal(err)
	}
	var community int64
	if err := pool.QueryRow(t.Context(), `select id from area where level = 'community'`).Scan(&community); err != nil {
		t.Fatal(err)
	}
	model, err := db.CreatePlan(t.Context(), s, uuid.Must(uuid.NewV7()), ward.PlanNew{Name: "三案", Communities: []int64{community}, From: "current", Low: 250, High: 350})
	if err != nil {
		t.Fatal(err)
	}
	p := proposals{db, postgres.NewJobs(db, slog.New(slog.DiscardHandler), uuid.New(), 1)}
	drafts, err := p.draw(t.Context(), s, model, ward.PlanProposalOrder{Scratch: true, Seed: 1}, &postgres.Task{})
	if err != nil {
		t.Fatal(err)
	}
	ids, err := db.SaveProposals(t.Context(), s, model.ID, model.Version, drafts)
	if err != nil {
		t.Fatal(err)
	}
	if len(ids) < 2 {
		t.Fatalf("%d drafts", len(ids))
	}
	scores, err := db.ComparePlans(t.Context(), s, ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, score := range scores {
		if score.Plan != 0 && (score.Cells == 0 || score.InBand < 0.99 || score.Name == model.Name) {
			t.Errorf("%+v", score)
		}
	}
	if _, err := db.SaveProposals(t.Context(), s, model.ID, model.Version+1, drafts); ward.ErrorCode(err) != ward.Stale {
		t.Errorf("drawn from another version: %v", err)
	}
}
