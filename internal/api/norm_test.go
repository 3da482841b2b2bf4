package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"wangge/internal/ward"
)

func TestANormIsKeptWithItsVersionAndUsed(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := tw.signIn(t, "root")
	due := func() int {
		_, body := p.do("GET", "/api/buildings/1/doors", nil)
		var doors []ward.Door
		must(t, json.Unmarshal([]byte(body), &doors))
		return doors[0].DueDays
	}
	must(t, exec(t.Context(), tw, `delete from household_tag`))
	if due() != ward.DueOrdinary {
		t.Errorf("an ordinary door is due every %d days", due())
	}
	set := func(name string, version, value int) (int, string) {
		return p.do("PATCH", "/api/norms/"+name, map[string]any{"version": version, "value": value})
	}
	if status, body := set("visit_ordinary", 1, 90); status != http.StatusOK || !strings.Contains(body, `"value":90`) || due() != 90 {
		t.Errorf("%d %s, due every %d days", status, body, due())
	}
	must(t, exec(t.Context(), tw, `insert into household_tag (household, kind, consent_until) select id, 'lone_elder', today() from household where building = 1`))
	if due() != 30 {
		t.Errorf("a lone elder is due every %d days", due())
	}
	if status, body := set("visit_ordinary", 1, 60); status != http.StatusConflict || !strings.Contains(body, "刚由root改为90天") {
		t.Errorf("stale: %d %s", status, body)
	}
	if status, body := set("grid_households_low", 1, 500); status != http.StatusUnprocessableEntity || !strings.Contains(body, "下限应小于上限") {
		t.Errorf("low over high: %d %s", status, body)
	}
	if status, _ := set("nothing", 1, 5); status != http.StatusNotFound {
		t.Errorf("no such norm: %d", status)
	}
	if _, body := p.do("GET", "/api/norms/visit_ordinary/history", nil); !strings.Contains(body, `"old":182,"new":90`) {
		t.Errorf("history: %s", body)
	}
	if _, body := p.do("GET", "/api/audit", nil); !strings.Contains(body, `"operation":"change-norm"`) {
		t.Errorf("audit: %s", body)
	}
	if set("grid_households_low", 1, 200); true {
		_, body := p.do("GET", "/api/norms", nil)
		var all []ward.Norm
		must(t, json.Unmarshal([]byte(body), &all))
		if len(all) != len(ward.Norms()) {
			t.Errorf("%d norms", len(all))
		}
		for _, n := range all {
			want := n.Usual
			switch n.Name {
			case "visit_ordinary":
				want = 90
			case "grid_households_low":
				want = 200
			}
			if n.Value != want {
				t.Errorf("%s is %d, want %d", n.Name, n.Value, want)
			}
		}
	}
}
