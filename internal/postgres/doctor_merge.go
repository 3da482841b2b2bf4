package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// referrer is a column that names rows of a table.
type referrer struct {
	Table  string
	Column string
	// Key is an expression that names a row of the referring table without the
	// column itself.
	Key string
}

// referrers reads from the catalogue who names rows of a table, so that a table
// made later is not forgotten.
func referrers(ctx context.Context, tx pgx.Tx, table string) ([]referrer, error) {
	return many[referrer](ctx, tx, `
		select (select relname::text from pg_class where oid = c.conrelid) as "table", a.attname::text as "column",
		  coalesce((select 'jsonb_build_array(' || string_agg('t.' || quote_ident(k.attname) || '::text', ', ' order by k.attnum) || ')'
		    from pg_index i join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any(i.indkey)
		    where i.indrelid = c.conrelid and i.indisprimary and k.attname <> a.attname), 'to_jsonb(t) - ' || quote_literal(a.attname)) as key
		from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
		where c.confrelid = @table::regclass and c.contype = 'f' and cardinality(c.conkey) = 1 and c.conparentid = 0
		order by 1, 2`, pgx.NamedArgs{"table": table})
}

// merging plans to make one row of two: all that names drop names keep, then
// drop goes. It fails as a conflict when both hold the same door, tag or seat.
func merging(ctx context.Context, tx pgx.Tx, table string, keep, drop int64) ([]step, []ward.DoctorChange, error) {
	from, err := referrers(ctx, tx, table)
	if err != nil {
		return nil, nil, err
	}
	steps, changes := []step{}, []ward.DoctorChange{}
	for _, r := range from {
		var n int
		if err := tx.QueryRow(ctx, fmt.Sprintf(`select count(*) from %s where %s = $1`, tableNamed(r.Table), pgx.Identifier{r.Column}.Sanitize()), drop).Scan(&n); err != nil {
			return nil, nil, fmt.Errorf("counting references: %w", err)
		}
		if n == 0 {
			continue
		}
		steps = append(steps, step{Kind: "move", Table: r.Table, Column: r.Column, Before: asJSON(drop), After: asJSON(keep), Text: r.Key})
		changes = append(changes, ward.DoctorChange{What: doctorNoun(r.Table), Before: strconv.Itoa(n) + "条在要并入的一条下", After: "改挂到保留的一条"})
	}
	return append(steps, step{Kind: "drop", Table: table, ID: drop}), changes, nil
}

// move changes the references and remembers which rows they were.
func (s *step) move(ctx context.Context, tx pgx.Tx) error {
	column := pgx.Identifier{s.Column}.Sanitize()
	return tx.QueryRow(ctx, fmt.Sprintf(`with moved as (update %s t set %s = $2::text::bigint where t.%s = $1::text::bigint returning %s as key)
		select coalesce(jsonb_agg(key), '[]') from moved`, tableNamed(s.Table), column, column, s.Text),
		string(s.Before), string(s.After)).Scan(&s.Keys)
}

func (s step) moveBack(ctx context.Context, tx pgx.Tx) error {
	column := pgx.Identifier{s.Column}.Sanitize()
	tag, err := tx.Exec(ctx, fmt.Sprintf(`update %s t set %s = $1::text::bigint where t.%s = $2::text::bigint and (%s) in (select jsonb_array_elements($3::jsonb))`,
		tableNamed(s.Table), column, column, s.Text), string(s.Before), string(s.After), string(s.Keys))
	if err != nil {
		return err
	}
	var keys []json.RawMessage
	if err := json.Unmarshal(s.Keys, &keys); err != nil {
		return fmt.Errorf("reading moved rows: %w", err)
	}
	if int(tag.RowsAffected()) != len(keys) {
		return changedSince()
	}
	return nil
}

// doctorNoun is what people call the rows of a table.
func doctorNoun(table string) string {
	known := map[string]string{
		"household_tag": "服务标签", "visit": "走访", "ask": "微心愿和需求", "incident": "事件", "hub_door": "中心户服务的门牌", "steward_place": "楼长责任地", "room": "房间",
		"roster": "值班", "booking": "预约", "team_member": "队员", "household": "住户", "honour": "荣誉", "pledge": "六个一", "pairing": "结对", "hub": "党员中心户",
		"branch": "党组织", "institution": "单位", "point": "服务点", "member": "党员",
	}
	if title, ok := known[table]; ok {
		return title
	}
	return "相关记录（" + table + "）"
}
