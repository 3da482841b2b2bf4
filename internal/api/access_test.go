package api_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/api"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// request is how an operation is asked for the thing of a grid. A list or an
// operation without a place has anywhere set: it answers everybody who may, and
// holds nothing of outside.
type request struct {
	method   string
	path     func(tw *town, grid int) string
	body     func(tw *town, grid int) any
	anywhere bool
	answer   int // when it is allowed; 0: 200
}

func fixed(p string) func(*town, int) string { return func(*town, int) string { return p } }

func numbered(p string) func(*town, int) string {
	return func(_ *town, grid int) string { return path(p, grid) }
}

const someID = "01890a5d-ac96-774b-bcce-b302099a8057"

func importOrder(*town, int) any {
	return map[string]any{"job": someID, "reading": map[string]any{}}
}

// kept is the address of the account that keeps a grid.
func kept(p string) func(*town, int) string {
	return func(_ *town, grid int) string { return path(p, 900+grid) }
}

// text reads one text.
func (tw *town) text(sql string, args ...any) (s string) {
	if err := tw.db.Pool.QueryRow(context.Background(), sql, args...).Scan(&s); err != nil {
		panic(err)
	}
	return s
}

// number reads one number.
func (tw *town) number(sql string, args ...any) (n int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		panic(err)
	}
	return n
}

// requests has one line for every operation. One that is missing fails the test.
func requests() map[string]request {
	all := map[string]request{
		"get-me": {method: "GET", path: fixed("/api/me"), anywhere: true},
		"change-password": {method: "POST", path: fixed("/api/me/password"), anywhere: true, answer: http.StatusUnprocessableEntity, body: func(*town, int) any {
			return map[string]string{"old": "wrong", "fresh": "wrong again and again"}
		}},
		"get-area":             {method: "GET", path: func(_ *town, grid int) string { return path("/api/areas/%d", 10+[]int{0, 1, 1, 2, 3}[grid]) }},
		"get-grid-at":          {method: "GET", path: numbered("/api/buildings/%d/grid?on=2026-03-03")},
		"list-micro-grids":     {method: "GET", path: fixed("/api/micro-grids"), anywhere: true},
		"export-micro-grids":   {method: "GET", path: fixed("/api/exports/micro-grids.csv"), anywhere: true},
		"get-micro-grid":       {method: "GET", path: func(tw *town, grid int) string { return path("/api/micro-grids/%d", tw.micro(grid)) }},
		"list-doors":           {method: "GET", path: numbered("/api/buildings/%d/doors")},
		"reveal-household":     {method: "POST", path: numbered("/api/households/%d/reveal"), body: func(*town, int) any { return map[string]string{"purpose": "走访前了解"} }},
		"get-visit-coverage":   {method: "GET", path: fixed("/api/visit-coverage"), anywhere: true},
		"list-campaigns":       {method: "GET", path: fixed("/api/campaigns"), anywhere: true},
		"list-campaign-grids":  {method: "GET", path: func(tw *town, grid int) string { return path("/api/campaigns/%d/grids", tw.campaign(grid)) }},
		"count-campaign-doors": {method: "POST", path: fixed("/api/campaigns/count"), anywhere: true, body: func(_ *town, grid int) any { return campaignOf(grid) }},
		"create-campaign":      {method: "POST", path: fixed("/api/campaigns"), body: func(_ *town, grid int) any { return campaignOf(grid) }},
		"change-campaign": {method: "PATCH", path: func(tw *town, grid int) string { return path("/api/campaigns/%d", tw.campaign(grid)) }, body: func(*town, int) any {
			return ward.CampaignChange{Version: 1}
		}},
		"list-household-visits": {method: "GET", path: numbered("/api/households/%d/visits")},
		"list-hub-links":        {method: "GET", path: fixed("/api/hub-links"), anywhere: true},
		"get-grid-pack":         {method: "GET", path: numbered("/api/grids/%d/pack")},
		"get-grid-map":          {method: "GET", path: numbered("/api/grids/%d/map")},
		"get-visit":             {method: "GET", path: func(tw *town, grid int) string { return "/api/visits/" + tw.visits[grid].String() }},
		"create-visit": {method: "POST", path: fixed("/api/visits"), body: func(_ *town, grid int) any {
			return ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Building: int64(grid), Kind: "aid", Met: "met", OccurredAt: time.Now()}
		}},
		"change-visit": {method: "PATCH", path: func(tw *town, grid int) string { return "/api/visits/" + tw.visits[grid].String() }, body: func(tw *town, grid int) any {
			return map[string]any{"version": tw.version("visit", tw.visits[grid]), "toldBack": true}
		}},
		"list-asks": {method: "GET", path: fixed("/api/asks"), anywhere: true},
		"create-ask": {method: "POST", path: fixed("/api/asks"), body: func(_ *town, grid int) any {
			return ward.AskRecord{AskDraft: ward.AskDraft{ID: uuid.Must(uuid.NewV7()), Kind: "wish", Text: "一副老花镜"}, Household: int64(grid), OccurredAt: time.Now()}
		}},
		"change-ask": {method: "PATCH", path: func(tw *town, grid int) string { return "/api/asks/" + tw.ask(grid).String() }, body: func(*town, int) any {
			return map[string]any{"version": 1, "result": "已送到"}
		}},
		"list-items": {method: "GET", path: fixed("/api/items"), anywhere: true},
		"save-item": {method: "POST", path: fixed("/api/items"), anywhere: true, body: func(*town, int) any {
			return ward.Item{ID: 1, Name: "大米", Unit: "袋"}
		}},
		"get-incident": {method: "GET", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.incidents[grid].String() }},
		"create-incident": {method: "POST", path: fixed("/api/incidents"), body: func(_ *town, grid int) any {
			return ward.IncidentDraft{ID: uuid.Must(uuid.NewV7()), Building: int64(grid), Class: "0101", OccurredAt: time.Now()}
		}},
		"change-incident": {method: "PATCH", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.incidents[grid].String() }, body: func(tw *town, grid int) any {
			return map[string]any{"version": tw.version("incident", tw.incidents[grid]), "urgency": "urgent"}
		}},
		"step-incident": {method: "POST", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.incidents[grid].String() + "/steps" }, body: func(tw *town, grid int) any {
			return map[string]any{"version": tw.version("incident", tw.incidents[grid]), "action": "note", "opinion": "请尽快"}
		}},
		"list-incident-steps":   {method: "GET", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.incidents[grid].String() + "/steps" }},
		"list-incident-actions": {method: "GET", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.incidents[grid].String() + "/actions" }},
		"list-incident-boards":  {method: "GET", path: fixed("/api/incident-boards"), anywhere: true},
		"list-duplicates":       {method: "GET", path: fixed("/api/duplicates?class=0101&lon=120&lat=30.7"), anywhere: true},
		"save-incident-class": {method: "POST", path: fixed("/api/incident-classes"), anywhere: true, body: func(*town, int) any {
			return ward.IncidentClass{Code: "0101", Name: "暴露垃圾", Unit: "城管中队", CloseRule: "photo", PublicName: "垃圾没人清", Limits: []ward.Limit{{Name: "处置", Amount: 4, Unit: "work_hour"}}}
		}},
		"get-calendar": {method: "GET", path: fixed("/api/calendar"), anywhere: true},
		"save-calendar": {method: "POST", path: fixed("/api/calendar"), anywhere: true, body: func(tw *town, _ int) any {
			c, err := tw.db.Calendar(context.Background())
			if err != nil {
				panic(err)
			}
			return c
		}},
		"list-phrases":          {method: "GET", path: fixed("/api/phrases"), anywhere: true},
		"save-phrase":           {method: "POST", path: fixed("/api/phrases"), anywhere: true, body: func(*town, int) any { return ward.Phrase{Action: "resolve", Text: "已处理"} }},
		"list-notices":          {method: "GET", path: fixed("/api/notices"), anywhere: true},
		"read-notices":          {method: "POST", path: fixed("/api/notices/read"), anywhere: true, body: func(*town, int) any { return map[string]int{"upto": 1} }},
		"list-incident-classes": {method: "GET", path: fixed("/api/incident-classes"), anywhere: true},
		"search":                {method: "GET", path: fixed("/api/search?q=号"), anywhere: true},
		"list-signs":            {method: "GET", path: fixed("/api/signs"), anywhere: true},
		"make-signs": {method: "POST", path: fixed("/api/signs"), body: func(_ *town, grid int) any {
			return ward.SignOrder{Grid: int64(grid), OfGrid: true, Buildings: true}
		}},
		"retire-sign":       {method: "POST", path: func(tw *town, grid int) string { return path("/api/signs/%d/retire", tw.sign(grid)) }},
		"list-public-forms": {method: "GET", path: fixed("/api/public-forms"), anywhere: true},
		// The form is the street's: a community does not close it.
		"change-public-form": {method: "POST", path: fixed("/api/public-forms/2"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any {
			return ward.PublicFormChange{Open: true}
		}},
		"reveal-reporter": {method: "POST", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.reported(grid).String() + "/reporter" }, body: func(*town, int) any {
			return map[string]string{"purpose": "回访"}
		}},
		"hide-open-photos": {method: "POST", path: func(tw *town, grid int) string {
			return "/api/incidents/" + tw.incidents[grid].String() + "/photos/hide"
		}},
		"mark-spam": {method: "POST", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.reported(grid).String() + "/spam" }, body: func(*town, int) any {
			return map[string]any{"version": 1}
		}},
		"list-clients": {method: "GET", path: fixed("/api/clients"), anywhere: true},
		"create-client": {method: "POST", path: fixed("/api/clients"), body: func(_ *town, grid int) any {
			return ward.ClientDraft{Name: "城管系统", Area: communityOf(grid)}
		}},
		"revoke-client": {method: "POST", path: func(tw *town, grid int) string { return path("/api/clients/%d/revoke", tw.client(grid)) }},
		"list-webhooks": {method: "GET", path: fixed("/api/webhooks"), anywhere: true},
		"create-webhook": {method: "POST", path: fixed("/api/webhooks"), body: func(_ *town, grid int) any {
			return ward.WebhookDraft{Name: "城管系统", URL: "https://example.org/hook", Kinds: []string{"all"}, Area: communityOf(grid)}
		}},
		"change-webhook": {method: "PATCH", path: func(tw *town, grid int) string { return path("/api/webhooks/%d", tw.webhook(grid)) }, body: func(*town, int) any {
			return ward.WebhookChange{Version: 1}
		}},
		"end-webhook":          {method: "POST", path: func(tw *town, grid int) string { return path("/api/webhooks/%d/end", tw.webhook(grid)) }},
		"list-deliveries":      {method: "GET", path: func(tw *town, grid int) string { return path("/api/webhooks/%d/deliveries", tw.webhook(grid)) }},
		"resend-delivery":      {method: "POST", path: func(tw *town, grid int) string { return "/api/deliveries/" + tw.delivery(grid).String() + "/resend" }},
		"import-hotline":       {method: "POST", path: fixed("/api/hotline/imports?name=a.csv"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return []byte("x") }},
		"upload-hotline":       {method: "POST", path: fixed("/api/hotline/uploads?name=a.csv"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return []byte("x") }},
		"look-at-hotline":      {method: "POST", path: fixed("/api/hotline/uploads/" + someID + "/look"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return map[string]any{} }},
		"check-hotline":        {method: "POST", path: fixed("/api/hotline/uploads/" + someID + "/check"), anywhere: true, answer: http.StatusNotFound, body: importOrder},
		"write-hotline":        {method: "POST", path: fixed("/api/hotline/uploads/" + someID + "/write"), anywhere: true, answer: http.StatusNotFound, body: importOrder},
		"get-hotline-map":      {method: "GET", path: fixed("/api/hotline/uploads/" + someID + "/map"), anywhere: true, answer: http.StatusNotFound},
		"get-hotline-bad-rows": {method: "GET", path: fixed("/api/hotline/uploads/" + someID + "/bad-rows"), anywhere: true, answer: http.StatusNotFound},
		"list-hotline-imports": {method: "GET", path: fixed("/api/hotline/imports"), anywhere: true},
		"get-hotline-import":   {method: "GET", path: fixed("/api/hotline/imports/1"), anywhere: true, answer: http.StatusNotFound},
		"undo-hotline-import":  {method: "POST", path: fixed("/api/hotline/imports/1/undo"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return map[string]any{"job": someID} }},
		"get-hotline-template": {method: "GET", path: fixed("/api/hotline/template"), anywhere: true},
		"list-hotline-orders":  {method: "GET", path: fixed("/api/hotline/orders"), anywhere: true},
		"export-hotline":       {method: "GET", path: fixed("/api/hotline/results.xlsx"), anywhere: true},
		"get-hotline-order":    {method: "GET", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.order(grid).String() + "/hotline" }},
		"change-hotline-order": {method: "PATCH", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.order(grid).String() + "/hotline" }, body: func(tw *town, grid int) any {
			return map[string]any{"version": tw.number("select version from hotline_order where incident = $1", tw.order(grid)), "contacted": true, "solved": "yes"}
		}},
		"reveal-caller": {method: "POST", path: func(tw *town, grid int) string {
			return "/api/incidents/" + tw.order(grid).String() + "/hotline/caller"
		}, body: func(*town, int) any {
			return map[string]string{"purpose": "回访"}
		}},
		"get-place-at": {method: "GET", path: func(tw *town, grid int) string {
			at := tw.place(grid)
			return path("/api/at?lon=%v&lat=%v", at[0], at[1])
		}},
		"list-nearest": {method: "GET", path: fixed("/api/nearest?lon=120&lat=30.7&noun=building&limit=100"), anywhere: true},
		"count-inside": {method: "POST", path: fixed("/api/statistics"), anywhere: true, body: func(*town, int) any {
			return []byte(`{"type":"Polygon","coordinates":[[[119,30],[122,30],[122,31],[119,31],[119,30]]]}`)
		}},
		"read-features": {method: "GET", path: numbered("/ogc/collections/building/items/%d")},
		"get-snapshot":  {method: "GET", path: fixed("/api/snapshot"), anywhere: true},
		"send-photo": {method: "POST", path: func(tw *town, grid int) string {
			return path("/api/photos?id=%s&noun=incident&entity=%s&kind=after", uuid.Must(uuid.NewV7()), tw.incidents[grid])
		}, body: func(*town, int) any { return drawnPNG }},
		"list-photos": {method: "GET", path: func(tw *town, grid int) string {
			return "/api/photos?noun=incident&entity=" + tw.incidents[grid].String()
		}, anywhere: true},
		"send-recording": {method: "POST", path: func(tw *town, grid int) string {
			return path("/api/recordings?id=%s&noun=incident&entity=%s", uuid.Must(uuid.NewV7()), tw.incidents[grid])
		}, body: func(*town, int) any { return spoken() }},
		// One's own only, and nobody here has made one.
		"delete-recording": {method: "POST", path: fixed("/api/recordings/" + someID + "/delete"), anywhere: true, answer: http.StatusNotFound},
		"list-recordings": {method: "GET", path: func(tw *town, grid int) string {
			return "/api/recordings?noun=incident&entity=" + tw.incidents[grid].String()
		}, anywhere: true},
		"listen-recording": {method: "GET", path: func(tw *town, grid int) string { return "/api/recordings/" + tw.recordings[grid].String() }},
		"get-photo":        {method: "GET", path: func(tw *town, grid int) string { return "/api/photos/" + tw.photos[grid].String() }},
		"list-screens":     {method: "GET", path: fixed("/api/screens"), anywhere: true},
		"get-own-screen":   {method: "GET", path: fixed("/api/screens/own"), anywhere: true, answer: http.StatusNotFound},
		"pair-screen": {method: "POST", path: fixed("/api/screens"), body: func(tw *town, grid int) any {
			return ward.ScreenDraft{Code: tw.screenCode(), Name: "主屏", Area: communityOf(grid)}
		}},
		"revoke-screen": {method: "POST", path: func(tw *town, grid int) string { return path("/api/screens/%d/revoke", tw.screen(grid)) }},
		"steer-screen": {method: "PATCH", path: func(tw *town, grid int) string { return path("/api/screens/%d", tw.screen(grid)) }, body: func(*town, int) any {
			return map[string]any{"step": 1}
		}},
		"get-board": {method: "GET", path: fixed("/api/board"), anywhere: true},
		// Without a websocket handshake and a hub there is nothing to listen to,
		// but who may is asked first.
		"listen":                {method: "GET", path: fixed("/api/live"), anywhere: true, answer: http.StatusNotFound},
		"import-file":           {method: "POST", path: fixed("/api/imports?name=points.csv"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return []byte("x") }},
		"list-imports":          {method: "GET", path: fixed("/api/imports"), anywhere: true},
		"get-import":            {method: "GET", path: fixed("/api/imports/1"), anywhere: true, answer: http.StatusNotFound},
		"get-import-template":   {method: "GET", path: fixed("/api/import-templates/buildings"), anywhere: true},
		"list-accounts":         {method: "GET", path: fixed("/api/accounts"), anywhere: true},
		"list-audit":            {method: "GET", path: fixed("/api/audit"), anywhere: true},
		"list-audit-operations": {method: "GET", path: fixed("/api/audit-operations"), anywhere: true},
		"export-audit":          {method: "GET", path: fixed("/api/exports/audit.csv"), anywhere: true},
		"list-visits":           {method: "GET", path: fixed("/api/visits"), anywhere: true},
		"list-incidents":        {method: "GET", path: fixed("/api/incidents"), anywhere: true},
		"list-doctor-checks":    {method: "GET", path: fixed("/api/doctor"), anywhere: true},
		"list-doctor-cases":     {method: "GET", path: fixed("/api/doctor/grid-norm"), anywhere: true},
		"act-on-doctor-case": {method: "POST", path: numbered("/api/doctor/grid-norm/%d"), body: func(*town, int) any {
			return ward.DoctorOrder{Action: "pass", Preview: true}
		}},
		"list-norms":       {method: "GET", path: fixed("/api/norms"), anywhere: true},
		"get-norm-history": {method: "GET", path: fixed("/api/norms/grid_persons/history"), anywhere: true},
		// Norms hold for the whole deployment: nobody sets them from a community.
		"change-norm": {method: "PATCH", path: fixed("/api/norms/grid_persons"), anywhere: true, answer: http.StatusForbidden, body: func(*town, int) any {
			return map[string]any{"version": 1, "value": 1300}
		}},
		"list-doctor-fixes":   {method: "GET", path: fixed("/api/doctor-fixes"), anywhere: true},
		"undo-doctor-fix":     {method: "POST", path: func(tw *town, grid int) string { return path("/api/doctor-fixes/%d/undo", tw.doctorFix(grid)) }},
		"upload-file":         {method: "POST", path: fixed("/api/uploads?name=points.csv"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return []byte("x") }},
		"look-at-upload":      {method: "POST", path: fixed("/api/uploads/" + someID + "/look"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return map[string]any{} }},
		"check-upload":        {method: "POST", path: fixed("/api/uploads/" + someID + "/check"), anywhere: true, answer: http.StatusNotFound, body: importOrder},
		"write-upload":        {method: "POST", path: fixed("/api/uploads/" + someID + "/write"), anywhere: true, answer: http.StatusNotFound, body: importOrder},
		"get-upload-map":      {method: "GET", path: fixed("/api/uploads/" + someID + "/map"), anywhere: true, answer: http.StatusNotFound},
		"get-upload-bad-rows": {method: "GET", path: fixed("/api/uploads/" + someID + "/bad-rows"), anywhere: true, answer: http.StatusNotFound},
		"undo-import":         {method: "POST", path: fixed("/api/imports/1/undo"), anywhere: true, answer: http.StatusNotFound, body: func(*town, int) any { return map[string]any{"job": someID} }},
		"list-jobs":           {method: "GET", path: fixed("/api/jobs"), anywhere: true},
		"get-job":             {method: "GET", path: func(tw *town, grid int) string { return "/api/jobs/" + tw.job(grid).String() }},
		"cancel-job":          {method: "POST", path: func(tw *town, grid int) string { return "/api/jobs/" + tw.job(grid).String() + "/cancel" }},
		"list-my-sessions":    {method: "GET", path: fixed("/api/me/sessions"), anywhere: true},
		"end-session":         {method: "POST", path: fixed("/api/me/sessions/999999/end"), anywhere: true, answer: http.StatusNotFound},
		"begin-totp":          {method: "POST", path: fixed("/api/me/totp"), anywhere: true},
		"confirm-totp": {method: "POST", path: fixed("/api/me/totp/confirm"), anywhere: true, answer: http.StatusUnprocessableEntity, body: func(*town, int) any {
			return map[string]string{"code": "no code"}
		}},
		"drop-totp": {method: "POST", path: fixed("/api/me/totp/drop"), anywhere: true, answer: http.StatusUnprocessableEntity, body: func(*town, int) any {
			return map[string]string{"password": "wrong"}
		}},
		"get-account": {method: "GET", path: kept("/api/accounts/%d")},
		"create-account": {method: "POST", path: fixed("/api/accounts"), body: func(_ *town, grid int) any {
			login := "new-" + strings.ToLower(rand.Text()[:8])
			return ward.AccountDraft{Login: login, Name: "新人", Grants: []ward.GrantDraft{{Role: ward.GridStaff, Code: path("G%d", grid)}}}
		}},
		"change-account": {method: "PATCH", path: kept("/api/accounts/%d"), body: func(tw *town, grid int) any {
			return map[string]any{"version": tw.number("select version from account where id = $1", 900+grid), "name": "改名"}
		}},
		"reset-password":        {method: "POST", path: kept("/api/accounts/%d/password")},
		"reset-totp":            {method: "POST", path: kept("/api/accounts/%d/totp/reset")},
		"list-account-sessions": {method: "GET", path: kept("/api/accounts/%d/sessions")},
		"end-account-session":   {method: "POST", path: kept("/api/accounts/%d/sessions/0/end")},
		"list-role-rules":       {method: "GET", path: fixed("/api/role-rules"), anywhere: true},
		// What a role asks for holds everywhere, so it takes more than a community.
		"change-role-rule": {method: "POST", path: fixed("/api/role-rules"), anywhere: true, answer: http.StatusForbidden, body: func(*town, int) any {
			return map[string]any{"role": "member", "totp": false}
		}},
	}
	maps.Copy(all, planRequests())
	maps.Copy(all, teamRequests())
	for many, one := range map[string]string{
		"areas": "", "grids": "grid", "buildings": "building", "households": "household", "branches": "branch", "members": "member", "hubs": "hub",
		"institutions": "institution", "courtyards": "courtyard", "lanes": "lane", "teams": "team", "points": "point", "stewards": "steward",
		"pledges": "pledge", "pairings": "pairing", "honours": "honour",
	} {
		all["export-"+many] = request{method: "GET", path: fixed("/api/exports/" + many + ".csv"), anywhere: true}
		keeping(all, many)
		all["list-"+many] = request{method: "GET", path: fixed("/api/" + many), anywhere: true}
		if one != "" {
			all["get-"+one] = request{method: "GET", path: numbered("/api/" + many + "/%d")}
		}
	}
	return all
}

// doctorFix makes an act of the data doctor in a grid, to be taken back.
func (tw *town) doctorFix(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `insert into doctor_fix (check_name, entity, action, title, changes, steps, path, actor)
		select 'grid-norm', id, 'pass', name, '[]', '[]', path, 0 from grid where id = $1 returning id`, grid).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// micro makes all of a grid a micro-grid, once.
func (tw *town) micro(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `
		with m as (insert into grid (community, code, name, kind) select community, code || '01', '微网格' || id, 'micro' from grid where id = $1 on conflict (code) do nothing returning id),
		c as (insert into cell_grid (cell, layer, grid, valid) select cell, 2, m.id, valid from cell_grid, m where grid = $1 returning grid),
		s as (insert into grid_shape (grid, layer, valid, geom, label, area, parts) select m.id, 2, valid, geom, label, area, parts from grid_shape, m where grid = $1 returning grid)
		select id from m union all select id from grid where code = 'G' || $1 || '01' limit 1`, grid).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// place is the middle of a grid in degrees.
func (tw *town) place(grid int) (at orb.Point) {
	if err := tw.db.Pool.QueryRow(context.Background(), `select pt from building where id = $1`, grid).Scan(&at); err != nil {
		panic(err)
	}
	return at
}

// order makes the incident of a grid a work order of the hotline.
func (tw *town) order(grid int) uuid.UUID {
	if _, err := tw.db.Pool.Exec(context.Background(), `with o as (insert into hotline_order (incident, number, imported_at) values ($1, 'H' || $2::int, now()) on conflict do nothing)
		update incident set source = 'hotline', handler_unit = '城管中队' where id = $1`, tw.incidents[grid], grid); err != nil {
		panic(err)
	}
	return tw.incidents[grid]
}

// client is another system of the community of a grid.
func (tw *town) client(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `insert into client (name, account, area, key, made_by) select '城管系统', id, $1, sha256($2::text::bytea), id from account where login = 'root' returning id`, communityOf(grid), rand.Text()).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// webhook is a program that is told of the community of a grid.
func (tw *town) webhook(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `insert into webhook (name, url, secret_sealed, kinds, area, position, made_by) select '城管系统', 'https://example.org', 'x', '{all}', $1, 0, id from account where login = 'root' returning id`, communityOf(grid)).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// delivery is a message to such a program.
func (tw *town) delivery(grid int) (id uuid.UUID) {
	if err := tw.db.Pool.QueryRow(context.Background(), `insert into webhook_delivery (webhook, seq, kind, entity, body, made_at, next_at) values ($1, 1, 'filed', 'x', '{}', now(), now()) returning id`, tw.webhook(grid)).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// sign is a sign on the building of a grid, made when there is none.
func (tw *town) sign(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `
		with made as (insert into sign (token, building, cell, pt, made_by) select $2, b.id, b.cell, b.pt, (select id from account where login = 'root') from building b
		  where b.id = $1 and not exists (select 1 from sign where building = b.id and retired_at is null) returning id)
		select id from made union all select id from sign where building = $1 and retired_at is null`, grid, strings.ToLower(rand.Text()[:16])).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// reported is what a resident has just reported at the building of a grid, with
// a phone.
func (tw *town) reported(grid int) (id uuid.UUID) {
	receipt, err := tw.db.SendReport(context.Background(), uuid.New(), ward.ResidentReport{Sign: tw.token(tw.sign(grid)), Class: "0101", Text: "垃圾没人清", Phone: "13812345678"}, rand.Text())
	if err != nil {
		panic(err)
	}
	if err := tw.db.Pool.QueryRow(context.Background(), `select id from incident where number = $1`, receipt.Number).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

func (tw *town) token(sign int64) (token string) {
	if err := tw.db.Pool.QueryRow(context.Background(), `select token from sign where id = $1`, sign).Scan(&token); err != nil {
		panic(err)
	}
	return token
}

// job is a waiting job that somebody started for a grid.
func (tw *town) job(grid int) (id uuid.UUID) {
	id = uuid.Must(uuid.NewV7())
	if _, err := tw.db.Pool.Exec(context.Background(), `insert into job (id, kind, title, paths, owner) select $1, 'import', $3, array[path], $1 from grid where id = $2`, id, grid, path("第%d网格的任务", grid)); err != nil {
		panic(err)
	}
	return id
}

func (tw *town) version(table string, id uuid.UUID) (v int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `select version from `+table+` where id = $1`, id).Scan(&v); err != nil {
		panic(err)
	}
	return v
}

// Every operation × every role × inside and outside the territory.
func TestEveryOperationKeepsToRoleAndTerritory(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	all := requests()
	for _, role := range ward.AllRoles() {
		login := "r-" + strings.ReplaceAll(string(role), "_", "-")
		tw.account(t, login, role, "A11")
		p := tw.signIn(t, login)
		for operation, roles := range ward.Operations() {
			req, ok := all[operation]
			if !ok {
				continue // the test below names it
			}
			allowed := slices.Contains(roles, role)
			for _, grid := range []int{1, 2, 3, 4} {
				if req.anywhere && grid > 1 {
					break
				}
				var body any
				if req.body != nil {
					body = req.body(tw, grid)
				}
				status, text := p.do(req.method, req.path(tw, grid), body)
				want := http.StatusForbidden
				switch {
				case allowed && (req.anywhere || grid <= 2):
					want = http.StatusOK
					if req.answer != 0 {
						want = req.answer
					}
				case allowed:
					want = http.StatusNotFound
				}
				if status != want {
					t.Errorf("%s as %s on grid %d: %d, want %d: %.200s", operation, role, grid, status, want, text)
				}
				for _, outside := range []string{"第3网格", "第4网格", "他街", "二社区", "三社区", "支部3号", "支部4号", "服务站4号", "小区4号院", "单位4号", "巡逻4队", "承诺4号"} {
					if strings.Contains(text, outside) {
						t.Errorf("%s as %s shows %s from outside", operation, role, outside)
					}
				}
				if strings.Contains(text, "金丝雀1") && !slices.Contains([]ward.Role{ward.GridLeader, ward.GridStaff, ward.Secretary}, role) {
					t.Errorf("%s as %s shows a whole name", operation, role)
				}
				if role == ward.Wall && strings.Contains(text, "金") && strings.Contains(text, "雀") {
					t.Errorf("%s shows the wall something of a person: %.300s", operation, text)
				}
			}
		}
	}
}

// The table of permissions, the table of requests and the API name the same
// operations.
func TestNoOperationIsMissingFromTheTables(t *testing.T) {
	t.Parallel()
	_, described := (&api.Server{Store: &postgres.DB{}, Sessions: postgres.Sessions{}, Log: slog.Default()}).Handler()
	all := requests()
	roles := ward.Operations()
	known := map[string]bool{"listen": true, "read-features": true} // outside huma
	for address, item := range described.OpenAPI().Paths {
		for _, id := range operationIDs(item) {
			known[id] = true
			if ward.OperationOpen(id) {
				continue
			}
			if _, ok := roles[id]; !ok {
				t.Errorf("%s (%s) is in nobody's permissions", id, address)
			}
			if _, ok := all[id]; !ok {
				t.Errorf("%s (%s) is not tested for role and territory", id, address)
			}
		}
	}
	for id := range roles {
		if !known[id] {
			t.Errorf("permissions name %s, which is no operation", id)
		}
	}
}

func operationIDs(item *huma.PathItem) (ids []string) {
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Put, item.Delete} {
		if op != nil {
			ids = append(ids, op.OperationID)
		}
	}
	return ids
}

func TestNobodySignedInSeesNothing(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := person{t, tw, http.DefaultClient}
	for operation, req := range requests() {
		var body any
		if req.body != nil {
			body = req.body(tw, 1)
		}
		if status, text := p.do(req.method, req.path(tw, 1), body); status != http.StatusUnauthorized {
			t.Errorf("%s without signing in: %d %.100s", operation, status, text)
		}
	}
}
