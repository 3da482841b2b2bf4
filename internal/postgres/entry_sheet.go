package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// SheetCells reads the workbook columns of some records, see ward.Entries.
func (db *DB) SheetCells(ctx context.Context, s ward.Scope, noun string, ids []int64) (cells map[int64][]string, err error) {
	r, l, err := register(noun)
	if err != nil {
		return nil, err
	}
	err = db.read(ctx, func(tx pgx.Tx) error {
		found, err := readSheet(ctx, tx, r, l.territory(), s, ids)
		if err != nil {
			return err
		}
		codes, err := codesOf(ctx, tx, r, found)
		if err != nil {
			return err
		}
		cells = make(map[int64][]string, len(found))
		for id, v := range found {
			cells[id] = sheetRow(r, v, codes)
		}
		return nil
	})
	return cells, err
}

// sheetFields are the fields of a register that its workbook has, by the key of
// their column.
func sheetFields(r ward.Register) map[string]ward.Field {
	out := map[string]ward.Field{}
	for _, f := range r.Fields {
		out[f.Key] = f
	}
	return out
}

// readSheet reads the values of some records within the scope. A place is read
// with every digit it has: what comes back must be what went out.
func readSheet(ctx context.Context, tx pgx.Tx, r ward.Register, g bounds, s ward.Scope, ids []int64) (map[int64]ward.Values, error) {
	fields := sheetFields(r)
	var parts []string
	for _, c := range r.Workbook() {
		sql := map[ward.Kind]string{ward.Lon: "st_x(t.pt)", ward.Lat: "st_y(t.pt)"}[c.Kind]
		if f, ok := fields[c.Key]; ok && sql == "" {
			sql = keptOf(r.Noun, f).read
		}
		if sql == "" {
			sql = "null::text"
		}
		parts = append(parts, "'"+c.Key+"', "+sql)
	}
	rows, err := tx.Query(ctx, fmt.Sprintf(`select t.id, jsonb_build_object(%s) from %s t where t.id in (select %s from %s where %[3]s = any(@ids) and (%[5]s))`,
		strings.Join(parts, ", "), pgx.Identifier{r.Noun}.Sanitize(), g.id, g.from, g.within), g.with(s, pgx.NamedArgs{"ids": ids}))
	if err != nil {
		return nil, fmt.Errorf("reading the sheet of %s: %w", r.Noun, err)
	}
	out := map[int64]ward.Values{}
	var id int64
	var text []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		var given map[string]any
		if err := json.Unmarshal(text, &given); err != nil {
			return err
		}
		v := ward.Values{}
		for key, value := range given {
			v[key] = storedValue(fields[key], value)
		}
		out[id] = v
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the sheet of %s: %w", r.Noun, err)
	}
	return out, nil
}

// codesOf finds the codes of what some records point at, by “noun/id”.
func codesOf(ctx context.Context, tx pgx.Tx, r ward.Register, found map[int64]ward.Values) (map[string]string, error) {
	wanted := map[string][]int64{}
	for _, v := range found {
		for key, f := range sheetFields(r) {
			for noun, ids := range pointers(f, v[key]) {
				wanted[noun] = append(wanted[noun], ids...)
			}
		}
	}
	codes := map[string]string{}
	for noun, ids := range wanted {
		slices.Sort(ids)
		rows, err := tx.Query(ctx, "select id, code from "+pgx.Identifier{noun}.Sanitize()+" where id = any($1)", slices.Compact(ids))
		if err != nil {
			return nil, fmt.Errorf("reading codes of %s: %w", noun, err)
		}
		var id int64
		var code string
		if _, err := pgx.ForEachRow(rows, []any{&id, &code}, func() error {
			codes[noun+"/"+strconv.FormatInt(id, 10)] = code
			return nil
		}); err != nil {
			return nil, fmt.Errorf("reading codes of %s: %w", noun, err)
		}
	}
	return codes, nil
}

func sheetRow(r ward.Register, v ward.Values, codes map[string]string) []string {
	fields := sheetFields(r)
	out := []string{}
	for _, c := range r.Workbook() {
		out = append(out, c.CellText(v[c.Key], fields[c.Key].Nouns, codes))
	}
	return out
}
