package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// load is what leaders send, and what they were told was done.
type load struct {
	rig    *rig
	nodes  []*node
	people map[string][]int64 // buildings by leader

	mu      sync.Mutex
	acked   map[string]time.Time // "visit/ID/version" → the answer came
	sent    int
	retries int
	wrong   []error
}

func newLoad(r *rig, nodes ...*node) *load {
	r.t.Helper()
	l := &load{rig: r, nodes: nodes, people: map[string][]int64{}, acked: map[string]time.Time{}}
	for _, login := range leaders {
		rows, err := r.pool.Query(r.t.Context(), `select b.id from building b join cell_now n on n.cell = b.cell where n.path <@ $1::text::ltree order by b.id`, r.path(login))
		if err != nil {
			r.t.Fatal(err)
		}
		var id int64
		for rows.Next() {
			if err := rows.Scan(&id); err != nil {
				r.t.Fatal(err)
			}
			l.people[login] = append(l.people[login], id)
		}
		if rows.Err() != nil || len(l.people[login]) == 0 {
			r.t.Fatalf("%s has no buildings: %v", login, rows.Err())
		}
	}
	return l
}

// run lets so many people write until ctx ends, and waits until each has been
// told what became of the last thing sent.
func (l *load) run(ctx context.Context, writers int, seed uint64) (wait func()) {
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(w)))
			for ctx.Err() == nil {
				if err := l.deed(leaders[w%len(leaders)], dice); err != nil {
					l.mu.Lock()
					l.wrong = append(l.wrong, err)
					l.mu.Unlock()
					return
				}
				time.Sleep(time.Duration(dice.IntN(20)) * time.Millisecond)
			}
		})
	}
	return all.Wait
}

// deed is a visit, now and then amended afterwards, or an incident.
func (l *load) deed(login string, dice *rand.Rand) error {
	buildings := l.people[login]
	building := buildings[dice.IntN(len(buildings))]
	id := newKey()
	if dice.IntN(8) == 0 {
		return l.send(login, dice, "POST", "/api/incidents", "incident/"+id.String()+"/1", ward.IncidentDraft{ID: id, Building: building, Class: "0101", Description: "楼道堆物", OccurredAt: time.Now()})
	}
	err := l.send(login, dice, "POST", "/api/visits", "visit/"+id.String()+"/1", ward.VisitDraft{ID: id, Building: building, Kind: "four_hundred", Met: "met", OccurredAt: time.Now()})
	if err == nil && dice.IntN(4) == 0 {
		note := "补记"
		err = l.send(login, dice, "PATCH", "/api/visits/"+id.String(), "visit/"+id.String()+"/2", ward.VisitChange{Version: 1, Note: &note})
	}
	return err
}

// patience is how long somebody tries to get an answer.
const patience = 2 * time.Minute

// send sends one command to whichever node until one says that it is done; one
// in twenty is then sent once more. Anything but done or away is an error.
func (l *load) send(login string, dice *rand.Rand, method, path, effect string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	key := newKey()
	again := dice.IntN(20) == 0
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Duration(10+dice.IntN(90)) * time.Millisecond) {
		n := l.nodes[dice.IntN(len(l.nodes))]
		err := l.rig.people[login].at(n).command(key, method, path, text)
		l.mu.Lock()
		l.sent++
		if err == nil {
			if _, known := l.acked[effect]; !known {
				l.acked[effect] = time.Now()
			}
		} else {
			l.retries++
		}
		l.mu.Unlock()
		switch {
		case err == nil && !again:
			return nil
		case err == nil:
			again = false
		case ward.ErrorCode(err) != ward.Internal && ward.ErrorCode(err) != ward.TooMany:
			return fmt.Errorf("%s of %s: %w", effect, login, err)
		case time.Now().After(deadline):
			return fmt.Errorf("%s of %s: no answer within %v: %w", effect, login, patience, err)
		}
	}
}

// command sends a command under a key of its own.
func (p *simPerson) command(key uuid.UUID, method, path string, body []byte) error {
	return p.sendUnder(context.Background(), key, method, path, "application/json", body, nil)
}

func (l *load) done() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// failed reports whether somebody was refused and has stopped working.
func (l *load) failed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.wrong) > 0
}

// judge checks, once all is quiet, that the database holds every acknowledged
// thing once, that the log is whole, and that every onlooker shows what it should.
func (l *load) judge(onlookers []*onlooker) {
	t := l.rig.t
	t.Helper()
	for _, err := range l.wrong {
		t.Errorf("a command was refused: %v", err)
	}
	type logged struct{ seq, count int64 }
	log := map[string]logged{}
	rows, err := l.rig.pool.Query(context.Background(), `select topic || '/' || entity || '/' || version, min(seq), count(*) from event where topic in ('visit', 'incident') group by 1`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		var one logged
		if err := rows.Scan(&name, &one.seq, &one.count); err != nil {
			t.Fatal(err)
		}
		log[name] = one
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	lost, twice := 0, 0
	for effect := range l.acked {
		switch n := log[effect].count; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	if lost > 0 || twice > 0 {
		t.Errorf("of %d acknowledged changes %d are lost and %d are there twice", len(l.acked), lost, twice)
	}
	var gaps int64
	if err := l.rig.pool.QueryRow(context.Background(), `select max(seq) - min(seq) + 1 - count(*) from event`).Scan(&gaps); err != nil || gaps != 0 {
		t.Errorf("the log has %d gaps, %v", gaps, err)
	}
	for _, v := range onlookers {
		v.mu.Lock()
		if len(v.outside) > 0 {
			t.Errorf("%s was told of what is not theirs: %v", v.person.actor.Name, v.outside[:min(3, len(v.outside))])
		}
		if len(v.doubled) > 0 {
			t.Errorf("%s was told twice: %v", v.person.actor.Name, v.doubled[:min(3, len(v.doubled))])
		}
		v.mu.Unlock()
	}
}

// settle waits until every onlooker shows what the database holds.
func (l *load) settle(onlookers []*onlooker, within time.Duration) {
	l.rig.t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		var apart error
		for _, v := range onlookers {
			if apart = v.equal(); apart != nil {
				break
			}
		}
		if apart == nil {
			return
		}
		if time.Now().After(deadline) {
			l.rig.t.Fatalf("an onlooker diverged: %v", apart)
		}
	}
}

// delays is how long it took from the answer until the change was on the screens
// of those onlookers, sorted.
func (l *load) delays(onlookers []*onlooker) (all []time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range onlookers {
		v.mu.Lock()
		for effect, at := range l.acked {
			if heard, ok := v.arrived[effect]; ok {
				all = append(all, max(0, heard.Sub(at)))
			}
		}
		v.mu.Unlock()
	}
	slices.Sort(all)
	return all
}

// watching starts onlookers and ends them with the test.
func watching(t testing.TB, onlookers []*onlooker) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, v := range onlookers {
		all.Go(func() { v.watch(ctx) })
	}
	t.Cleanup(func() { cancel(); all.Wait() })
}
