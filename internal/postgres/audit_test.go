package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// audited is a database with so many rows in its audit, linked.
func audited(t testing.TB, rows int) *postgres.DB {
	t.Helper()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	if _, err := db.Pool.Exec(t.Context(), `insert into audit (operation, noun, entity, purpose, path) select 'reveal-household', 'household', n::text, '走访前了解', 'd1.s2' from generate_series(1, $1) n`, rows); err != nil {
		t.Fatal(err)
	}
	if n, err := db.ChainAudit(t.Context()); err != nil || n != rows {
		t.Fatalf("linked %d of %d: %v", n, rows, err)
	}
	return db
}

func TestTheAuditNamesTheFirstRowSomebodyTouched(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ tamper, says string }{
		"nothing":          {`select 1`, ""},
		"a changed row":    {`update audit set purpose = '别的' where id = 7`, "审计记录 7 被改动（第7环）"},
		"another actor":    {`update audit set actor = 1 where id = 3`, "审计记录 3 被改动"},
		"another time":     {`update audit set at = at - interval '1 hour' where id = 9`, "审计记录 9 被改动"},
		"another place":    {`update audit set path = 'd1' where id = 9`, "审计记录 9 被改动"},
		"a deleted row":    {`delete from audit where id = 5`, "审计记录 5 被删除（第5环）"},
		"both rows gone":   {`delete from audit where id = 5; delete from audit_link where audit = 5`, "缺第5环"},
		"a row slipped in": {`insert into audit (id, operation, noun) overriding system value values (900, 'login', 'account')`, "审计记录 900 不在链上"},
		"a forged link":    {`insert into audit (id, operation, noun) overriding system value values (900, 'login', 'account'); insert into audit_link (seq, audit, hash) values (21, 900, decode(repeat('ab', 32), 'hex'))`, "审计记录 900 被改动（第21环）"},
		"a waiting row":    {`insert into audit_pending values (900)`, "审计记录 900 在入链前被删除"},
		"two rows swapped": {`update audit_link set audit = case audit when 4 then 6 else 4 end where audit in (4, 6)`, "审计记录 6 被改动（第4环）"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := audited(t, 20)
			// What a superuser can do whom triggers do not stop.
			if _, err := db.Pool.Exec(t.Context(), `begin; set local session_replication_role = replica; set constraints all deferred; alter table audit_link drop constraint audit_linked_once; `+c.tamper+`; commit`); err != nil {
				t.Fatal(err)
			}
			check, err := db.VerifyAudit(t.Context(), ward.AuditHead{})
			if err != nil || (c.says == "") != (check.Broken == "") || !strings.HasPrefix(check.Broken, c.says) {
				t.Errorf("says %q, want %q: %v", check.Broken, c.says, err)
			}
		})
	}
}

func TestACutTailIsFoundByAHeadKeptElsewhere(t *testing.T) {
	t.Parallel()
	db := audited(t, 20)
	head, err := db.AuditHead(t.Context())
	if err != nil || head.Seq != 20 {
		t.Fatalf("head %v: %v", head, err)
	}
	if _, err := db.Pool.Exec(t.Context(), `begin; set local session_replication_role = replica; delete from audit where id > 15; delete from audit_link where seq > 15; commit`); err != nil {
		t.Fatal(err)
	}
	if check, err := db.VerifyAudit(t.Context(), ward.AuditHead{}); err != nil || check.Broken != "" {
		t.Errorf("without a head: %q %v", check.Broken, err)
	}
	if check, err := db.VerifyAudit(t.Context(), head); err != nil || !strings.HasPrefix(check.Broken, "链尾被截断") {
		t.Errorf("with a head: %q %v", check.Broken, err)
	}
	// Recomputed from the first row on: the chain holds, the kept head does not.
	if _, err := db.Pool.Exec(t.Context(), `begin; set local session_replication_role = replica; update audit set purpose = '' ; delete from audit_link; insert into audit_pending select id from audit; select audit_chain(100); commit`); err != nil {
		t.Fatal(err)
	}
	if check, err := db.VerifyAudit(t.Context(), ward.AuditHead{Seq: 10, Hash: head.Hash}); err != nil || !strings.Contains(check.Broken, "链被重算过") {
		t.Errorf("recomputed: %q %v", check.Broken, err)
	}
}

func TestNobodyWritesTheAuditIntoThePast(t *testing.T) {
	t.Parallel()
	db := audited(t, 1)
	var now bool
	if err := db.Pool.QueryRow(t.Context(), `insert into audit (at, operation, noun) values ('2020-01-01', 'login', 'account') returning at > now() - interval '1 minute'`).Scan(&now); err != nil || !now {
		t.Errorf("stamped with the present: %v %v", now, err)
	}
}

// Many writers, some of whom take long and some of whom give up, and two nodes
// that link: no gap, nothing left out, nothing twice.
func TestTheChainHasNoGapUnderManyWriters(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	const writers, each = 8, 50
	ctx := t.Context()
	linking, stop := context.WithCancel(ctx)
	var nodes, all sync.WaitGroup
	for range 2 {
		nodes.Go(func() {
			for linking.Err() == nil {
				if _, err := db.ChainAudit(ctx); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for w := range writers {
		all.Go(func() {
			for n := range each {
				tx, err := db.Pool.Begin(ctx)
				if err == nil {
					_, err = tx.Exec(ctx, `insert into audit (operation, noun, entity) values ('change-visit', 'visit', $1)`, fmt.Sprint(w, n))
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n%10 == 3 {
					err = tx.Rollback(ctx)
				} else {
					err = tx.Commit(ctx)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	stop()
	nodes.Wait()
	if _, err := db.ChainAudit(ctx); err != nil {
		t.Fatal(err)
	}
	check, err := db.VerifyAudit(ctx, ward.AuditHead{})
	if err != nil || check.Broken != "" || check.Rows != writers*each*9/10 {
		t.Errorf("%+v %v", check, err)
	}
}

func TestTheAuditIsReadByPersonDayAndPlace(t *testing.T) {
	t.Parallel()
	db := audited(t, 12)
	all := ward.System("")
	page, err := db.AuditEntries(t.Context(), all, ward.AuditFilter{Limit: 5})
	if err != nil || len(page.Items) != 5 || page.Next == "" || page.Items[0].ID != 12 {
		t.Fatalf("%+v %v", page, err)
	}
	next, err := db.AuditEntries(t.Context(), all, ward.AuditFilter{Limit: 5, After: page.Next})
	if err != nil || next.Items[0].ID != 7 {
		t.Errorf("%+v %v", next, err)
	}
	for what, c := range map[string]struct {
		s    ward.Scope
		f    ward.AuditFilter
		rows int
	}{
		"another operation": {all, ward.AuditFilter{Operation: "login"}, 0},
		"another person":    {all, ward.AuditFilter{Actor: 99}, 0},
		"another day":       {all, ward.AuditFilter{To: "2020-01-01"}, 0},
		"its street":        {ward.System("d1.s2"), ward.AuditFilter{}, 12},
		"another street":    {ward.System("d1.s3"), ward.AuditFilter{}, 0},
	} {
		got, err := db.AuditEntries(t.Context(), c.s, c.f)
		if err != nil || len(got.Items) != c.rows {
			t.Errorf("%s: %d rows, %v", what, len(got.Items), err)
		}
	}
	if _, err := db.AuditEntries(t.Context(), all, ward.AuditFilter{After: "x"}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("a bad cursor: %v", err)
	}
}
