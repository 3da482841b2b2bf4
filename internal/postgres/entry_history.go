package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// remember writes the history of a change in its transaction.
func (w writer) remember(ctx context.Context, id, version int64, altered []alteration) error {
	if err := w.inWords(ctx, altered); err != nil {
		return err
	}
	text, err := json.Marshal(altered)
	if err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	var actor *int64
	if w.s.Actor() > 0 {
		a := w.s.Actor()
		actor = &a
	}
	_, err = w.tx.Exec(ctx, `insert into record_change (noun, entity, version, actor, action, batch, reason, fields) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		w.r.Noun, id, version, actor, w.action, w.batch, w.reason, string(text))
	if err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	return nil
}

// inWords says the values of the alterations as people read them, with the
// names the records had at the time.
func (w writer) inWords(ctx context.Context, altered []alteration) error {
	for i := range altered {
		a := &altered[i]
		if a.field.Personal || a.field.Name == "" {
			continue
		}
		for value, text := range map[*any]*string{&a.Old: &a.OldText, &a.New: &a.NewText} {
			names, err := labels(ctx, w.tx, ward.Register{Fields: []ward.Field{a.field}}, ward.Values{a.field.Name: *value})
			if err != nil {
				return err
			}
			*text = inFieldWords(a.field, *value, names)
		}
	}
	return nil
}

func inFieldWords(f ward.Field, v any, names map[string]string) string {
	switch value := v.(type) {
	case nil:
		return ""
	case bool:
		if value {
			return "是"
		}
		return "否"
	case string:
		if f.Kind == ward.Thing {
			return names[value]
		}
		return f.Terms.Label(value)
	case int64:
		if f.Kind == ward.Ref {
			return names[f.Nouns[0]+"/"+strconv.FormatInt(value, 10)]
		}
		return strconv.FormatInt(value, 10)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []int64:
		out := make([]string, len(value))
		for i, n := range value {
			out[i] = names[f.Nouns[0]+"/"+strconv.FormatInt(n, 10)]
		}
		return strings.Join(out, "、")
	case []string:
		out := slices.Clone(value)
		for i, s := range out {
			if out[i] = f.Terms.Label(s); f.Kind == ward.Things {
				out[i] = names[s]
			}
		}
		return strings.Join(out, "、")
	}
	if f.Kind == ward.Place {
		text, _ := json.Marshal(v)
		return strings.Trim(string(text), "[]")
	}
	return "图形"
}

// EntryHistory lists the changes of a record, newest first, see ward.Entries. A
// record that was taken out keeps its history for those who could change it.
func (db *DB) EntryHistory(ctx context.Context, s ward.Scope, noun string, id int64, f ward.HistoryFilter) (page ward.Page[ward.EntryChange], err error) {
	_, l, err := register(noun)
	if err != nil {
		return page, err
	}
	before := int64(1<<63 - 1)
	if f.After != "" {
		if before, err = strconv.ParseInt(f.After, 10, 64); err != nil {
			return page, badCursor()
		}
	}
	limit := pageLimit(f.Limit)
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, id, false); err != nil {
			return err
		}
		items, err := many[ward.EntryChange](ctx, tx, `
			select c.id, c.version, c.at, coalesce(a.name, '系统') as actor, c.action, c.batch, c.reason, c.fields
			from record_change c left join account a on a.id = c.actor where c.noun = @noun and c.entity = @id and c.id < @before order by c.id desc limit @limit`,
			pgx.NamedArgs{"noun": noun, "id": id, "before": before, "limit": limit + 1})
		if err != nil {
			return fmt.Errorf("reading a history: %w", err)
		}
		page = cut(items, limit, func(c ward.EntryChange) string { return strconv.FormatInt(c.ID, 10) })
		return nil
	})
	return page, err
}

// tell says on the live stream what the map shows of the record.
func (w writer) tell(ctx context.Context, id, version int64) error {
	g := w.l.territory()
	if g.path == "" || w.action == "remove" {
		return nil // what is taken out is told before, by retire
	}
	if w.action == "retire" {
		return w.tellAs(ctx, g, id, version, map[string]any{"id": id, "ended": true})
	}
	card, err := w.l.card(ctx, w.tx, w.s, id)
	if err != nil {
		return err
	}
	return w.tellAs(ctx, g, id, version, card)
}

func (w writer) tellAs(ctx context.Context, g bounds, id, version int64, body any) error {
	var path *string
	if err := w.tx.QueryRow(ctx, fmt.Sprintf(`select (%s)::text from %s where %s = @id`, g.path, g.from, g.id), g.with(w.s, pgx.NamedArgs{"id": id})).Scan(&path); err != nil {
		return fmt.Errorf("finding where a record is: %w", err)
	}
	if path == nil {
		return nil // in no grid yet: on no map
	}
	key := uuid.Nil
	if w.batch != nil {
		key = *w.batch
	}
	e := ward.Event{Topic: w.r.Noun, Entity: strconv.FormatInt(id, 10), Version: version, Paths: []string{*path}, Class: ward.Public, Body: body}
	if key != uuid.Nil {
		e.Command = key.String()
	}
	return appendEvent(ctx, w.tx, e)
}

// spellOne brings the spelling of one name into step, see Spell.
func spellOne(ctx context.Context, tx pgx.Tx, noun string, id int64) error {
	if noun == "building" {
		return spellBuilding(ctx, tx, id)
	}
	var name string
	err := tx.QueryRow(ctx, `select name from search_source where noun = $1 and id = $2`, noun, id).Scan(&name)
	if err == pgx.ErrNoRows {
		_, err = tx.Exec(ctx, `delete from search_word where noun = $1 and id = $2`, noun, id)
		return err
	}
	if err != nil {
		return fmt.Errorf("looking for a name: %w", err)
	}
	spelt := ward.Spell(name)
	if _, err := tx.Exec(ctx, `insert into search_word (noun, id, name, pinyin, initials) values ($1, $2, $3, $4, $5)
		on conflict (noun, id) do update set name = excluded.name, pinyin = excluded.pinyin, initials = excluded.initials where search_word.name <> excluded.name`,
		noun, id, name, spelt.Pinyin, spelt.Initials); err != nil {
		return fmt.Errorf("writing a spelling: %w", err)
	}
	return nil
}
