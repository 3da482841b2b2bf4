package postgres

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// sealedColumns never reach a table unsealed.
func sealed(c ward.Column) bool { return c.Key == "phone" && c.Personal || c.Key == "id_no" }

// columnType is the PostgreSQL type of a column of a sheet.
func columnType(k ward.Kind) string {
	switch k {
	case ward.Int:
		return "int"
	case ward.Number:
		return "float8"
	case ward.Day:
		return "date"
	case ward.Bool:
		return "bool"
	case ward.Many:
		return "text[]"
	}
	return "text"
}

// copied lists the columns of a sheet that go to the database as they are.
func copied(s ward.Sheet) []ward.Column {
	out := []ward.Column{}
	for _, c := range s.Columns {
		if !sealed(c) && c.Kind != ward.Lon && c.Kind != ward.Lat {
			out = append(out, c)
		}
	}
	return out
}

// incomingTable makes the table of this transaction that a file is copied to.
// Its columns are those of the sheet under their own names, and: line, shape,
// label (the label point of an area), spot (a point inside a polygon), sound (the
// shape is surely valid), sealed (a phone or an ID number belongs to the row).
func incomingTable(s ward.Sheet) string {
	var b strings.Builder
	b.WriteString("create temp table incoming (line int not null, shape geometry(Geometry,4326), label geometry(Point,4326), spot geometry(Point,4326), sound bool not null, sealed bool not null")
	for _, c := range copied(s) {
		b.WriteString(", " + pgx.Identifier{c.Key}.Sanitize() + " " + columnType(c.Kind))
	}
	b.WriteString(") on commit drop")
	return b.String()
}

// copy streams the good rows into the database while they are still being read.
func (l *load) copy(ctx context.Context, records iter.Seq2[ward.Record, error]) error {
	next, stop := iter.Pull2(records)
	defer stop()
	columns := copied(l.sheet)
	names := []string{"line", "shape", "label", "spot", "sound", "sealed"}
	for _, c := range columns {
		names = append(names, c.Key)
	}
	values := make([]any, len(names))
	var broken error // what broke the file; PostgreSQL only says that the copy was cut off
	_, err := l.tx.CopyFrom(ctx, pgx.Identifier{"incoming"}, names, pgx.CopyFromFunc(func() ([]any, error) {
		r, err := l.nextGood(next)
		if err != nil || r == nil {
			broken = err
			return nil, err
		}
		l.fill(values, columns, *r)
		return values, nil
	}))
	if broken != nil {
		return fmt.Errorf("reading the file: %w", broken)
	}
	if err != nil {
		return fmt.Errorf("copying the rows: %w", err)
	}
	if l.opts.Progress != nil {
		l.opts.Progress(l.report.Rows)
	}
	if l.masked > 0 {
		l.found.add(ward.Finding{Level: ward.LevelNote, Message: fmt.Sprintf("%d处个人信息是脱敏后的内容", l.masked), Done: "保留已登记的"})
	}
	// An index over what is there already is made in a tenth of the time.
	if _, err := l.tx.Exec(ctx, `alter table incoming add primary key (line); analyze incoming`); err != nil {
		return fmt.Errorf("counting the rows: %w", err)
	}
	return nil
}

// nextGood returns the next row that can be copied, nil at the end.
func (l *load) nextGood(next func() (ward.Record, error, bool)) (*ward.Record, error) {
	for {
		r, err, more := next()
		if err != nil || !more {
			return nil, err
		}
		l.found.add(r.Findings...)
		if r.Line == 0 {
			continue
		}
		l.report.Rows++
		if l.opts.Progress != nil && l.report.Rows%1000 == 0 {
			l.opts.Progress(l.report.Rows)
		}
		if r.Bad() {
			l.badLines++
			continue
		}
		return &r, nil
	}
}

// fill puts a record into a row of the copy.
func (l *load) fill(values []any, columns []ward.Column, r ward.Record) {
	values[0], values[1], values[2], values[3], values[4] = r.Line, nil, nil, nil, false
	if r.Shape != nil {
		values[1] = r.Shape
	}
	if area, ok := r.Shape.(orb.MultiPolygon); ok {
		l.fillArea(values, area)
		l.keepDrawn(r.Line, area)
	}
	phone, _ := r.Values["phone"].(string)
	idNo, _ := r.Values["id_no"].(string)
	if ward.Masked(phone) {
		phone = ""
	}
	if ward.Masked(idNo) {
		idNo = ""
	}
	secret := l.script.person != "" && (phone != "" || idNo != "")
	if secret {
		l.secrets = append(l.secrets, personal{line: r.Line, phone: phone, idNo: idNo})
	}
	values[5] = secret
	for i, c := range columns {
		values[6+i] = r.Values[c.Key]
		if text, ok := values[6+i].(string); ok && c.Personal && ward.Masked(text) {
			values[6+i] = nil
			l.masked++
		}
	}
}

// fillArea says of an area what PostGIS would take ten times as long to find out.
func (l *load) fillArea(values []any, area orb.MultiPolygon) {
	if l.sheet.Name == "areas" {
		values[2], _ = geo.LabelPoint(area)
	}
	if spot, ok := geo.InnerSpot(area); ok {
		values[3] = spot
	}
	values[4] = geo.Sound(area)
}
