package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/api"
	"wangge/internal/pgtest"
	"wangge/internal/photo"
	"wangge/internal/postgres"
	"wangge/internal/siting"
	"wangge/internal/sound"
	"wangge/internal/ward"
)

// town is a server on a database with four grids, one of everything in each:
//
//	district ─ street 1 ─ community 1 ─ grids 1, 2
//	                    └ community 2 ─ grid 3
//	         └ street 2 ─ community 3 ─ grid 4
//
// The number of a thing is the number of its grid.
type town struct {
	*httptest.Server
	db       *postgres.DB
	recorder *postgres.Recorder
	// visits and incidents by grid; their ids are made here.
	visits, incidents, photos, recordings [5]uuid.UUID
	log                                   *logbook
	sounds                                *sound.Files
}

const password = "correct horse battery"

// townSQL makes the things of grid $1 at 100 m steps east.
const townSQL = `
with m as (select $1::bigint as n, 500000 + 200 * $1 as x, 3400000 as y),
 sq as (select n, st_setsrid(st_makeenvelope(x, y, x + 100, y + 100), metric_srid()) as g, st_setsrid(st_makepoint(x + 50, y + 50), metric_srid()) as p from m),
 deg as (select n, st_multi(st_transform(g, 4326)) as g, st_transform(p, 4326) as p from sq),
 cell as (insert into cell (id, block, pt, geom, area) select n, n, p, g, 10000 from sq returning id),
 grid as (insert into grid (id, community, code, name) overriding system value select n, case when n < 3 then 11 when n = 3 then 12 else 13 end, 'G' || n, '第' || n || '网格' from m returning id),
 cg as (insert into cell_grid (cell, grid, valid) select cell.id, grid.id, '[2020-01-01,)' from cell, grid returning cell),
 gs as (insert into grid_shape (grid, valid, geom, label, area, parts) select n, '[2020-01-01,)', g, p, 10000, 1 from deg, grid returning grid),
 cy as (insert into courtyard (id, code, name, geom) overriding system value select n, 'Y' || n, '小区' || n || '号院', g from deg returning id),
 bu as (insert into building (id, code, name, number, courtyard, cell, geom, pt) overriding system value select n, 'B' || n, '地标' || n || '栋', n::text, n, cell.id, g, p from deg, cell, cy returning id),
 pe as (insert into person (id, name) overriding system value select n, '金丝雀' || n from m returning id),
 ho as (insert into household (id, code, building, room, persons, head) overriding system value select n, 'H' || n, bu.id, '101', 3, pe.id from m, bu, pe returning id),
 tg as (insert into household_tag (household, kind, consent_until) select ho.id, 'hardship', '2099-01-01' from ho returning kind),
 br as (insert into branch (id, code, name, kind, area) overriding system value select n, 'P' || n, '支部' || n || '号', 'grid', case when n < 3 then 11 when n = 3 then 12 else 13 end from m returning id),
 bg as (insert into branch_grid (branch, grid) select br.id, grid.id from br, grid returning grid),
 me as (insert into member (id, code, person, branch, household, gender, birth_year) overriding system value select n, 'M' || n, pe.id, br.id, ho.id, 'male', 1970 from m, pe, br, ho returning id),
 hu as (insert into hub (id, code, name, member, household) overriding system value select n, 'U' || n, '中心户' || n || '号', me.id, ho.id from m, me, ho returning id),
 ins as (insert into institution (id, code, name, cell, pt) overriding system value select n, 'I' || n, '单位' || n || '号', cell.id, p from deg, cell returning id),
 te as (insert into team (id, code, name, kind, area, pt) overriding system value select n, 'T' || n, '巡逻' || n || '队', 'patrol', case when n < 3 then 11 when n = 3 then 12 else 13 end, p from deg returning id),
 tm as (insert into team_grid (team, grid) select te.id, grid.id from te, grid returning grid),
 po as (insert into point (id, code, name, cell, pt) overriding system value select n, 'S' || n, '服务站' || n || '号', cell.id, p from deg, cell returning id),
 la as (insert into lane (id, code, name, geom) overriding system value select n, 'L' || n, '巷' || n || '号', st_multi(st_makeline(p, st_translate(p, 0.0001, 0))) from deg returning id),
 sw as (insert into steward (id, kind, member) overriding system value select n, 'lane', me.id from m, me returning id),
 sp as (insert into steward_place (steward, lane) select sw.id, la.id from sw, la returning lane),
 pl as (insert into pledge (id, member, kind, text) overriding system value select n, me.id, 'hygiene', '承诺' || n || '号' from m, me returning id),
 pr as (insert into pairing (id, code, kind, left_member, right_household, since) overriding system value select n, 'J' || n, 'member_household', me.id, ho.id, '2026-01-01' from m, me, ho returning id),
 gr as (insert into grid_role (grid, role, person) select grid.id, 'leader', pe.id from grid, pe returning grid)
insert into honour (id, kind, branch, year) overriding system value select n, 'good_branch', br.id, 2025 from m, br`

func newTown(t testing.TB) *town {
	t.Helper()
	pool := pgtest.New(t)
	keys, err := postgres.ParseKeys("t1:" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	if err != nil {
		t.Fatal(err)
	}
	tw := &town{db: postgres.New(pool, keys), log: &logbook{}}
	t.Cleanup(func() { tw.log.check(t) })
	ctx := t.Context()
	must(t, exec(ctx, tw, `
		insert into area (id, code, name, level, parent, geom, label) overriding system value
		select id, 'A' || id, name, level, parent, st_multi(st_makeenvelope(119, 30, 122, 31, 4326)), st_setsrid(st_makepoint(120, 30.5), 4326)
		from (values (1, '本区', 'district', null::bigint), (2, '本街', 'street', 1), (3, '他街', 'street', 1), (11, '一社区', 'community', 2), (12, '二社区', 'community', 2), (13, '三社区', 'community', 3)) v(id, name, level, parent)`))
	for n := 1; n <= 4; n++ {
		must(t, exec(ctx, tw, townSQL, n))
	}
	must(t, exec(ctx, tw, `select refresh_cell_stat()`))
	// The numbers above were given by hand; those that follow begin elsewhere.
	must(t, exec(ctx, tw, `select setval(pg_get_serial_sequence(quote_ident(t), 'id'), 1000)
		from unnest(array['area','grid','building','household','branch','member','hub','institution','courtyard','lane','team','point','steward','pledge','pairing','honour','person']) t`))
	tw.account(t, "root", ward.Admin, "")
	// kept-1 … kept-4, numbers 901 … 904: a grid leader for each grid; nobody knows a password.
	must(t, exec(ctx, tw, `with a as (insert into account (id, login, name, password) overriding system value select 900 + n, 'kept-' || n, '网格长' || n, '$argon2id$v=19$m=19456,t=2,p=1$XTn+kegOFA/Cvf+/Pj/8uQ$FT5oHc/nHmSqizBbveefSS9wsVUqYGInnmkjRGFQW3k' from generate_series(1, 4) n returning id)
		insert into grant_role (account, role, grid) select id, 'grid_leader', id - 900 from a`))
	s := tw.scope(t, "root2", ward.GridStaff, "")
	files, sounds := photo.NewFiles(t.TempDir()), sound.NewFiles(t.TempDir())
	for n := 1; n <= 4; n++ {
		tw.visits[n], tw.incidents[n] = uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
		_, err := tw.db.CreateVisit(ctx, s, uuid.Must(uuid.NewV7()), ward.VisitDraft{ID: tw.visits[n], Building: int64(n), Kind: "aid", Met: "met", Note: "金丝雀备注", OccurredAt: time.Now()})
		must(t, err)
		_, err = tw.db.CreateIncident(ctx, s, uuid.Must(uuid.NewV7()), ward.IncidentDraft{ID: tw.incidents[n], Building: int64(n), Class: "0101", Description: "金丝雀描述", OccurredAt: time.Now()})
		must(t, err)
		tw.photos[n] = uuid.Must(uuid.NewV7())
		picture, err := files.Clean(ctx, drawnPNG)
		must(t, err)
		must(t, files.Keep(picture))
		_, err = tw.db.KeepPhoto(ctx, s, ward.PhotoDraft{ID: tw.photos[n], Noun: "incident", Entity: tw.incidents[n], Kind: "scene"}, picture)
		must(t, err)
		tw.recordings[n] = uuid.Must(uuid.NewV7())
		said, err := sounds.Clean(spoken())
		must(t, err)
		must(t, sounds.Keep(said))
		_, err = tw.db.KeepRecording(ctx, s, ward.RecordingDraft{ID: tw.recordings[n], Noun: "incident", Entity: tw.incidents[n]}, said)
		must(t, err)
	}
	tw.sounds = sounds
	tw.recorder = postgres.NewRecorder(tw.db, slog.Default())
	server := &api.Server{
		Store: tw.db, Photos: files, Sounds: sounds, Sessions: postgres.Sessions{Pool: pool}, Log: slog.New(slog.NewJSONHandler(tw.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: time.Now,
		Positions: tw.recorder,
		Archive:   func(context.Context, orb.Bound) ([]byte, error) { return []byte("a map"), nil },
	}
	server.Siting = &siting.Finder{Store: tw.db, Now: time.Now}
	handler, _ := server.Handler()
	tw.Server = httptest.NewServer(handler)
	t.Cleanup(tw.Close)
	return tw
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exec(ctx context.Context, tw *town, sql string, args ...any) error {
	_, err := tw.db.Pool.Exec(ctx, sql, args...)
	return err
}

// account makes an account with one role at the area or grid of that code.
func (tw *town) account(t testing.TB, login string, role ward.Role, code string) {
	t.Helper()
	_, err := tw.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: password, Grants: []postgres.NewGrant{{Role: role, Code: code}}})
	must(t, err)
}

// scope is the territory of a new account for recording visits.
func (tw *town) scope(t testing.TB, login string, role ward.Role, code string) ward.Scope {
	t.Helper()
	tw.account(t, login, role, code)
	a, err := tw.db.SignIn(t.Context(), login, password, "test")
	must(t, err)
	s, err := a.Actor().Scope("create-visit")
	must(t, err)
	return s
}

// person is a signed-in client.
type person struct {
	t    testing.TB
	tw   *town
	http *http.Client
}

func (tw *town) signIn(t testing.TB, login string) person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	p := person{t, tw, &http.Client{Jar: jar}}
	if status, body := p.do("POST", "/api/login", map[string]string{"login": login, "password": password}); status != http.StatusOK {
		t.Fatalf("sign-in of %s: %d %s", login, status, body)
	}
	return p
}

// rawJSON is a body as it is written, right or wrong.
type rawJSON []byte

// do sends JSON and returns the status and the body.
func (p person) do(method, path string, body any) (int, string) {
	p.t.Helper()
	return p.doWith(method, path, body, nil)
}

// doWith is do with headers of one's own.
func (p person) doWith(method, path string, body any, headers map[string]string) (int, string) {
	p.t.Helper()
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case rawJSON:
		in = bytes.NewReader(b)
	case []byte:
		in, kind = bytes.NewReader(b), "application/octet-stream"
	default:
		text, err := json.Marshal(b)
		must(p.t, err)
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.tw.URL+path, in)
	must(p.t, err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Idempotency-Key", uuid.Must(uuid.NewV7()).String())
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := p.http.Do(r)
	must(p.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(p.t, err)
	return answer.StatusCode, string(text)
}

// ok sends JSON, wants it done and reads the answer into out unless that is nil.
func (p person) ok(method, path string, body, out any) {
	p.t.Helper()
	status, text := p.do(method, path, body)
	if status/100 != 2 {
		p.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if out != nil {
		must(p.t, json.Unmarshal([]byte(text), out))
	}
}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
