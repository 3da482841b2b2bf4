package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"wangge/internal/ward"
)

// written counts the rows of an operation in the audit.
func (tw *town) written(t *testing.T, operation string) (n int) {
	t.Helper()
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from audit where operation = $1`, operation).Scan(&n))
	return n
}

// changesNothing are operations that are sent like a command and change nothing
// but, at most, what the reader alone sees: which of its notices are unread, that a
// redrawing was read of, that a draft is open at somebody.
func changesNothing() []string {
	return []string{"count-inside", "read-notices", "read-border-change", "attend-plan", "rank-sites", "count-campaign-doors"}
}

// notHere are commands whose row other tests look for: files are read by the
// program around this server; the request to the doctor is only a preview here.
func notHere() []string {
	return []string{"import-file", "act-on-doctor-case"}
}

// acts counts the rows of a person in the audit.
func (tw *town) acts(login string) int64 {
	return tw.number(`select count(*) from audit u join account a on a.id = u.actor where a.login = $1`, login)
}

// done are requests that succeed, for commands the matrix sends wrongly on purpose.
func done() map[string]func(person) (func(*town, int) string, any) {
	return map[string]func(person) (func(*town, int) string, any){
		"change-password": func(person) (func(*town, int) string, any) {
			return fixed("/api/me/password"), map[string]string{"old": password, "fresh": "another long password"}
		},
		"end-session": func(person) (func(*town, int) string, any) { return fixed("/api/me/sessions/0/end"), nil },
		"confirm-totp": func(p person) (func(*town, int) string, any) {
			return fixed("/api/me/totp/confirm"), map[string]string{"code": p.code(p.secret(), 0)}
		},
		// Only photos that are open can be hidden.
		"hide-open-photos": func(p person) (func(*town, int) string, any) {
			must(p.t, exec(p.t.Context(), p.tw, `insert into client_report (incident, client, photos_public, sent_at) values ($1, $2, true, now())`, p.tw.incidents[1], p.tw.client(1)))
			return func(tw *town, grid int) string { return path("/api/incidents/%s/photos/hide", tw.incidents[grid]) }, nil
		},
		"drop-totp": func(p person) (func(*town, int) string, any) {
			p.enrol()
			return fixed("/api/me/totp/drop"), map[string]string{"password": password}
		},
	}
}

// mustSucceed are the commands whose request here is carried out, so that their
// row is proven.
func mustSucceed() []string {
	return []string{
		"create-visit", "change-visit", "create-incident", "change-incident", "reveal-household", "send-photo", "send-recording", "change-password", "end-session",
		"begin-totp", "confirm-totp", "drop-totp", "create-account", "change-account", "reset-password", "reset-totp", "end-account-session", "change-role-rule",
		"create-plan", "change-plan", "draw-plan", "comment-plan", "resolve-plan-comment", "share-plan", "step-incident", "hide-open-photos", "save-incident-class", "save-phrase", "save-calendar", "cancel-job",
	}
}

// Every command leaves a row in the audit: who, what, where, and no value of a
// person.
func TestEveryWriteIsInTheAudit(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	roles := ward.Operations()
	proven := map[string]bool{}
	for operation, req := range requests() {
		if strings.HasPrefix(operation, "bulk-") { // only counted here; each row is written down by the script of a single change
			continue
		}
		if req.method == "GET" || slices.Contains(changesNothing(), operation) || slices.Contains(notHere(), operation) {
			continue
		}
		login, place := "w-"+operation, "A11"
		if operation == "change-role-rule" {
			place = ""
		}
		tw.account(t, login, roles[operation][0], place)
		p := tw.signIn(t, login)
		body := any(nil)
		if req.body != nil {
			body = req.body(tw, 1)
		}
		if make, ok := done()[operation]; ok {
			req.path, body = make(p)
		}
		before := tw.acts(login)
		status, text := p.do(req.method, req.path(tw, 1), body)
		if status >= 300 { // it changed nothing; what must succeed is named below
			t.Logf("%s: %d %.100s", operation, status, text)
			continue
		}
		proven[operation] = true
		if tw.acts(login) == before && strings.HasPrefix(operation, "change-") && !slices.Contains(mustSucceed(), operation) {
			t.Logf("%s: what was sent changes nothing", operation)
			continue
		}
		if tw.acts(login) != before+1 {
			t.Errorf("%s left %d rows in the audit, want one", operation, tw.acts(login)-before)
			continue
		}
		var actor, noun, row string
		var path *string
		must(t, tw.db.Pool.QueryRow(t.Context(), `select a.login, u.noun, u.path::text, u::text from audit u join account a on a.id = u.actor where a.login = $1 order by u.id desc limit 1`, login).Scan(&actor, &noun, &path, &row))
		if actor != login || noun == "" || path == nil {
			t.Errorf("%s: who %q, what %q, where %v", operation, actor, noun, path)
		}
		for _, secret := range []string{"金丝雀", "another long", password} {
			if strings.Contains(row, secret) {
				t.Errorf("%s wrote a value into the audit: %s", operation, row)
			}
		}
	}
	status, text := tw.signIn(t, "root").do("GET", "/api/audit-operations", nil)
	var known []ward.AuditAct
	must(t, json.Unmarshal([]byte(text), &known))
	if status != http.StatusOK || len(known) < len(mustSucceed()) {
		t.Fatalf("what occurs: %d %s", status, text)
	}
	words := ward.NewAuditWords(nil)
	for _, one := range known {
		if one.Act == one.Operation {
			t.Errorf("%s has no name in Chinese", one.Operation)
		}
		for _, noun := range strings.Split(tw.text(`select string_agg(distinct noun, ' ') from audit where operation = $1`, one.Operation), " ") {
			if words.Thing(noun) == noun {
				t.Errorf("%s, done to a %s, has no name in Chinese", one.Operation, noun)
			}
		}
	}
	for _, operation := range mustSucceed() {
		if !proven[operation] {
			t.Errorf("%s did not succeed, so nothing is proven of it", operation)
		}
	}
}

func TestTheAuditIsPagedAndTakenOutByTheAdministrator(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := tw.signIn(t, "root")
	status, text := p.do("GET", "/api/audit?limit=2", nil)
	if status != http.StatusOK || !strings.Contains(text, `"next"`) {
		t.Fatalf("first page: %d %s", status, text)
	}
	status, text = p.do("GET", "/api/audit?operation=create-visit&from=2020-01-01", nil)
	if status != http.StatusOK || strings.Count(text, `"create-visit"`) != 4 {
		t.Errorf("by operation: %d %s", status, text)
	}
	if status, text = p.do("GET", "/api/audit?from=soon", nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a bad day: %d %s", status, text)
	}
	status, text = p.do("GET", "/api/exports/audit.csv?operation=create-account", nil)
	if status != http.StatusOK || !strings.HasPrefix(text, "\uFEFF编号,时间,谁") || strings.Count(text, ",新建账号,账号,") < 2 {
		t.Errorf("export: %d %.300s", status, text)
	}
	if tw.written(t, "export-audit") != 1 {
		t.Error("taking the audit out is not in it")
	}
}
