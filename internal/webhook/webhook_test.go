package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

const testKeys = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// stage is a database with a street, somebody to register webhooks, a clock and a
// program that is told.
type stage struct {
	*testing.T
	db     *postgres.DB
	pool   *pgxpool.Pool
	now    time.Time
	admin  ward.Scope
	server *httptest.Server

	mu     sync.Mutex
	heard  []*http.Request
	bodies []string
	status int
}

func newStage(t *testing.T) *stage {
	t.Helper()
	st := &stage{T: t, pool: pgtest.New(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, ward.China), status: http.StatusOK}
	keys, err := postgres.ParseKeys(testKeys)
	st.must(err)
	st.db = postgres.New(st.pool, keys)
	st.db.Now = func() time.Time { return st.now }
	_, err = st.pool.Exec(t.Context(), `
		insert into area (id, code, name, level, parent, geom, label) overriding system value
		select id, 'A' || id, 'A' || id, level, parent, st_multi(st_makeenvelope(119, 30, 122, 31, 4326)), st_setsrid(st_makepoint(120, 30.5), 4326)
		from (values (1, 'district', null::bigint), (2, 'street', 1), (3, 'street', 1)) v(id, level, parent)`)
	st.must(err)
	id, err := st.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "admin", Name: "管理员", Password: "correct horse battery", Grants: []postgres.NewGrant{{Role: ward.Admin}}})
	st.must(err)
	a, err := st.db.Account(t.Context(), id)
	st.must(err)
	st.admin, err = a.Actor().Scope("create-webhook")
	st.must(err)
	st.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		st.mu.Lock()
		defer st.mu.Unlock()
		st.heard, st.bodies = append(st.heard, r), append(st.bodies, string(body))
		if st.status == http.StatusFound {
			http.Redirect(w, r, "http://169.254.169.254/", st.status)
			return
		}
		w.WriteHeader(st.status)
	}))
	t.Cleanup(st.server.Close)
	return st
}

func (st *stage) must(err error) {
	st.Helper()
	if err != nil {
		st.Fatal(err)
	}
}

// happen writes an event as a step of an incident does and numbers it.
func (st *stage) happen(path, class, state string) {
	st.Helper()
	_, err := st.pool.Exec(st.Context(), `insert into outbox (topic, entity, version, paths, class, body) values ('incident', gen_random_uuid()::text, 1, array[$1::ltree], $2, json_build_object('number', 'E1', 'state', $3::text))`, path, class, state)
	st.must(err)
	_, err = st.db.Sequence(st.Context(), 100)
	st.must(err)
}

func (st *stage) hook(kinds ...string) ward.WebhookSecret {
	st.Helper()
	made, err := st.db.OpenWebhook(st.Context(), st.admin, uuid.New(), ward.WebhookDraft{Name: "城管", URL: st.server.URL + "/in", Kinds: kinds, Area: 2})
	st.must(err)
	return made
}

func (st *stage) round(allow ...string) {
	st.Helper()
	s := Sender{Queue: st.db, Log: slog.New(slog.DiscardHandler), Now: st.db.Now, Dice: func() float64 { return 0.5 }}
	for _, a := range allow {
		s.Allow = append(s.Allow, netip.MustParsePrefix(a))
	}
	st.must(s.Round(st.Context(), nil))
}

func (st *stage) only(id int64) ward.Delivery {
	st.Helper()
	list, err := st.db.Deliveries(st.Context(), st.admin, id)
	st.must(err)
	if len(list) != 1 {
		st.Fatalf("%d deliveries", len(list))
	}
	return list[0]
}

const here = "127.0.0.1/32"

func TestWhatIsPublicInTheAreaIsToldOnceAndSigned(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	st.happen("a1.a2", "public", "filed") // before anybody asked
	var street, other string
	st.must(st.pool.QueryRow(t.Context(), `select (select path::text from area where id = 2), (select path::text from area where id = 3)`).Scan(&street, &other))
	made := st.hook("filed", "closed")
	st.happen(street, "public", "filed")
	st.happen(street, "public", "handling")    // not asked for
	st.happen(street, "confidential", "filed") // a dispute
	st.happen(other, "public", "filed")        // elsewhere
	for range 3 {
		st.round(here)
	}
	if len(st.heard) != 1 {
		t.Fatalf("heard %d: %v", len(st.heard), st.bodies)
	}
	h := st.heard[0].Header
	want := Sign(made.Secret, h.Get("webhook-id"), h.Get("webhook-timestamp"), st.bodies[0])
	if h.Get("webhook-signature") != want || !strings.Contains(st.bodies[0], `"type":"incident.filed"`) {
		t.Errorf("%v %s", h, st.bodies[0])
	}
	if d := st.only(made.Webhook.ID); d.State != "sent" || d.Status != 200 || d.Number != "E1" {
		t.Errorf("%+v", d)
	}
	again, err := st.db.Webhooks(t.Context(), st.admin, ward.Filter{})
	if err != nil || len(again.Items) != 1 || strings.Contains(again.Items[0].URL, made.Secret) {
		t.Errorf("%+v %v", again, err)
	}
}

// The signature is the one of the standard's own example.
func TestTheSignatureIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	got := Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", `{"test": 2432232314}`)
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

func TestWhatFailsIsTriedAgainLaterGivenUpAndSentByHand(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	var street string
	st.must(st.pool.QueryRow(t.Context(), `select path::text from area where id = 2`).Scan(&street))
	made := st.hook("all")
	st.happen(street, "public", "filed")
	st.status = http.StatusServiceUnavailable
	for tries := 1; tries <= ward.WebhookTries; tries++ {
		st.round(here)
		d := st.only(made.Webhook.ID)
		if d.Tries != tries || d.Words != "对方答复 503" {
			t.Fatalf("try %d: %+v", tries, d)
		}
		st.round(here) // not yet
		if tries < ward.WebhookTries {
			if want := st.now.Add(ward.WebhookWait(tries, 0.5)); !d.NextAt.Equal(want) {
				t.Errorf("try %d: next at %s, want %s", tries, d.NextAt, want)
			}
			st.now = d.NextAt
		}
	}
	if len(st.heard) != ward.WebhookTries {
		t.Errorf("%d tries", len(st.heard))
	}
	d := st.only(made.Webhook.ID)
	if d.State != "dead" {
		t.Fatalf("%+v", d)
	}
	st.status = http.StatusNoContent
	st.must(st.db.Resend(t.Context(), st.admin, d.ID))
	st.round(here)
	if d := st.only(made.Webhook.ID); d.State != "sent" || d.Words != "" {
		t.Errorf("%+v", d)
	}
}

// Nothing is sent into the network the program stands in, and no redirect is followed.
func TestInnerNetworksAreNotReached(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	var street string
	st.must(st.pool.QueryRow(t.Context(), `select path::text from area where id = 2`).Scan(&street))
	made := st.hook("all")
	st.happen(street, "public", "filed")
	st.round()
	if d := st.only(made.Webhook.ID); len(st.heard) != 0 || !strings.Contains(d.Words, "内部网络") {
		t.Errorf("%d heard, %+v", len(st.heard), d)
	}
	st.now = st.now.Add(time.Hour)
	st.status = http.StatusFound
	st.round(here)
	if d := st.only(made.Webhook.ID); len(st.heard) != 1 || !strings.Contains(d.Words, "转到别处") {
		t.Errorf("%d heard, %+v", len(st.heard), d)
	}
	var s Sender
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2400:3200::1": true, "127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false,
		"224.0.0.1": false, "255.255.255.255": false, "::1": false, "fe80::1": false, "fd00::1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false,
	} {
		if got := s.mayReach(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}

// A node that dies while it sends is replaced when its lease is over.
func TestADeliveryThatWasTakenAndNotFinishedIsTakenAgain(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	var street string
	st.must(st.pool.QueryRow(t.Context(), `select path::text from area where id = 2`).Scan(&street))
	st.hook("all")
	st.happen(street, "public", "filed")
	_, err := st.db.QueueWebhooks(t.Context())
	st.must(err)
	take := func() int {
		t.Helper()
		due, err := st.db.DueMessages(context.WithoutCancel(t.Context()), 10)
		st.must(err)
		return len(due)
	}
	if n := take(); n != 1 {
		t.Fatalf("took %d", n)
	}
	if n := take(); n != 0 {
		t.Errorf("took it twice")
	}
	st.now = st.now.Add(ward.WebhookLease + time.Second)
	if n := take(); n != 1 {
		t.Errorf("after the lease: %d", n)
	}
}
