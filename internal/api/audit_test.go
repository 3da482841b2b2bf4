package api_test

import (
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

// changesNothing are operations that are sent like a command and change nothing.
func changesNothing() []string {
	return []string{"count-inside"}
}

// notHere are commands this server cannot carry out: files are read by the
// program around it, whose own test looks for the row.
func notHere() []string {
	return []string{"import-file"}
}

// Every command leaves a row in the audit: who, what, where, and no value of a
// person.
func TestEveryWriteIsInTheAudit(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	roles := ward.Operations()
	for operation, req := range requests() {
		if req.method == "GET" || slices.Contains(changesNothing(), operation) || slices.Contains(notHere(), operation) {
			continue
		}
		login := "w-" + operation
		tw.account(t, login, roles[operation][0], "A11")
		p := tw.signIn(t, login)
		body := any(nil)
		if req.body != nil {
			body = req.body(tw, 1)
		}
		if operation == "change-password" {
			body = map[string]string{"old": password, "fresh": "another long password"}
		}
		before := tw.written(t, operation)
		status, text := p.do(req.method, req.path(tw, 1), body)
		if status >= 300 {
			t.Errorf("%s: %d %.200s", operation, status, text)
			continue
		}
		if tw.written(t, operation) != before+1 {
			t.Errorf("%s left %d rows in the audit, want one", operation, tw.written(t, operation)-before)
			continue
		}
		var actor, noun, row string
		var path *string
		must(t, tw.db.Pool.QueryRow(t.Context(), `select coalesce(a.login, ''), u.noun, u.path::text, u::text from audit u left join account a on a.id = u.actor where operation = $1 order by u.id desc limit 1`, operation).Scan(&actor, &noun, &path, &row))
		if actor != login || noun == "" || path == nil {
			t.Errorf("%s: who %q, what %q, where %v", operation, actor, noun, path)
		}
		for _, secret := range []string{"金丝雀", "another long", password} {
			if strings.Contains(row, secret) {
				t.Errorf("%s wrote a value into the audit: %s", operation, row)
			}
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
	if status != http.StatusOK || !strings.HasPrefix(text, "\uFEFF编号,时间,谁") || strings.Count(text, "create-account") < 2 {
		t.Errorf("export: %d %.300s", status, text)
	}
	if tw.written(t, "export-audit") != 1 {
		t.Error("taking the audit out is not in it")
	}
}
