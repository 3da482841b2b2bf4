package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// RetireEntry ends, removes or restores a record, see ward.Entries.
func (db *DB) RetireEntry(ctx context.Context, s ward.Scope, noun string, id int64, retirement ward.Retirement) (e ward.Entry, err error) {
	r, l, err := register(noun)
	if err != nil {
		return e, err
	}
	if err := retirement.Validate(r); err != nil {
		return e, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, id, true); err != nil {
			return err
		}
		now, err := readRow(ctx, tx, r, id)
		if err != nil {
			return err
		}
		if now.Version != retirement.Version {
			return stale(ctx, tx, r, id, retirement.Version, now)
		}
		w := writer{db, tx, s, r, l, nil, "retire", retirement.Reason, id}
		switch {
		case retirement.Restore:
			w.action = "restore"
			err = w.end(ctx, now, nil)
		case r.Ending == ward.Removed:
			w.action = "remove"
			if e, err = shownEntry(ctx, tx, r, id); err == nil {
				err = w.remove(ctx, now)
			}
			return err
		default:
			if err = w.refuseWhileHeld(ctx, id); err == nil {
				err = w.end(ctx, now, &retirement.Ended)
			}
		}
		if err != nil {
			return err
		}
		e, err = shownEntry(ctx, tx, r, id)
		return err
	})
	return e, err
}

// end sets the last day of a record, or takes it away.
func (w writer) end(ctx context.Context, now row, day *string) error {
	column := endColumn(w.r)
	var ended *string
	err := w.tx.QueryRow(ctx, fmt.Sprintf(`update %s set %s = case when @restore then null else coalesce(nullif(@day, '')::date, today()) end, version = version + 1 where id = @id returning %s::text`, w.table(), column, column),
		pgx.NamedArgs{"id": now.ID, "restore": day == nil, "day": deref(day)}).Scan(&ended)
	if err != nil {
		return err
	}
	a := alteration{Field: "ended", Title: "停用日期", OldText: now.Ended, NewText: deref(ended)}
	if now.Ended != "" {
		a.Old = now.Ended
	}
	if ended != nil {
		a.New = *ended
	}
	return w.finish(ctx, now.ID, now.Version+1, []alteration{a}, now.cells)
}

// remove takes a record out; the history keeps what it was.
func (w writer) remove(ctx context.Context, now row) error {
	if g := w.l.territory(); g.path != "" {
		if err := w.tellAs(ctx, g, now.ID, now.Version+1, map[string]any{"id": now.ID, "ended": true}); err != nil {
			return err
		}
	}
	altered := w.altered(now.Values, ward.Values{})
	for _, f := range w.r.Fields {
		if v := now.Values[f.Name]; v != nil && !f.Personal {
			altered = append(altered, alteration{Field: f.Name, Title: f.Title, Old: shaped(v), field: f})
		}
	}
	if err := w.inWords(ctx, altered); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, `delete from `+w.table()+` where id = $1`, now.ID); err != nil {
		return err
	}
	return w.finish(ctx, now.ID, now.Version+1, altered, now.cells)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// held are records of other tables that stop the end of one, beside the fields
// of registers that point at it.
var held = map[string]map[string]string{
	"member": {
		`select count(*) from grid_role where member = $1 and valid @> today()`: "个网格团队职务",
		`select count(*) from account where member = $1 and not disabled`:       "个登录账号",
	},
	"point": {`select count(*) from booking b join room r on r.id = b.room where r.point = $1 and b.state <> 'cancelled' and upper(b.during) > now()`: "项未到期预约"},
}

// refuseWhileHeld refuses, in words with counts, to end a record that others in
// use point at.
func (w writer) refuseWhileHeld(ctx context.Context, id int64) error {
	var parts []string
	count := func(sql, what string) error {
		var n int
		if err := w.tx.QueryRow(ctx, sql, id).Scan(&n); err != nil {
			return fmt.Errorf("counting what hangs on a record: %w", err)
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d%s", n, what))
		}
		return nil
	}
	for _, r := range ward.AllRegisters() {
		sql := pointing(r, w.r.Noun)
		if sql == "" {
			continue
		}
		if err := count(sql, "条"+r.Title); err != nil {
			return err
		}
	}
	for sql, what := range held[w.r.Noun] {
		if err := count(sql, what); err != nil {
			return err
		}
	}
	if len(parts) > 0 {
		return ward.Errorf(ward.Conflict, "还有%s与这条%s相连，请先改到别处或停用它们", strings.Join(parts, "、"), w.r.Title)
	}
	return nil
}

// pointing counts the records of r in use that point at record $1 of a noun; ""
// when they never do. An honour stays true after its holder has ended, and a
// record's own links end with it.
func pointing(r ward.Register, noun string) string {
	if r.Noun == "honour" {
		return ""
	}
	var conditions []string
	for _, f := range r.Fields {
		switch f.Kind {
		case ward.Ref:
			if f.Nouns[0] == noun {
				conditions = append(conditions, `t.`+keptOf(r.Noun, f).column+` = $1`)
			}
		case ward.Thing:
			if column := thingColumns[r.Noun+"."+f.Key][noun]; column != "" {
				conditions = append(conditions, `t.`+column+` = $1`)
			}
		case ward.Refs:
			if f.Nouns[0] == noun {
				conditions = append(conditions, keptOf(r.Noun, f).read+` @> to_jsonb($1::bigint)`)
			}
		case ward.Things:
			for _, of := range f.Nouns {
				if of == noun {
					conditions = append(conditions, keptOf(r.Noun, f).read+` @> to_jsonb('`+noun+`/' || $1::bigint)`)
				}
			}
		}
	}
	if len(conditions) == 0 {
		return ""
	}
	live := ""
	if column := endColumn(r); column != "null::date" {
		live = ` and (t.` + column + ` is null or t.` + column + ` > today())`
	}
	return `select count(*) from ` + pgx.Identifier{r.Noun}.Sanitize() + ` t where (` + strings.Join(conditions, " or ") + `)` + live
}
