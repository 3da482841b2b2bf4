package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"wangge/internal/ward"
)

func TestAPackHoldsTheGridAndNobodysName(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	status, text := p.do("GET", "/api/grids/1/pack", nil)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	for _, there := range []string{`"doors":[{"id":1,`, "地标1栋", "支部1号", "中心户1号", "服务站1号", "巡逻1队", tw.incidents[1].String(), tw.visits[1].String()} {
		if !strings.Contains(text, there) {
			t.Errorf("the pack lacks %s", there)
		}
	}
	for _, absent := range []string{"金丝雀1", "地标2栋", tw.incidents[2].String()} {
		if strings.Contains(text, absent) {
			t.Errorf("the pack holds %s", absent)
		}
	}
}

func TestADeviceThatHasThePackIsToldSo(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	first, _ := p.send("GET", "/api/grids/1/pack", "", "")
	tag := first.Header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if again, _ := p.send("GET", "/api/grids/1/pack", "", "", "If-None-Match", tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.StatusCode)
	}
	must(t, exec(t.Context(), tw, `update building set name = '新名' where id = 1`))
	if again, _ := p.send("GET", "/api/grids/1/pack", "", "", "If-None-Match", tag); again.StatusCode != http.StatusOK {
		t.Errorf("changed: %d", again.StatusCode)
	}
}

func TestABrokenDownloadOfTheMapGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tw.URL+"/api/grids/1/map", nil)
	must(t, err)
	r.Header.Set("Range", "bytes=2-")
	answer, err := p.http.Do(r)
	must(t, err)
	defer answer.Body.Close()
	rest, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusPartialContent || string(rest) != "map" || !strings.HasPrefix(answer.Header.Get("Repr-Digest"), "sha-256=:") {
		t.Errorf("%d %q %v", answer.StatusCode, rest, answer.Header)
	}
}
