package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"wangge/internal/ward"
)

// onlooker follows a territory as a page does, at whichever node answers: snapshot,
// stream, resume. It keeps the newest version of each visit and incident it saw.
type onlooker struct {
	rig    *rig
	person *simPerson
	path   string
	dice   *rand.Rand

	mu      sync.Mutex
	nodes   []*node              // it goes to one of these
	state   map[string]int64     // "visit/ID" → version
	arrived map[string]time.Time // "visit/ID/version" → when it was heard
	movers  map[int64]bool       // on its map
	outside []string             // things of others it was told of
	doubled []string             // things it was told of twice

	known  bool // it has a snapshot
	epoch  string
	cursor int64

	connected, resynced, broken int
}

func newOnlooker(r *rig, login string, dice *rand.Rand, nodes ...*node) *onlooker {
	return &onlooker{
		rig: r, person: r.people[login], path: r.path(login), nodes: nodes, dice: dice,
		state: map[string]int64{}, arrived: map[string]time.Time{}, movers: map[int64]bool{},
	}
}

// watch follows until ctx ends.
func (v *onlooker) watch(ctx context.Context) {
	for ctx.Err() == nil {
		v.mu.Lock()
		n := v.nodes[v.dice.IntN(len(v.nodes))]
		v.mu.Unlock()
		if v.known || v.snapshot(ctx, n) == nil {
			v.session(ctx, n)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(20+v.dice.IntN(100)) * time.Millisecond):
		}
	}
}

func (v *onlooker) snapshot(ctx context.Context, n *node) error {
	var s ward.Snapshot
	if err := v.person.at(n).get(ctx, "/api/snapshot", &s); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.known, v.epoch, v.cursor = true, s.Epoch, s.Seq
	for _, x := range s.Visits {
		v.state["visit/"+x.ID.String()] = max(x.Version, v.state["visit/"+x.ID.String()])
	}
	for _, x := range s.Incidents {
		v.state["incident/"+x.ID.String()] = max(x.Version, v.state["incident/"+x.ID.String()])
	}
	return nil
}

// liveMessage is a message of the stream.
type liveMessage struct {
	T       string          `json:"t"`
	Prev    int64           `json:"prev"`
	Seq     int64           `json:"seq"`
	Topic   string          `json:"topic"`
	ID      string          `json:"id"`
	Version int64           `json:"version"`
	Path    string          `json:"path"`
	M       json.RawMessage `json:"m"`
	Gone    []int64         `json:"gone"`
}

// session is one connection from dial to break. A server that says nothing for
// four seconds is given up, as a page does.
func (v *onlooker) session(ctx context.Context, n *node) {
	dialer := websocket.Dialer{Jar: v.person.http.Jar, HandshakeTimeout: 4 * time.Second}
	q := url.Values{"since": {fmt.Sprint(v.cursor)}, "epoch": {v.epoch}}
	conn, answer, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(n.gate.address(), "http")+"/api/live?"+q.Encode(), http.Header{"Origin": {n.gate.address()}})
	if answer != nil {
		answer.Body.Close()
	}
	if err != nil {
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	v.mu.Lock()
	v.connected++
	clear(v.movers)
	v.mu.Unlock()
	for {
		_ = conn.SetReadDeadline(time.Now().Add(4 * time.Second))
		var m liveMessage
		if conn.ReadJSON(&m) != nil || !v.take(m) {
			return
		}
	}
}

// goTo says where it may go from its next connection on.
func (v *onlooker) goTo(nodes ...*node) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.nodes = nodes
}

// take applies one message; false ends the connection.
func (v *onlooker) take(m liveMessage) bool {
	if m.T == "batch" {
		var all []liveMessage
		return json.Unmarshal(m.M, &all) == nil && !slices.ContainsFunc(all, func(one liveMessage) bool { return !v.take(one) })
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	switch m.T {
	case "resync":
		v.resynced++
		v.known = false
		return false
	case "now":
		var movers []ward.Mover
		if json.Unmarshal(m.M, &movers) != nil {
			return false
		}
		for _, one := range movers {
			v.movers[one.Team] = true
		}
		for _, team := range m.Gone {
			delete(v.movers, team)
		}
	case "ev", "gone", "at":
		if m.Prev != v.cursor {
			v.broken++
			return false
		}
		v.cursor = m.Seq
	}
	if m.T == "ev" {
		v.event(m)
	}
	return true
}

func (v *onlooker) event(m liveMessage) {
	name := m.Topic + "/" + m.ID
	if m.Topic != ward.NoticeTopic && v.path != "" && m.Path != v.path && !strings.HasPrefix(m.Path, v.path+".") {
		v.outside = append(v.outside, name+" in "+m.Path)
	}
	if m.Topic != "visit" && m.Topic != "incident" {
		return
	}
	// A snapshot may be newer than its place in the stream, so that something
	// shown already comes once more; but it comes once.
	effect := fmt.Sprintf("%s/%d", name, m.Version)
	if _, before := v.arrived[effect]; before {
		v.doubled = append(v.doubled, fmt.Sprintf("%s at %d", effect, m.Seq))
	}
	v.state[name] = max(m.Version, v.state[name])
	v.arrived[effect] = time.Now()
}

// sees says whether a team is on its map.
func (v *onlooker) sees(team int64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.movers[team]
}

// equal reports whether the onlooker shows what its territory holds.
func (v *onlooker) equal() error {
	want := map[string]int64{}
	rows, err := v.rig.pool.Query(context.Background(), `
		select 'visit/' || v.id, v.version from visit v join grid g on g.id = v.grid where $1 = '' or g.path <@ $1::text::ltree
		union all select 'incident/' || i.id, i.version from incident i join grid g on g.id = i.grid where $1 = '' or g.path <@ $1::text::ltree`, v.path)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var version int64
		if err := rows.Scan(&name, &version); err != nil {
			return err
		}
		want[name] = version
	}
	if err := rows.Err(); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if maps.Equal(want, v.state) {
		return nil
	}
	for name, version := range want {
		if v.state[name] != version {
			return fmt.Errorf("%s (%q): %s is at version %d, shown %d; %d things there, %d shown", v.person.actor.Name, v.path, name, version, v.state[name], len(want), len(v.state))
		}
	}
	return fmt.Errorf("%s (%q): %d things there, %d shown", v.person.actor.Name, v.path, len(want), len(v.state))
}
