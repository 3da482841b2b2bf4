package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// row is a record as it is stored: unlike ward.Entry with its names whole. It
// never leaves this package.
type row struct {
	ward.Entry
	cells []int64 // whose counts it is part of
}

// masked is what everybody who may open the form sees of a personal value.
func masked(f ward.Field, v any) any {
	text, ok := v.(string)
	switch {
	case v == nil || ok && text == "":
		return nil
	case ok && f.Key == "phone" || f.Key == "id_no":
		return text // read masked already
	case ok && f.Key != "home_unit":
		return ward.MaskName(text)
	}
	if l, ok := v.([]string); ok {
		if len(l) == 0 {
			return nil
		}
		return fmt.Sprintf("已登记%d项", len(l))
	}
	return "已登记"
}

// readRow reads a record as it is stored.
func readRow(ctx context.Context, tx pgx.Tx, r ward.Register, id int64) (row, error) {
	var parts []string
	for _, f := range r.Fields {
		parts = append(parts, "'"+f.Name+"', "+keptOf(r.Noun, f).read)
	}
	// jsonb_build_object takes a hundred arguments: no register has fifty fields.
	sql := fmt.Sprintf(`select t.version, t.updated_at, coalesce(%s::text, ''), %s, jsonb_build_object(%s) from %s t where t.id = $1`,
		endColumn(r), titleSQL(r.Noun), strings.Join(parts, ", "), pgx.Identifier{r.Noun}.Sanitize())
	now := row{Entry: ward.Entry{ID: id, Noun: r.Noun, Labels: map[string]string{}}}
	var text []byte
	if err := tx.QueryRow(ctx, sql, id).Scan(&now.Version, &now.UpdatedAt, &now.Ended, &now.Title, &text); err != nil {
		return now, fmt.Errorf("reading a record of %s: %w", r.Noun, err)
	}
	var given map[string]any
	if err := json.Unmarshal(text, &given); err != nil {
		return now, fmt.Errorf("reading the fields of a record of %s: %w", r.Noun, err)
	}
	now.Values = stored(r, given)
	var err error
	now.cells, err = countedCells(ctx, tx, r.Noun, id)
	return now, err
}

// stored gives the values of a row the types ward.Values has, whatever their
// limits: what is registered may be older than a rule.
func stored(r ward.Register, given map[string]any) ward.Values {
	out := ward.Values{}
	for _, f := range r.Fields {
		out[f.Name] = storedValue(f, given[f.Name])
	}
	return out
}

func storedValue(f ward.Field, v any) any {
	switch f.Kind {
	case ward.Many, ward.Things:
		return texts(v)
	case ward.Refs:
		return numbers(v)
	case ward.Int, ward.Ref:
		if n, ok := v.(float64); ok {
			return int64(n)
		}
	case ward.Place:
		if l, ok := v.([]any); ok && len(l) == 2 {
			return l
		}
	}
	if v == "" {
		return nil
	}
	return v
}

func texts(v any) []string {
	l, _ := v.([]any)
	out := make([]string, 0, len(l))
	for _, one := range l {
		if s, ok := one.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func numbers(v any) []int64 {
	l, _ := v.([]any)
	out := make([]int64, 0, len(l))
	for _, one := range l {
		if n, ok := one.(float64); ok {
			out = append(out, int64(n))
		}
	}
	return out
}

// pointers are the records a value of a field points at, by noun.
func pointers(f ward.Field, v any) map[string][]int64 {
	out := map[string][]int64{}
	add := func(s string) {
		if noun, id, ok := ward.ThingOf(s); ok {
			out[noun] = append(out[noun], id)
		}
	}
	switch value := v.(type) {
	case int64:
		if f.Kind == ward.Ref {
			out[f.Nouns[0]] = []int64{value}
		}
	case []int64:
		if f.Kind == ward.Refs && len(value) > 0 {
			out[f.Nouns[0]] = value
		}
	case string:
		if f.Kind == ward.Thing {
			add(value)
		}
	case []string:
		if f.Kind == ward.Things {
			for _, s := range value {
				add(s)
			}
		}
	}
	return out
}

// labels names what the values point at, by "noun/number".
func labels(ctx context.Context, tx pgx.Tx, r ward.Register, v ward.Values) (map[string]string, error) {
	wanted := map[string][]int64{}
	for _, f := range r.Fields {
		for noun, ids := range pointers(f, v[f.Name]) {
			wanted[noun] = append(wanted[noun], ids...)
		}
	}
	out := map[string]string{}
	for _, noun := range slices.Sorted(maps.Keys(wanted)) {
		rows, err := tx.Query(ctx, `select t.id, `+titleSQL(noun)+` from `+pgx.Identifier{noun}.Sanitize()+` t where t.id = any($1)`, wanted[noun])
		if err != nil {
			return nil, fmt.Errorf("naming records of %s: %w", noun, err)
		}
		var id int64
		var title string
		if _, err := pgx.ForEachRow(rows, []any{&id, &title}, func() error {
			out[fmt.Sprintf("%s/%d", noun, id)] = title
			return nil
		}); err != nil {
			return nil, fmt.Errorf("naming records of %s: %w", noun, err)
		}
	}
	return out, nil
}

// unseal opens phone and ID number of the person of a record.
func (db *DB) unseal(ctx context.Context, tx pgx.Tx, r ward.Register, id int64, into ward.Values) error {
	column := personOf[r.Noun]
	if column == "" {
		return nil
	}
	var person *int64
	var phone, idNo []byte
	err := tx.QueryRow(ctx, fmt.Sprintf(`select p.id, p.phone_sealed, p.id_no_sealed from %s t left join person p on p.id = t.%s where t.id = $1`, pgx.Identifier{r.Noun}.Sanitize(), column), id).
		Scan(&person, &phone, &idNo)
	if err != nil {
		return fmt.Errorf("reading sealed fields: %w", err)
	}
	if person == nil {
		return nil
	}
	for name, sealed := range map[string]struct {
		place string
		text  []byte
	}{"phone": {phonePlace(*person), phone}, "idNo": {idNoPlace(*person), idNo}} {
		if _, has := into[name]; !has {
			continue
		}
		text, err := db.Keys.Open(sealed.place, sealed.text)
		if err != nil {
			return err
		}
		if into[name] = nil; text != "" {
			into[name] = text
		}
	}
	return nil
}
