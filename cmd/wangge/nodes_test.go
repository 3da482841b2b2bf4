package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/pgtest"
	"wangge/internal/ward"
)

func TestTwoServersOneKilledNothingIsLost(t *testing.T) {
	t.Parallel()
	r := newRig(t, pgtest.URL(t), 2)
	one, two := r.nodes[0], r.nodes[1]
	var onlookers []*onlooker
	for i, login := range everyone {
		for _, first := range []*node{one, two} {
			// Each begins at its own server and goes to either from then on.
			v := newOnlooker(r, login, rand.New(rand.NewPCG(3, uint64(i))), first)
			onlookers = append(onlookers, v)
		}
	}
	watching(t, onlookers)
	l := newLoad(r, one, two)
	ctx, stop := stopping(t)
	wait := l.run(ctx, 6, 1)
	r.eventually("some load on both", time.Minute, func() bool { return l.done() > 100 })
	for _, v := range onlookers {
		v.goTo(one, two)
	}
	one.kill()
	before := l.done()
	r.eventually("the other server goes on", time.Minute, func() bool { return l.done() > before+150 })
	one.start()
	one.ready(time.Minute)
	before = l.done()
	r.eventually("both serve again", time.Minute, func() bool { return l.done() > before+50 })
	stop()
	wait()
	l.settle(onlookers, 30*time.Second)
	l.judge(onlookers)
	delays := l.delays(onlookers)
	t.Logf("%d changes acknowledged, %d requests failed and were repeated; %d onlookers, answer → screen p50 %v p95 %v", l.done(), l.retries, len(onlookers), quantile(delays, .5), quantile(delays, .95))
}

func TestPositionsAreSeenAcrossServersAndABrokerThatIsAwayOnlyMakesThemLate(t *testing.T) {
	t.Parallel()
	r := newRig(t, pgtest.URL(t), 2)
	one, two := r.nodes[0], r.nodes[1]
	watcher := newOnlooker(r, "street", rand.New(rand.NewPCG(1, 1)), two)
	watching(t, []*onlooker{watcher})
	patrol := r.onDuty(one, 0)
	r.eventually("the position on the other server's map", 20*time.Second, func() bool { return patrol.send() && watcher.sees(patrol.team) })
	patrol.end()
	r.eventually("the end of duty on the other server's map", 20*time.Second, func() bool { return !watcher.sees(patrol.team) })
	if one.degraded() || two.degraded() {
		t.Error("degraded with a broker")
	}

	r.stopBroker()
	r.eventually("the servers say that the broker is away", 20*time.Second, func() bool { return one.degraded() && two.degraded() })
	second := r.onDuty(one, 1)
	r.eventually("a position without a broker", 30*time.Second, func() bool { return second.send() && watcher.sees(second.team) })
	second.end()
	r.eventually("the end of duty without a broker", 30*time.Second, func() bool { return !watcher.sees(second.team) })

	r.startBroker()
	r.eventually("the servers find the broker", 30*time.Second, func() bool { return !one.degraded() && !two.degraded() })
}

// A tracker behind a proxy may speak to one server now and to the other next:
// a team that comes into a grid does so once.
func TestATrackerMaySpeakToEitherServer(t *testing.T) {
	t.Parallel()
	r := newRig(t, pgtest.URL(t), 2)
	patrol := r.onDuty(r.nodes[0], 0)
	for i := range 18 {
		patrol.node = r.nodes[i%2]
		patrol.east = float64(min(i/6, 1)) * 400 // six in the first grid, the others in the next
		r.eventually("the position is taken", 20*time.Second, patrol.send)
	}
	var stays, grids int
	r.eventually("the team in its second grid", 20*time.Second, func() bool {
		err := r.pool.QueryRow(t.Context(), `select count(*), count(distinct grid) from team_stay where team = $1`, patrol.team).Scan(&stays, &grids)
		return err == nil && grids == 2
	})
	if stays != 2 {
		t.Errorf("the team came into %d grids %d times", grids, stays)
	}
}

// patrol is a team on duty with a tracker.
type patrol struct {
	rig   *rig
	node  *node
	team  int64
	duty  ward.TeamDuty
	token string
	at    orb.Point
	east  float64 // metres from there
}

// onDuty sends the team of that place in the list on duty.
func (r *rig) onDuty(n *node, which int) *patrol {
	r.t.Helper()
	office := r.people["street"].at(n)
	var page ward.Page[ward.Team]
	if err := office.get(r.t.Context(), "/api/teams?kind=patrol&limit=10", &page); err != nil {
		r.t.Fatal(err)
	}
	team := page.Items[which]
	p := &patrol{rig: r, node: n, team: team.ID, at: *team.Location}
	var tracker ward.NewTracker
	if err := office.sendJSON(r.t.Context(), "POST", "/api/trackers", ward.TrackerDraft{Team: team.ID, Name: "试机", Agreed: true}, &tracker); err != nil {
		r.t.Fatal(err)
	}
	if err := office.sendJSON(r.t.Context(), "POST", "/api/duties", ward.DutyDraft{Team: team.ID}, &p.duty); err != nil {
		r.t.Fatal(err)
	}
	p.token = tracker.Token
	return p
}

// send sends where the patrol is now.
func (p *patrol) send() bool {
	q := url.Values{
		"id": {p.token}, "lat": {fmt.Sprintf("%.6f", p.at[1])}, "lon": {fmt.Sprintf("%.6f", p.at[0]+p.east/96_000)}, "accuracy": {"6"}, "timestamp": {fmt.Sprint(time.Now().UnixMilli())},
	}
	answer, err := http.Post(p.node.gate.address()+"/osmand?"+q.Encode(), "", nil)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// end sends it home.
func (p *patrol) end() {
	p.rig.t.Helper()
	office := p.rig.people["street"].at(p.node)
	if err := office.sendJSON(p.rig.t.Context(), "PATCH", fmt.Sprintf("/api/duties/%d", p.duty.ID), ward.DutyChange{Version: p.duty.Version, End: true}, nil); err != nil {
		p.rig.t.Fatal(err)
	}
}
