package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// writer writes records of one register for one person in one transaction.
type writer struct {
	db     *DB
	tx     pgx.Tx
	s      ward.Scope
	r      ward.Register
	l      ledger
	batch  *uuid.UUID
	action string
	reason string
	id     int64 // of the record being changed; 0 for a new one
}

// create inserts a record and returns its number.
func (w writer) create(ctx context.Context, values ward.Values) (int64, error) {
	for _, f := range w.r.Fields {
		if _, has := values[f.Name]; !has {
			values[f.Name] = nil
		}
	}
	if err := w.r.CheckWhole(values); err != nil {
		return 0, err
	}
	if err := w.checkPointers(ctx, values); err != nil {
		return 0, err
	}
	if err := w.stand(ctx, values); err != nil {
		return 0, err
	}
	columns, args := w.columns(values)
	if person, err := w.firstPerson(ctx, values); err != nil {
		return 0, err
	} else if person > 0 {
		columns[personOf[w.r.Noun]] = "@person"
		args["person"] = person
	}
	names := slices.Sorted(maps.Keys(columns))
	places := make([]string, len(names))
	for i, name := range names {
		places[i] = columns[name]
		names[i] = pgx.Identifier{name}.Sanitize()
	}
	var id int64
	sql := fmt.Sprintf(`insert into %s (%s) values (%s) returning id`, w.table(), strings.Join(names, ", "), strings.Join(places, ", "))
	if err := w.tx.QueryRow(ctx, sql, args).Scan(&id); err != nil {
		return 0, err
	}
	if err := w.writeApart(ctx, id, values, values); err != nil {
		return 0, err
	}
	altered := w.altered(ward.Values{}, values)
	return id, w.finish(ctx, id, 1, altered, nil)
}

// change writes what differs and reports whether anything did.
func (w writer) change(ctx context.Context, now row, values ward.Values) (bool, error) {
	w.id = now.ID
	if now.Ended != "" && w.r.Ending == ward.Ends && w.r.Noun != "pairing" && w.action != "restore" {
		return false, ward.Errorf(ward.Conflict, "这条%s已停用，请先恢复再修改", w.r.Title)
	}
	changed := ward.Values{}
	for name, v := range values {
		f, _ := w.r.Field(name)
		if (f.Personal && v != nil && f.Key != "tags") || !same(now.Values[name], v) {
			changed[name] = v
		}
	}
	if len(changed) == 0 {
		return false, nil
	}
	whole := maps.Clone(now.Values)
	maps.Copy(whole, changed)
	if err := w.r.CheckWhole(whole); err != nil {
		return false, err
	}
	if err := w.checkPointers(ctx, changed); err != nil {
		return false, err
	}
	columns, args := w.columns(changed)
	sets := []string{"version = version + 1"}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		sets = append(sets, pgx.Identifier{name}.Sanitize()+" = "+columns[name])
	}
	args["id"] = now.ID
	if _, err := w.tx.Exec(ctx, fmt.Sprintf(`update %s set %s where id = @id`, w.table(), strings.Join(sets, ", ")), args); err != nil {
		return false, err
	}
	if err := w.writeApart(ctx, now.ID, changed, whole); err != nil {
		return false, err
	}
	return true, w.finish(ctx, now.ID, now.Version+1, w.altered(now.Values, changed), now.cells)
}

func (w writer) table() string { return pgx.Identifier{w.r.Noun}.Sanitize() }

// columns are the columns of values with what is written to each. An empty
// value is the column's default: null where it may be.
func (w writer) columns(values ward.Values) (map[string]string, pgx.NamedArgs) {
	out, args := map[string]string{}, pgx.NamedArgs{}
	for _, f := range w.r.Fields {
		v, named := values[f.Name]
		if !named {
			continue
		}
		if things, ok := thingColumns[w.r.Noun+"."+f.Key]; ok {
			text, _ := v.(string)
			noun, id, _ := ward.ThingOf(text)
			for of, column := range things {
				out[column] = "null"
				if of == noun {
					out[column], args[column] = "@"+column, id
				}
			}
			continue
		}
		k := keptOf(w.r.Noun, f)
		switch {
		case k.column == "":
		case v == nil:
			out[k.column] = "default"
		case f.Kind == ward.Day:
			out[k.column], args[k.column] = "@"+k.column+"::date", v
		default:
			out[k.column], args[k.column] = "@"+k.column, v
		}
	}
	if shape, ok := values["shape"].(orb.MultiPolygon); ok && w.r.Noun == "building" {
		out["pt"], args["outline"] = "st_pointonsurface(@outline::geometry)", shape
	}
	return out, args
}

// writeApart writes the fields kept in other tables, and the person.
func (w writer) writeApart(ctx context.Context, id int64, values, whole ward.Values) error {
	for _, f := range w.r.Fields {
		v, named := values[f.Name]
		k := keptOf(w.r.Noun, f)
		if !named || len(k.writes) == 0 {
			continue
		}
		if v == nil && (f.Kind == ward.Many || f.Kind == ward.Things) {
			v = []string{}
		} else if v == nil && f.Kind == ward.Refs {
			v = []int64{}
		}
		for _, sql := range k.writes {
			if _, err := w.tx.Exec(ctx, sql, pgx.NamedArgs{"id": id, "value": v, "consent": whole["consentUntil"]}); err != nil {
				return err
			}
		}
	}
	if err := w.writePerson(ctx, id, values); err != nil {
		return err
	}
	return w.derive(ctx, id, values)
}

// derive writes what follows from where a record is.
func (w writer) derive(ctx context.Context, id int64, values ward.Values) error {
	_, moved := values["location"]
	_, housed := values["building"]
	_, drawn := values["shape"]
	cell := `(select c.id from cell c where c.valid @> today() and st_covers(c.geom, st_transform(t.pt, metric_srid())) order by c.id limit 1)`
	var sql string
	switch {
	case (w.r.Noun == "point" || w.r.Noun == "institution") && (moved || housed):
		sql = `update ` + w.table() + ` t set cell = coalesce((select b.cell from building b where b.id = t.building), ` + cell + `) where t.id = $1`
	case w.r.Noun == "building" && drawn:
		sql = `update building t set cell = ` + cell + ` where t.id = $1`
	default:
		return nil
	}
	if _, err := w.tx.Exec(ctx, sql, id); err != nil {
		return fmt.Errorf("finding the cell of a record: %w", err)
	}
	return nil
}
