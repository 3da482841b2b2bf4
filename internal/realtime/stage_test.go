package realtime_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/realtime"
	"wangge/internal/ward"
)

func TestMain(m *testing.M) {
	if text := os.Getenv(crowdVariable); text != "" { // see crowd_bench_test.go
		if err := beCrowd(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// stage is a database with things in it that move and change, and a node that
// tells of it. Viewers name themselves in the query: actor, scope, class.
type stage struct {
	t      testing.TB
	pool   *pgxpool.Pool
	wake   chan struct{}
	server *httptest.Server
	over   atomic.Bool // ends the sign-in of every viewer

	mu   sync.Mutex
	node *node
}

// node is one running hub.
type node struct {
	hub  *realtime.Hub
	stop func() // ends it and waits
}

// feed is the real one with a wake of its own, since the stage writes by SQL.
type feed struct {
	*postgres.DB
	wake chan struct{}
}

func (f feed) Wake() <-chan struct{} { return f.wake }

func newStage(t testing.TB, options realtime.Options) *stage {
	t.Helper()
	s := &stage{t: t, pool: pgtest.New(t), wake: make(chan struct{}, 1)}
	s.exec(`CREATE TABLE thing (id text PRIMARY KEY, path ltree NOT NULL, version bigint NOT NULL)`)
	s.node = s.startNode(options)
	t.Cleanup(func() { s.node.stop() })
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	return s
}

func (s *stage) startNode(options realtime.Options) *node {
	options.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	n := &node{hub: realtime.NewHub(feed{postgres.New(s.pool, postgres.Keys{}), s.wake}, options)}
	go func() { done <- n.hub.Run(ctx) }()
	n.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("the hub ended with %v", err)
		}
	})
	select {
	case <-n.hub.Ready():
	case <-time.After(20 * time.Second):
		s.t.Fatal("the hub does not start")
	}
	return n
}

// arrive waits until the hub knows everything committed so far.
func (s *stage) arrive() {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); pause(context.Background(), 5*time.Millisecond) {
		var head int64
		err := s.pool.QueryRow(context.Background(), `SELECT seq FROM stream_head WHERE NOT EXISTS (SELECT FROM outbox)`).Scan(&head)
		if err == nil && s.hub().Stats().Head == head {
			return
		}
	}
	s.t.Fatal("what was committed does not arrive")
}

// restart replaces the node by another one on the same database.
func (s *stage) restart(options realtime.Options) {
	s.mu.Lock()
	old := s.node
	s.mu.Unlock()
	old.stop() // not under the lock: clients come and go meanwhile
	fresh := s.startNode(options)
	s.mu.Lock()
	s.node = fresh
	s.mu.Unlock()
}

func (s *stage) hub() *realtime.Hub {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.node.hub
}

func (s *stage) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	actor, _ := strconv.ParseInt(q.Get("actor"), 10, 64)
	classes := q["class"]
	s.hub().Serve(w, r, realtime.Viewer{
		Actor:       actor,
		Scope:       ward.System(q.Get("scope")),
		Hears:       func(v ward.Visibility) bool { return len(classes) == 0 || slices.Contains(classes, string(v)) },
		Follows:     q.Has("follows"),
		SessionOver: s.over.Load,
	})
}

func (s *stage) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.pool.Exec(context.Background(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// put writes a thing at a path, as a business transaction does: row lock first,
// then the change, then the event with where it was.
func (s *stage) put(id, path string) {
	s.t.Helper()
	if err := s.tryPut(context.Background(), id, path, "duty"); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) tryPut(ctx context.Context, id, path, class string) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		return putIn(ctx, tx, id, path, class)
	})
	s.poke()
	return err
}

// poke says that something was committed on this node.
func (s *stage) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func putIn(ctx context.Context, tx pgx.Tx, id, path, class string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO thing VALUES ($1, $2::text::ltree, 0) ON CONFLICT DO NOTHING`, id, path); err != nil {
		return err
	}
	var former string
	var version int64
	err := tx.QueryRow(ctx, `SELECT path::text, version + 1 FROM thing WHERE id = $1 FOR UPDATE`, id).Scan(&former, &version)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, `UPDATE thing SET path = $2::text::ltree, version = $3 WHERE id = $1`, id, path, version); err != nil {
		return err
	}
	paths := []string{path}
	if former != path {
		paths = append(paths, former)
	}
	_, err = tx.Exec(ctx, `INSERT INTO outbox (topic, entity, version, paths, class, body)
		VALUES ('thing', $1, $2, $3::text[]::ltree[], $4, $5)`, id, version, paths, class, fmt.Sprintf(`{"v": %d}`, version))
	return err
}

// shown is what the database holds in a territory: version by id.
func (s *stage) shown(scope string) map[string]int64 {
	s.t.Helper()
	_, _, things, err := s.snapshot(context.Background(), scope)
	if err != nil {
		s.t.Fatal(err)
	}
	return things
}

// snapshot reads cursor and state of one moment, as a REST answer does.
func (s *stage) snapshot(ctx context.Context, scope string) (epoch string, seq int64, things map[string]int64, err error) {
	h, _, err := postgres.New(s.pool, postgres.Keys{}).Since(ctx, 0, 0) // the epoch; the cursor is read below
	if err != nil {
		return "", 0, nil, err
	}
	things = map[string]int64{}
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT seq FROM stream_head`).Scan(&seq); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT id, version FROM thing WHERE $1 = '' OR path <@ $1::text::ltree`, scope)
		if err != nil {
			return err
		}
		var id string
		var version int64
		_, err = pgx.ForEachRow(rows, []any{&id, &version}, func() error { things[id] = version; return nil })
		return err
	})
	return h.Epoch, seq, things, err
}

// settle waits until every client shows what its territory holds, or fails.
func (s *stage) settle(clients ...*client) {
	s.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for _, c := range clients {
		want := s.shown(c.scope)
		for have := c.things(); have == nil || !maps.Equal(want, have); have = c.things() {
			if time.Now().After(deadline) {
				s.t.Fatalf("client of %q diverged: %s", c.scope, difference(want, have))
			}
			c.waitChange(100 * time.Millisecond)
		}
	}
}

func difference(want, got map[string]int64) string {
	for id, v := range want {
		if got[id] != v {
			return fmt.Sprintf("%s is at version %d, shown %d (of %d, shown %d)", id, v, got[id], len(want), len(got))
		}
	}
	for id := range got {
		if _, there := want[id]; !there {
			return fmt.Sprintf("%s is shown but not there (of %d, shown %d)", id, len(want), len(got))
		}
	}
	return "equal"
}

// counter is a number several goroutines count up.
type counter = atomic.Int64
