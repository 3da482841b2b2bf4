package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// act is one row of the audit. Entity is a number or a code, never a value of a
// person; Path is where it happened.
type act struct {
	Actor                            int64 // 0: the program itself
	Operation, Noun, Entity, Purpose string
	Path                             string
}

// writeAct writes down an act in the transaction that does it.
func writeAct(ctx context.Context, tx runner, a act) error {
	_, err := tx.Exec(ctx, `insert into audit (actor, operation, noun, entity, purpose, path) values (nullif($1, 0), $2, $3, $4, $5, $6::text::ltree)`,
		a.Actor, a.Operation, a.Noun, a.Entity, a.Purpose, a.Path)
	if err != nil {
		return fmt.Errorf("writing the audit: %w", err)
	}
	return nil
}

// appendAudit writes down an act whose place is the territory of whoever acts.
func appendAudit(ctx context.Context, tx pgx.Tx, s ward.Scope, operation, noun, entity, purpose string) error {
	return appendAuditAt(ctx, tx, s, s.Common(), operation, noun, entity, purpose)
}

// appendAuditAt writes down an act on a thing at path.
func appendAuditAt(ctx context.Context, tx runner, s ward.Scope, path, operation, noun, entity, purpose string) error {
	return writeAct(ctx, tx, act{Actor: s.Actor(), Operation: operation, Noun: noun, Entity: entity, Purpose: purpose, Path: path})
}

// seen writes down that somebody saw names whole; masked names need no record.
// It comes before the answer: no record, no answer. id 0 stands for a list.
func (db *DB) seen(ctx context.Context, s ward.Scope, operation, noun string, id int64) error {
	if !s.SeesNames() {
		return nil
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		return appendAudit(ctx, tx, s, operation, noun, strconv.FormatInt(id, 10), "")
	})
}

// auditWithin keeps a reader to acts in the territory. What was written before
// places were kept counts for the whole deployment.
const auditWithin = `coalesce(u.path, '') <@ any(@scope::ltree[])`

// AuditEntries lists newest first, see ward.Audits.
func (db *DB) AuditEntries(ctx context.Context, s ward.Scope, f ward.AuditFilter) (ward.Page[ward.AuditEntry], error) {
	where, args := []string{auditWithin}, pgx.NamedArgs{"scope": s.Paths()}
	add := func(on bool, clause, name string, value any) {
		if on {
			where, args[name] = append(where, clause), value
		}
	}
	add(f.Actor > 0, "u.actor = @actor", "actor", f.Actor)
	add(f.Operation != "", "u.operation = @operation", "operation", f.Operation)
	add(f.Area > 0, fmt.Sprintf(inArea, "u.path"), "area", f.Area)
	if err := narrowTime(add, "u.at", f.From, f.To); err != nil {
		return ward.Page[ward.AuditEntry]{}, err
	}
	if f.After != "" {
		after, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return ward.Page[ward.AuditEntry]{}, badCursor()
		}
		add(true, "u.id < @after", "after", after)
	}
	limit := pageLimit(f.Limit)
	args["limit"] = limit + 1
	items, err := many[ward.AuditEntry](ctx, db.Pool, `
		select u.id, u.at, coalesce(a.name || '（' || a.login || '）', '系统') as actor, u.operation, u.noun, u.entity, u.purpose,
		       coalesce(g.name, ar.name, case when u.path = '' then '全部辖区' else '' end) as place
		from audit u left join account a on a.id = u.actor left join area ar on ar.path = u.path left join grid g on g.path = u.path
		where `+strings.Join(where, " and ")+` order by u.id desc limit @limit`, args)
	return cut(items, limit, func(e ward.AuditEntry) string { return strconv.FormatInt(e.ID, 10) }), err
}

// AuditOperations lists what occurs, one index step per operation rather than
// one per row.
func (db *DB) AuditOperations(ctx context.Context, _ ward.Scope) ([]string, error) {
	rows, err := db.Pool.Query(ctx, `
		with recursive o as (
		  (select operation from audit order by operation limit 1)
		  union all
		  select (select a.operation from audit a where a.operation > o.operation order by a.operation limit 1) from o where o.operation is not null)
		select operation from o where operation is not null`)
	if err != nil {
		return nil, fmt.Errorf("listing operations of the audit: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
