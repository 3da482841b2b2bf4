package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// logbook is what a server wrote to its log.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logbook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// personal are words of the town that belong to persons, or to what was said of
// them: no line of any log holds one, whatever a test does.
var personal = []string{"金丝雀", "13987654321", "310101199001011234"}

// check fails the test when a line of the log holds something of a person.
func (b *logbook) check(t testing.TB) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for line := range strings.Lines(b.text.String()) {
		for _, word := range personal {
			if strings.Contains(line, word) {
				t.Errorf("a line of the log holds something of a person: %.400s", line)
			}
		}
	}
}

// What people type reaches the server in addresses, bodies and files, also when
// the request is wrong or the database is away.
func TestNoLogHoldsWhatPeopleTyped(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", "grid_leader", "G1")
	p := tw.signIn(t, "leader")
	ask := func() {
		p.do(http.MethodGet, "/api/search?q=金丝雀1", nil)
		p.do(http.MethodGet, "/api/households?q=13987654321&filter=金丝雀", nil)
		p.do(http.MethodGet, "/api/members?name=金丝雀1", nil)
		p.do(http.MethodGet, "/api/金丝雀1", nil)
		p.do(http.MethodPost, "/api/visits", rawJSON(`{"note":"金丝雀1 13987654321","building":"310101199001011234"}`))
		p.do(http.MethodPost, "/api/visits", rawJSON(`{"note":"金丝雀\u0000","building":1,"kind":"aid","met":"met","occurredAt":"2026-01-01T00:00:00Z","id":"01890a5d-ac96-774b-bcce-b302099a8057"}`))
		p.do(http.MethodPost, "/api/incidents", rawJSON(`{"description":"金丝雀1`))
		p.do(http.MethodPost, "/api/households/1/reveal", map[string]string{"purpose": "给金丝雀1送药"})
		p.do(http.MethodPost, "/api/login", map[string]string{"login": "金丝雀1", "password": "13987654321"})
		p.do(http.MethodPost, "/api/uploads?name=金丝雀1.csv", []byte("姓名,手机\n金丝雀1,13987654321\n"))
	}
	ask()
	tw.db.Pool.Close()
	ask()
	if !strings.Contains(tw.log.text.String(), "ERROR") {
		t.Error("a server without a database logged no error: the test looks at nothing")
	}
}
