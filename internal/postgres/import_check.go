package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// script is what the database does with one sheet. Its SQL reads the table
// incoming; findings go to finding (line, field, level, message, done).
type script struct {
	table   string      // the register, when its key is a code; "" otherwise
	limits  []limit     // what a value may be
	refs    []reference // codes that must exist
	prepare []string    // tables the checks and the writing share
	checks  []string    // inserts into finding, run in order
	within  string      // selects line, path: where in the tree each row belongs
	before  string      // the same of what is registered under the row's key, "" when it cannot be elsewhere
	person  string      // selects line, person, name; see writePersons
	writes  []string    // run in order; one that returns two numbers counts inserted, updated
}

// limit is a condition no row may meet, and what is said of one that does.
type limit struct{ key, bad, message string }

// reference is a column whose codes must be in a register.
type reference struct {
	key, table string
	many       bool
}

// check looks for errors until nothing new is found: a row that refers to one
// of the same file is bad when that one is.
func (l *load) check(ctx context.Context) error {
	if err := l.keepShapes(ctx); err != nil {
		return err
	}
	if err := l.checkShapes(ctx); err != nil {
		return err
	}
	for _, sql := range l.ownChecks() {
		if err := l.exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := l.settle(ctx, true); err != nil {
		return err
	}
	for _, sql := range l.script.prepare {
		if err := l.exec(ctx, sql); err != nil {
			return err
		}
	}
	for first := true; ; first = false {
		for _, sql := range l.script.checks {
			if err := l.exec(ctx, sql); err != nil {
				return err
			}
		}
		if err := l.checkTerritory(ctx); err != nil {
			return err
		}
		before := l.badLines
		if err := l.settle(ctx, first); err != nil {
			return err
		}
		if l.badLines == before {
			return nil
		}
	}
}

func (l *load) exec(ctx context.Context, sql string) error {
	if _, err := l.tx.Exec(ctx, sql); err != nil {
		return fmt.Errorf("checking %s: %w", l.sheet.Name, err)
	}
	return nil
}

// ownChecks are those every sheet has: repeated codes, limits, unknown codes.
func (l *load) ownChecks() []string {
	out := []string{}
	if l.script.table != "" {
		out = append(out, `insert into finding
			select line, '`+l.title("code")+`', 'error', '编码与第' || first || '行重复；一个编码只能有一行', '已跳过'
			from (select line, first_value(line) over w as first from incoming
			  where code in (select code from incoming group by code having count(*) > 1) window w as (partition by code order by line)) q
			where line > first`)
	}
	for _, c := range l.sheet.Columns {
		if c.Required && c.Personal && l.script.table != "" {
			out = append(out, fmt.Sprintf(`insert into finding select i.line, '%s', 'error', '%[1]s已脱敏，新登记要写全', '已跳过'
				from incoming i where i.%s is null and not exists (select from %s t where t.code = i.code)`, c.Title, pgx.Identifier{c.Key}.Sanitize(), l.script.table))
		}
	}
	for _, m := range l.script.limits {
		out = append(out, fmt.Sprintf(`insert into finding select line, '%s', 'error', '%s', '已跳过' from incoming where %s`, l.title(m.key), m.message, m.bad))
	}
	for _, r := range l.script.refs {
		column, from := pgx.Identifier{r.key}.Sanitize(), "incoming i"
		value := "i." + column
		if r.many {
			value, from = "ref.want", "incoming i, unnest(i."+column+") as ref(want)"
		}
		out = append(out, fmt.Sprintf(`insert into finding
			select i.line, '%s', 'error', '没有编码为“' || left(%s, 20) || '”的%s；请先导入%s，或更正编码', '已跳过'
			from %s where %s is not null and not exists (select from %s t where t.code = %s)`,
			l.title(r.key), value, nounOf(r.table), nounOf(r.table), from, value, r.table, value))
	}
	return out
}

// nounOf is what people call the things of a register.
func nounOf(table string) string {
	for _, s := range ward.Sheets() {
		if script, ok := scriptOf(s.Name); ok && script.table == table {
			return s.Title
		}
	}
	return table
}

// title is the Chinese header of a column, for findings.
func (l *load) title(key string) string {
	c, _ := l.sheet.Column(key)
	return c.Title
}

// checkTerritory refuses rows outside the person's territory. A row whose place
// in the tree is unknown is outside of any but the whole.
func (l *load) checkTerritory(ctx context.Context) error {
	if slices.Contains(l.scope.Paths(), "") {
		return nil
	}
	for sql, message := range map[string]string{l.script.within: "不在您的辖区内", l.script.before: "这个编码登记在您的辖区之外"} {
		if sql == "" {
			continue
		}
		_, err := l.tx.Exec(ctx, `insert into finding select line, '', 'error', $2, '已跳过' from (`+sql+`) q
			where (path <@ any ($1::text[]::ltree[])) is not true`, l.scope.Paths(), message)
		if err != nil {
			return fmt.Errorf("checking the territory: %w", err)
		}
	}
	return nil
}

// settle takes the new findings over into the report and the bad rows out of
// the file. Warnings and notes count only when they are said for the first time.
func (l *load) settle(ctx context.Context, first bool) error {
	code := "''"
	if _, has := l.sheet.Column("code"); has {
		code = "coalesce(left(i.code, 20), '')"
	}
	rows, err := l.tx.Query(ctx, `select f.line, `+code+` as feature, f.field, f.level, f.message, f.done
		from finding f left join incoming i using (line) order by f.line, f.field, f.message`)
	if err != nil {
		return fmt.Errorf("reading the findings: %w", err)
	}
	var one ward.Finding
	last := ward.Finding{}
	_, err = pgx.ForEachRow(rows, []any{&one.Line, &one.Feature, &one.Field, &one.Level, &one.Message, &one.Done}, func() error {
		if one != last && (first || one.Level == ward.LevelError) {
			l.found.add(one)
		}
		last = one
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the findings: %w", err)
	}
	tag, err := l.tx.Exec(ctx, `delete from incoming i where exists (select from finding f where f.line = i.line and f.level = 'error')`)
	if err != nil {
		return fmt.Errorf("taking out bad rows: %w", err)
	}
	l.badLines += int(tag.RowsAffected())
	return l.exec(ctx, `truncate finding`)
}
