package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/pgtest"
	"wangge/internal/ward"
)

// BenchmarkStreetAtWork drives one server, a process of its own, through its
// public API: positions of a thousand trackers a second, then visits as fast as
// they are taken, with lists and cards read meanwhile. Server, database and the
// load share the machine. Once whatever b.N.
func BenchmarkStreetAtWork(b *testing.B) {
	r := newRig(b, pgtest.URL(b), 1)
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("load average before the street at work: %s", load)
	r.positions(b, 1000, 8*time.Second)
	r.visits(b, 8*time.Second)
	b.ReportMetric(0, "ns/op")
}

// benchFigure prints a line of make bench.
func benchFigure(name string, value float64, sign string, limit float64, unit string) {
	verdict := "ok"
	if sign == "≤" && value > limit || sign == "≥" && value < limit {
		verdict = "missed"
	}
	fmt.Printf("figure  %-52s %10.4g %-4s %s %-8.4g %s\n", name, value, unit, sign, limit, verdict)
}

// positions lets so many trackers send once a second each.
func (r *rig) positions(b *testing.B, trackers int, last time.Duration) {
	b.Helper()
	tokens, hashes := make([]string, trackers), make([][]byte, trackers)
	for i := range trackers {
		tokens[i] = fmt.Sprintf("bench-tracker-%d", i)
		sum := sha256.Sum256([]byte(tokens[i]))
		hashes[i] = sum[:]
	}
	_, err := r.pool.Exec(b.Context(), `
		with t as (insert into team (code, name, kind, area) select 'bench' || n, '测试' || n, 'patrol', (select id from area where level = 'community') from generate_series(1, $1) n returning id, code),
		k as (insert into tracker (team, name, token, created_by) select t.id, '测试机', h.token, (select id from account where login = 'street') from t join unnest($2::bytea[]) with ordinality h(token, n) on t.code = 'bench' || h.n returning 1)
		insert into duty (team, account, started_at) select t.id, (select id from account where login = 'street'), now() - interval '1 minute' from t, (select count(*) from k) before`, trackers, hashes)
	if err != nil {
		b.Fatal(err)
	}
	var start orb.Point
	if err := r.pool.QueryRow(b.Context(), `select pt from building order by id limit 1`).Scan(&start); err != nil {
		b.Fatal(err)
	}
	watcher := newOnlooker(r, "street", rand.New(rand.NewPCG(1, 1)), r.nodes[0])
	watching(b, []*onlooker{watcher})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	var taken, refused atomic.Int64
	var senders sync.WaitGroup
	began := time.Now()
	const lines = 16
	for line := range lines {
		senders.Go(func() {
			for k := line; ; k += lines {
				due := began.Add(time.Duration(k) * time.Second / time.Duration(trackers))
				if due.Sub(began) >= last {
					return
				}
				time.Sleep(time.Until(due))
				q := url.Values{"id": {tokens[k%trackers]}, "accuracy": {"6"}, "timestamp": {fmt.Sprint(time.Now().UnixMilli())}}
				q.Set("lat", fmt.Sprintf("%.6f", start[1]+float64(k/trackers)*0.00001))
				q.Set("lon", fmt.Sprintf("%.6f", start[0]+float64(k%trackers%300)*0.00001))
				answer, err := client.Post("http://"+r.nodes[0].address+"/osmand?"+q.Encode(), "", nil)
				if err != nil {
					refused.Add(1)
					continue
				}
				answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					taken.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})
	}
	senders.Wait()
	benchFigure("positions accepted", float64(taken.Load())/time.Since(began).Seconds(), "≥", 0.97*float64(trackers), "/s")
	var kept, gridded int64
	r.eventually("the positions in the database", time.Minute, func() bool {
		err := r.pool.QueryRow(context.Background(), `select count(*), count(grid) from team_track`).Scan(&kept, &gridded)
		return err == nil && kept >= taken.Load()
	})
	benchFigure("positions written in their grid, of accepted", float64(gridded)/float64(max(1, taken.Load())), "≥", 0.999, "x")
	watcher.mu.Lock()
	seen := len(watcher.movers)
	watcher.mu.Unlock()
	benchFigure("teams on the map at once", float64(seen), "≥", float64(trackers), "")
	if refused.Load() > 0 {
		b.Errorf("%d positions were refused", refused.Load())
	}
}

// visits writes as fast as the server takes them, and reads beside it.
func (r *rig) visits(b *testing.B, last time.Duration) {
	b.Helper()
	n := r.nodes[0]
	l := newLoad(r, n)
	for _, p := range r.people {
		p.http.Transport = &http.Transport{MaxIdleConnsPerHost: 32}
	}
	ctx, cancel := context.WithTimeout(b.Context(), last)
	defer cancel()
	var done atomic.Int64
	var working sync.WaitGroup
	began := time.Now()
	for w := range 16 {
		working.Go(func() {
			dice := rand.New(rand.NewPCG(9, uint64(w)))
			login := leaders[w%len(leaders)]
			there := *r.people[login]
			there.url = "http://" + n.address
			for ctx.Err() == nil {
				all := l.people[login]
				err := there.sendJSON(ctx, "POST", "/api/visits", ward.VisitDraft{ID: newKey(), Building: all[dice.IntN(len(all))], Kind: "four_hundred", Met: "met", OccurredAt: time.Now()}, nil)
				if err == nil {
					done.Add(1)
				} else if ctx.Err() == nil {
					b.Error(err)
					return
				}
			}
		})
	}
	var took []time.Duration
	office := *r.people["community"]
	office.url = "http://" + n.address
	paths := []string{"/api/visits?limit=50", "/api/incidents?limit=50", "/api/grids?limit=50", "/api/households?limit=50", "/api/buildings/%d", "/api/teams?limit=50"}
	for k := 0; ctx.Err() == nil; k++ {
		path := paths[k%len(paths)]
		if strings.Contains(path, "%d") {
			path = fmt.Sprintf(path, l.people[leaders[0]][k%20])
		}
		at := time.Now()
		if err := office.get(ctx, path, nil); err == nil {
			took = append(took, time.Since(at))
		} else if ctx.Err() == nil {
			b.Error(err)
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	working.Wait()
	benchFigure("visits written", float64(done.Load())/time.Since(began).Seconds(), "≥", 1500, "/s")
	slices.Sort(took)
	benchFigure("lists and cards meanwhile, p50", float64(quantile(took, .5).Microseconds())/1000, "≤", 20, "ms")
	benchFigure("lists and cards meanwhile, p99", float64(quantile(took, .99).Microseconds())/1000, "≤", 50, "ms")
}
