package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats-server/v2/server"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// actAs makes the test program the program itself: servers of the tests below
// are processes of their own, to be killed and frozen.
const actAs = "WANGGE_TEST_ACT_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(actAs) != "" {
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// rig is a small town with several servers on one database and a broker between
// them: one street, one community, four grids, a leader in each.
type rig struct {
	t      testing.TB
	url    string // of the database
	pool   *pgxpool.Pool
	broker *server.Server
	port   int // of the broker, for when it comes back
	nodes  []*node
	people map[string]*simPerson // signed in, by login; addressed at no node
}

// rigPassword is everybody's.
const rigPassword = "rig of four grids"

// leaders are the logins of the leaders of the four grids; everyone has them and
// those who answer for more.
var (
	leaders  = []string{"leader-0", "leader-1", "leader-2", "leader-3"}
	everyone = append([]string{"root", "street", "community"}, leaders...)
)

// newRig makes the town in the database and starts so many servers on it.
func newRig(t testing.TB, url string, nodes int) *rig {
	t.Helper()
	r := &rig{t: t, url: url, port: server.RANDOM_PORT, people: map[string]*simPerson{}}
	var err error
	if r.pool, err = postgres.Connect(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.pool.Close)
	pgtest.City(t, r.pool, 20)
	r.settlePeople()
	r.startBroker()
	t.Cleanup(r.stopBroker)
	for n := range nodes {
		r.nodes = append(r.nodes, newNode(r, n))
	}
	for _, n := range r.nodes {
		n.ready(60 * time.Second)
	}
	for _, login := range everyone {
		p, err := signInAs(t.Context(), r.nodes[0].gate.address(), simLogin{login, rigPassword})
		if err != nil {
			t.Fatal(err)
		}
		p.http.Timeout = 5 * time.Second
		r.people[login] = p
	}
	return r
}

// settlePeople puts households into the buildings, teams into the grids, and
// makes the accounts.
func (r *rig) settlePeople() {
	r.t.Helper()
	_, err := r.pool.Exec(r.t.Context(), `
		insert into household (code, building, room, persons) select 'h' || id || '-' || n, id, n || '01', 3 from building, generate_series(1, 2) n;
		insert into team (code, name, kind, area, pt) select 't' || id, name || '巡逻队', 'patrol', community, (select pt from building limit 1) from grid;
		insert into team_grid (team, grid) select t.id, g.id from team t join grid g on t.code = 't' || g.id;
		select refresh_cell_stat()`)
	if err != nil {
		r.t.Fatal(err)
	}
	db := postgres.New(r.pool, postgres.Keys{})
	for login, grants := range map[string][]postgres.NewGrant{
		"root": {{Role: ward.Admin}}, "community": {{Role: ward.Secretary, Code: "330100001001"}},
		"street":   {{Role: ward.DutyHead, Code: "330100001"}, {Role: ward.Intake, Code: "330100001"}, {Role: ward.Dispatcher, Code: "330100001"}},
		"leader-0": {{Role: ward.GridLeader, Code: "3301000010010000"}}, "leader-1": {{Role: ward.GridLeader, Code: "3301000010010001"}},
		"leader-2": {{Role: ward.GridLeader, Code: "3301000010010002"}}, "leader-3": {{Role: ward.GridLeader, Code: "3301000010010003"}},
		"handler": {{Role: ward.Handler, Code: "330100001"}},
	} {
		if _, err := db.CreateAccount(r.t.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: rigPassword, Grants: grants}); err != nil {
			r.t.Fatal(err)
		}
	}
}

// startBroker starts the broker, at the port it had before.
func (r *rig) startBroker() {
	r.t.Helper()
	b, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: r.port, NoLog: true, NoSigs: true})
	if err != nil {
		r.t.Fatal(err)
	}
	go b.Start()
	if !b.ReadyForConnections(20 * time.Second) {
		r.t.Fatal("the broker does not start")
	}
	r.broker, r.port = b, b.Addr().(*net.TCPAddr).Port
}

func (r *rig) stopBroker() {
	r.broker.Shutdown()
	r.broker.WaitForShutdown()
}

// path is the territory of a login, as the database names it; "" is everywhere.
func (r *rig) path(login string) (path string) {
	r.t.Helper()
	err := r.pool.QueryRow(r.t.Context(), `select coalesce((select distinct coalesce(p.path, g.path)::text from account a join grant_role r on r.account = a.id left join area p on p.id = r.area left join grid g on g.id = r.grid where a.login = $1), '')`, login).Scan(&path)
	if err != nil {
		r.t.Fatal(err)
	}
	return path
}

// node is one server: a process behind a gate that tests can shut.
type node struct {
	rig     *rig
	name    string
	address string
	log     string
	gate    *gate
	process *exec.Cmd
	ended   chan struct{}
}

func newNode(r *rig, number int) *node {
	r.t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	n := &node{rig: r, name: fmt.Sprintf("server %d", number+1), address: free.Addr().String(), log: filepath.Join(r.t.TempDir(), "log")}
	if err := free.Close(); err != nil {
		r.t.Fatal(err)
	}
	n.gate = newGate(r.t, n.address)
	n.start()
	r.t.Cleanup(func() {
		n.signal(syscall.SIGCONT)
		n.kill()
		if r.t.Failed() {
			text, _ := os.ReadFile(n.log)
			r.t.Logf("%s says:\n%s", n.name, text[max(0, len(text)-3000):])
		}
	})
	return n
}

// start starts the process; it may take a while until it is ready.
func (n *node) start() {
	n.rig.t.Helper()
	program, err := os.Executable()
	if err != nil {
		n.rig.t.Fatal(err)
	}
	log, err := os.OpenFile(n.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		n.rig.t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(program, "serve", "-migrate=false", "-database", n.rig.url)
	cmd.Env = append(os.Environ(), actAs+"=1", "WANGGE_ADDR="+n.address, "WANGGE_NATS_URL="+n.rig.broker.ClientURL(), "WANGGE_PHOTOS="+filepath.Dir(n.log), "WANGGE_LOG_LEVEL=info")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		n.rig.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }() // how it ended is in its log
	n.process, n.ended = cmd, ended
}

func (n *node) signal(s syscall.Signal) { _ = n.process.Process.Signal(s) } // it may have ended

// kill ends the process at once and waits.
func (n *node) kill() {
	n.signal(syscall.SIGKILL)
	<-n.ended
}

// ready waits until the server answers that it is ready. One that has ended,
// because its database was away when it began, is started again.
func (n *node) ready(within time.Duration) {
	n.rig.t.Helper()
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for deadline := time.Now().Add(within); ; time.Sleep(20 * time.Millisecond) {
		answer, err := client.Get("http://" + n.address + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			n.rig.t.Fatalf("%s is not ready after %v: %v", n.name, within, err)
		}
		select {
		case <-n.ended:
			n.start()
		default:
		}
	}
}

// degraded reports whether the server says that it is ready and something is
// worse than it should be.
func (n *node) degraded() bool {
	answer, err := http.Get("http://" + n.address + "/readyz")
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK && bytes.Contains(said, []byte("\ndegraded: "))
}

// eventually waits until a condition holds.
func (r *rig) eventually(what string, within time.Duration, holds func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(within); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("%s: not after %v", what, within)
		}
	}
}

// at is a person who asks a certain node.
func (p *simPerson) at(n *node) *simPerson {
	there := *p
	there.url = n.gate.address()
	return &there
}

var quiet = slog.New(slog.DiscardHandler)

// stopping is a context that a cleanup ends before what it runs is waited for.
func stopping(t testing.TB) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx, cancel
}
