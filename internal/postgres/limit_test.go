package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// Every expensive read ends in words when its time is up, or when nobody waits
// any more, and the one connection there is answers the next question.
func TestAnExpensiveReadEndsInTimeAndLeavesTheConnectionUsable(t *testing.T) {
	t.Parallel()
	pool := pgtest.NewOf(t, 1)
	pgtest.City(t, pool, 60)
	hasty, patient, all := postgres.New(pool, postgres.Keys{}), postgres.New(pool, postgres.Keys{}), ward.System("")
	hasty.LookLimit = time.Millisecond
	var whole orb.MultiPolygon
	if err := pool.QueryRow(t.Context(), `select st_multi(st_setsrid(st_extent(geom)::geometry, 4326)) from grid_shape`).Scan(&whole); err != nil {
		t.Fatal(err)
	}
	at := whole.Bound().Center()
	for what, ask := range map[string]func(context.Context, *postgres.DB) error{
		"statistics": func(ctx context.Context, db *postgres.DB) error { _, err := db.Statistics(ctx, all, whole); return err },
		"search":     func(ctx context.Context, db *postgres.DB) error { _, err := db.Search(ctx, all, "试验"); return err },
		"nearest": func(ctx context.Context, db *postgres.DB) error {
			_, err := db.Nearest(ctx, all, "building", at, 100)
			return err
		},
		"features": func(ctx context.Context, db *postgres.DB) error {
			_, err := db.FeaturePage(ctx, all, ward.FeatureQuery{Collection: "building", Limit: 3000, CRS: ward.FeatureSystems()[0], Count: true})
			return err
		},
	} {
		if err := ask(t.Context(), hasty); ward.ErrorCode(err) != ward.Invalid || ward.ErrorMessage(err) != "查询超过时限，请缩小范围后重试" {
			t.Errorf("%s over its time: %v", what, err)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if err := ask(gone, patient); err == nil {
			t.Errorf("%s answers nobody", what)
		}
		if err := ask(t.Context(), patient); err != nil {
			t.Errorf("%s afterwards: %v", what, err)
		}
	}
}
