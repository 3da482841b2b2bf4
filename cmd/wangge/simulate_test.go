package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"wangge/internal/pgtest"
)

// Ten minutes of a day at sixty times its pace, played by the command against a
// real server: what it did is there afterwards, and others have heard of it.
func TestASimulatedDayArrivesThroughTheAPI(t *testing.T) {
	t.Parallel()
	r := newRig(t, pgtest.URL(t), 1)
	logins := filepath.Join(t.TempDir(), "logins.json")
	people := []simLogin{{"street", rigPassword}, {"handler", rigPassword}}
	for _, login := range leaders {
		people = append(people, simLogin{login, rigPassword})
	}
	text, err := json.Marshal(people)
	if err == nil {
		err = os.WriteFile(logins, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	// Ten seconds are ten minutes; on a slow machine it takes longer until
	// everything has happened once.
	ctx, stop := stopping(t)
	var played, errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		p := program{stdout: &played, stderr: &errs, log: newLog(&errs, env(nil)), getenv: env(nil)}
		ended <- dispatch(ctx, p, []string{"simulate", "-url", r.nodes[0].gate.address(), "-logins", logins, "-pace", "60", "-steady", "-patrols", "3", "-seed", "5"})
	}()
	began := time.Now()
	r.eventually("a day in which everything happens", 4*time.Minute, func() bool {
		var all bool
		err := r.pool.QueryRow(t.Context(), `select (select count(*) from visit) >= 10 and exists (select from incident where version > 1) and exists (select from shift_swap)
			and exists (select from team_stay) and (select count(*) from team_track) >= 4`).Scan(&all)
		return err == nil && all && time.Since(began) > 10*time.Second || len(ended) > 0
	})
	stop()
	code := <-ended
	out := played.String()
	if code != 0 {
		t.Fatalf("exit code %d: %s %s", code, out, errs.String())
	}
	t.Log(out)
	said := regexp.MustCompile(`操作 (\d+) 次（被拒 (\d+)），位置 (\d+) 个（失败 (\d+)），收到变更 (\d+) 条、位置 (\d+) 条`).FindStringSubmatch(out)
	if said == nil {
		t.Fatalf("it says %q", out)
	}
	if said[4] != "0" {
		t.Errorf("%s positions were refused: %s", said[4], out)
	}
	count := func(query string) (n int) {
		t.Helper()
		if err := r.pool.QueryRow(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for what, query := range map[string]string{
		"visits":                   `select count(*) from visit`,
		"visits by their leaders":  `select count(*) from visit v join grant_role g on g.account = v.visitor and g.grid = v.grid`,
		"incidents":                `select count(*) from incident`,
		"incidents that have gone": `select count(*) from incident where version > 1`,
		"positions":                `select count(*) from team_track`,
		"stays in grids":           `select count(*) from team_stay`,
		"shifts":                   `select count(*) from shift`,
		"swaps":                    `select count(*) from shift_swap`,
		"events":                   `select count(*) from event where topic in ('visit', 'incident', 'team')`,
		"acts said":                `select ` + said[1],
		"changes heard":            `select ` + said[5],
		"positions heard":          `select ` + said[6],
	} {
		if n := count(query); n == 0 {
			t.Errorf("no %s", what)
		} else {
			t.Logf("%-26s %d", what, n)
		}
	}
	if n := count(`select count(*) from duty where ended_at is null`); n > 0 {
		t.Errorf("%d patrols were left on duty", n)
	}
	if n := count(`select count(*) from tracker where revoked_at is null`); n > 0 {
		t.Errorf("%d trackers were left", n)
	}
}
