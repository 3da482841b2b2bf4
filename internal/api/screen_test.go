package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// screenCode is the code of a wall that waits.
func (tw *town) screenCode() (code string) {
	token := strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := tw.db.Pool.QueryRow(context.Background(), `
		insert into screen_code (code, token, address, expires_at)
		select lpad((1000 + (select count(*) from screen_code) * 7)::text, 6, '0'), sha256($1::text::bytea), '', now() + interval '5 minutes' returning code`, token).Scan(&code); err != nil {
		panic(err)
	}
	return code
}

// screen is a screen of the community of a grid.
func (tw *town) screen(grid int) (id int64) {
	token := strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := tw.db.Pool.QueryRow(context.Background(), `
		with who as (insert into account (login, name, password) values (left('s-' || $1::text, 30), '屏', '') returning id)
		insert into screen (account, area, name, token, paired_by) select id, $2, '屏', sha256($1::text::bytea), id from who returning id`, token, communityOf(grid)).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// wall is a browser nobody has signed in with.
func (tw *town) wall(t *testing.T) person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return person{t, tw, &http.Client{Jar: jar}}
}

func address(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	must(t, err)
	return u
}

// ask makes a request that is to be answered with 200, and reads the answer.
func ask[T any](p person, method, path string, body any) (answer T) {
	p.t.Helper()
	status, text := p.do(method, path, body)
	if status != http.StatusOK {
		p.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		p.t.Fatal(err)
	}
	return answer
}

func TestAWallIsLetInByItsCodeSeesItsStreetAndIsTakenAway(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "head", ward.DutyHead, "A2")
	head, wall := tw.signIn(t, "head"), tw.wall(t)

	code := ask[ward.ScreenCode](wall, "POST", "/api/screen-codes", nil)
	if left := time.Until(code.ExpiresAt); len(code.Code) != 6 || left < 4*time.Minute || left > ward.ScreenCodeLife+time.Minute {
		t.Fatalf("code %+v", code)
	}
	if status, _ := wall.do("GET", "/api/board", nil); status != http.StatusUnauthorized {
		t.Fatalf("before it is paired: %d", status)
	}
	screen := ask[ward.Screen](head, "POST", "/api/screens", ward.ScreenDraft{Code: code.Code, Name: "主屏", Area: 2})
	if screen.Place != "本街" || screen.PairedBy != "head" {
		t.Errorf("screen %+v", screen)
	}
	board := ask[ward.Board](wall, "GET", "/api/board", nil)
	if board.Name != "本街" {
		t.Errorf("the wall shows %q", board.Name)
	}
	for _, f := range board.Figures {
		// Three members in the street; one would be told as two.
		if f.Name == "members" && f.Value != 3 {
			t.Errorf("members: %v", f.Value)
		}
	}
	for _, c := range board.Communities {
		if c.Members == 1 {
			t.Errorf("%s tells of one member", c.Name)
		}
	}
	if own := ask[ward.Screen](wall, "GET", "/api/screens/own", nil); own.ID != screen.ID {
		t.Errorf("its own screen is %d", own.ID)
	}
	for _, refused := range []string{"/api/households", "/api/members", "/api/visits", "/api/incidents", "/api/screens", "/api/audit"} {
		if status, _ := wall.do("GET", refused, nil); status != http.StatusForbidden {
			t.Errorf("%s answers a wall with %d", refused, status)
		}
	}
	if status, _ := wall.do("GET", "/api/grids/4", nil); status != http.StatusNotFound {
		t.Errorf("a grid of another street: %d", status)
	}
	if status, text := head.do("POST", "/api/screens", ward.ScreenDraft{Code: code.Code, Name: "又一屏", Area: 2}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "已过期") {
		t.Errorf("a code that was used: %d %s", status, text)
	}

	if list := ask[ward.Page[ward.Screen]](head, "GET", "/api/screens", nil); len(list.Items) != 1 || list.Items[0].SeenAt == nil {
		t.Errorf("list %+v", list.Items)
	}
	if status, text := head.do("POST", fmt.Sprintf("/api/screens/%d/revoke", screen.ID), nil); status >= 300 {
		t.Fatalf("revoking: %d %s", status, text)
	}
	if status, _ := wall.do("GET", "/api/board", nil); status != http.StatusUnauthorized {
		t.Errorf("after it was taken away: %d", status)
	}
	if list := ask[ward.Page[ward.Screen]](head, "GET", "/api/screens", nil); len(list.Items) != 0 {
		t.Errorf("list %+v", list.Items)
	}
	var acts int
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from audit where noun = 'screen' and operation in ('pair-screen', 'revoke-screen')`).Scan(&acts))
	if acts != 2 {
		t.Errorf("%d acts in the audit, want 2", acts)
	}
	// What stands in the database opens nothing.
	var kept string
	must(t, tw.db.Pool.QueryRow(t.Context(), `select encode(token, 'hex') from screen where id = $1`, screen.ID).Scan(&kept))
	for _, cookie := range wall.http.Jar.Cookies(address(t, tw.URL)) {
		if strings.Contains(cookie.Value, kept) || cookie.Value == kept {
			t.Error("the token is kept as it is")
		}
	}
}

func TestAWallOfAnotherStreetIsNobodysElse(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "here", ward.DutyHead, "A2")
	tw.account(t, "there", ward.DutyHead, "A3")
	here, there := tw.signIn(t, "here"), tw.signIn(t, "there")
	if status, _ := here.do("POST", "/api/screens", ward.ScreenDraft{Code: tw.screenCode(), Name: "屏", Area: 3}); status != http.StatusNotFound {
		t.Errorf("another street's wall: %d", status)
	}
	screen := ask[ward.Screen](here, "POST", "/api/screens", ward.ScreenDraft{Code: tw.screenCode(), Name: "屏", Area: 2})
	for _, path := range []string{"/api/screens/%d/revoke"} {
		if status, _ := there.do("POST", fmt.Sprintf(path, screen.ID), nil); status != http.StatusNotFound {
			t.Errorf("%s from another street: %d", path, status)
		}
	}
	if status, _ := there.do("PATCH", fmt.Sprintf("/api/screens/%d", screen.ID), map[string]any{"step": 1}); status != http.StatusNotFound {
		t.Errorf("steered from another street: %d", status)
	}
}

func TestWrongCodesAndWaitingWallsAreCounted(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "head", ward.DutyHead, "A2")
	head := tw.signIn(t, "head")
	for n := range ward.ScreenTries {
		if status, text := head.do("POST", "/api/screens", ward.ScreenDraft{Code: "999999", Name: "屏", Area: 2}); status != http.StatusUnprocessableEntity {
			t.Fatalf("wrong code %d: %d %s", n, status, text)
		}
	}
	if status, _ := head.do("POST", "/api/screens", ward.ScreenDraft{Code: tw.screenCode(), Name: "屏", Area: 2}); status != http.StatusTooManyRequests {
		t.Errorf("a right code after too many wrong ones: %d", status)
	}
	for n := range ward.ScreenCodesWaiting {
		if status, text := tw.wall(t).do("POST", "/api/screen-codes", nil); status != http.StatusOK {
			t.Fatalf("waiting wall %d: %d %s", n, status, text)
		}
	}
	if status, _ := tw.wall(t).do("POST", "/api/screen-codes", nil); status != http.StatusTooManyRequests {
		t.Errorf("one wall too many: %d", status)
	}
	must(t, exec(t.Context(), tw, `update screen_code set expires_at = now() - interval '1 second'`))
	if status, _ := tw.wall(t).do("POST", "/api/screen-codes", nil); status != http.StatusOK {
		t.Errorf("after the codes ran out: %d", status)
	}
}

func TestThePressesOfARemoteControlReachTheScreenInOrder(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "head", ward.DutyHead, "A2")
	head := tw.signIn(t, "head")
	screen := ask[ward.Screen](head, "POST", "/api/screens", ward.ScreenDraft{Code: tw.screenCode(), Name: "屏", Area: 2})
	address := fmt.Sprintf("/api/screens/%d", screen.ID)
	ask[ward.Screen](head, "PATCH", address, map[string]any{"step": 1})
	ask[ward.Screen](head, "PATCH", address, map[string]any{"scene": "teams"})
	now := ask[ward.Screen](head, "PATCH", address, map[string]any{"sound": false, "brightness": 0.5})
	if want := (ward.ScreenRemote{Version: 4, Scene: "teams", Turn: 1, Brightness: 0.5}); now.ScreenRemote != want {
		t.Errorf("%+v, want %+v", now.ScreenRemote, want)
	}
	if status, _ := head.do("PATCH", address, map[string]any{"brightness": 0}); status != http.StatusUnprocessableEntity {
		t.Errorf("a black wall: %d", status)
	}
	var versions []int64
	must(t, tw.db.Pool.QueryRow(t.Context(), `select array_agg(version order by id) from outbox where topic = 'screen'`).Scan(&versions))
	if fmt.Sprint(versions) != "[2 3 4]" {
		t.Errorf("events %v", versions)
	}
}
