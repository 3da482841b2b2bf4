package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

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

// same reports whether a stored value and a new one are the same JSON.
func same(old, fresh any) bool {
	plain := func(v any) (out any) {
		text, err := json.Marshal(shaped(v))
		if err != nil || json.Unmarshal(text, &out) != nil {
			return v
		}
		switch l := out.(type) {
		case []any:
			if len(l) == 0 {
				return nil
			}
		case bool:
			if !l {
				return nil
			}
		}
		return out
	}
	return reflect.DeepEqual(plain(old), plain(fresh))
}

// shaped writes a geometry as GeoJSON, a point as two numbers.
func shaped(v any) any {
	switch g := v.(type) {
	case orb.Point:
		return []float64{g[0], g[1]}
	case orb.Geometry:
		return geojson.NewGeometry(g)
	}
	return v
}

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

// stand finds where a new record is when nobody said: at its building, or in
// the middle of its area.
func (w writer) stand(ctx context.Context, values ward.Values) error {
	f, has := w.r.Field("location")
	if !has || values["location"] != nil {
		return nil
	}
	var at *orb.Point
	var err error
	if id, ok := values["building"].(int64); ok {
		err = w.tx.QueryRow(ctx, `select pt from building where id = $1`, id).Scan(&at)
	} else if id, ok := values["area"].(int64); ok && w.r.Noun == "team" {
		err = w.tx.QueryRow(ctx, `select label from area where id = $1`, id).Scan(&at)
	}
	if err != nil {
		return fmt.Errorf("finding a place: %w", err)
	}
	if at == nil {
		return &ward.Error{Code: ward.Invalid, Message: "请在图上选位置，或填楼栋", Fields: []ward.FieldError{{Field: f.Name, Message: "请在图上选位置，或填楼栋"}}}
	}
	values["location"] = *at
	return nil
}

// checkPointers refuses what points at a record that is not there, not in the
// territory, or ended.
func (w writer) checkPointers(ctx context.Context, values ward.Values) error {
	var c ward.Check
	for _, f := range w.r.Fields {
		for noun, ids := range pointers(f, values[f.Name]) {
			there, err := ledgers[noun].territory().visible(ctx, w.tx, w.s, ids)
			if err != nil {
				return err
			}
			c.Field(there == len(ids), f.Name, "没有这个"+f.Title+"，或已停用，或不在您的辖区内")
		}
	}
	if parent, ok := values["parent"].(int64); ok && w.r.Noun == "branch" {
		if err := w.checkTree(ctx, parent, &c); err != nil {
			return err
		}
	}
	return c.Err()
}

// checkTree refuses a superior branch that is itself below.
func (w writer) checkTree(ctx context.Context, parent int64, c *ward.Check) error {
	var loop bool
	err := w.tx.QueryRow(ctx, `with recursive up as (
			select id, parent, 1 as step from branch where id = $1
			union all select b.id, b.parent, up.step + 1 from up join branch b on b.id = up.parent where up.step < 50)
		select exists (select 1 from up where id = $2)`, parent, w.id).Scan(&loop)
	c.Field(!loop, "parent", "上级关系绕成了圈，请另选上级")
	return err
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

// altered lists what changed, for the history: personal values only masked.
func (w writer) altered(old, fresh ward.Values) []alteration {
	out := []alteration{}
	for _, f := range w.r.Fields {
		v, named := fresh[f.Name]
		if !named || same(old[f.Name], v) && !f.Personal || v == nil && old[f.Name] == nil {
			continue
		}
		a := alteration{Field: f.Name, Title: f.Title, field: f}
		if f.Personal {
			a.OldText, a.NewText = maskedText(f, old[f.Name]), maskedText(f, v)
		} else {
			a.Old, a.New = shaped(old[f.Name]), shaped(v)
		}
		out = append(out, a)
	}
	return out
}

// alteration is ward.Altered as it is stored.
type alteration struct {
	Field   string `json:"field"`
	Title   string `json:"title"`
	Old     any    `json:"old"`
	New     any    `json:"new"`
	OldText string `json:"oldText"`
	NewText string `json:"newText"`
	field   ward.Field
}

func maskedText(f ward.Field, v any) string {
	if f.Key == "phone" {
		if s, ok := v.(string); ok {
			return ward.MaskPhone(s)
		}
	}
	if f.Key == "id_no" && v != nil {
		return "已登记"
	}
	s, _ := masked(f, v).(string)
	return s
}

// finish does what every change ends with: the territory as it is now, the
// counts, the spelling, the history, the audit and the live stream.
func (w writer) finish(ctx context.Context, id, version int64, altered []alteration, cells []int64) error {
	if w.action != "remove" {
		if err := w.l.territory().allows(ctx, w.tx, w.s, id, true); err != nil {
			return err
		}
		after, err := countedCells(ctx, w.tx, w.r.Noun, id)
		if err != nil {
			return err
		}
		cells = append(cells, after...)
	}
	if len(cells) > 0 {
		if _, err := w.tx.Exec(ctx, `select refresh_cell_stat_of($1)`, cells); err != nil {
			return fmt.Errorf("counting the cells: %w", err)
		}
	}
	if err := spellOne(ctx, w.tx, w.r.Noun, id); err != nil {
		return err
	}
	if err := w.remember(ctx, id, version, altered); err != nil {
		return err
	}
	if err := appendAudit(ctx, w.tx, w.s, w.operation(), w.r.Noun, fmt.Sprint(id), w.reason); err != nil {
		return err
	}
	return w.tell(ctx, id, version)
}

func (w writer) operation() string {
	switch w.action {
	case "restore", "remove":
		return "retire-" + w.r.Noun
	}
	return w.action + "-" + w.r.Noun
}

// countedCells are the cells whose counts a record is part of.
func countedCells(ctx context.Context, tx pgx.Tx, noun string, id int64) ([]int64, error) {
	sql := map[string]string{
		"building":  `select cell from building where id = $1 and cell is not null`,
		"household": `select b.cell from household h join building b on b.id = h.building where h.id = $1 and b.cell is not null`,
		"member":    `select b.cell from member m join household h on h.id = m.household join building b on b.id = h.building where m.id = $1 and b.cell is not null`,
	}[noun]
	if sql == "" {
		return nil, nil
	}
	rows, err := tx.Query(ctx, sql, id)
	if err != nil {
		return nil, fmt.Errorf("finding the cell of a record: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
