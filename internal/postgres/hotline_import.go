package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

const (
	hotlineLock = 0x686f746c // "hotl": two files with the same order would each make an incident
	// hotlineMost is how many orders one file may hold: a city hands out a day's or a week's.
	hotlineMost = 5000
	// hotlineStride is after how many orders progress is told.
	hotlineStride = 50
)

// ImportHotline takes the orders of a file in, see ward.Hotline.
func (db *DB) ImportHotline(ctx context.Context, s ward.Scope, file string, rows iter.Seq2[ward.HotlineRow, error], opts ward.ImportOptions) (ward.ImportReport, error) {
	sheet := ward.HotlineSheet()
	l := &load{
		db: db, scope: s, sheet: sheet, opts: opts, found: findings{heard: opts.Found},
		report: ward.ImportReport{Sheet: sheet.Name, Title: sheet.Title, File: fileName(file), DryRun: opts.DryRun, Findings: []ward.Finding{}, Started: db.Now()},
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		l.tx = tx
		return l.runOrders(ctx, rows)
	})
	if err != nil && !errors.Is(err, errNothingWritten) {
		return l.report, fmt.Errorf("importing orders: %w", inWords(err))
	}
	if err != nil { // the transaction is gone; only the report stays
		l.finish(false)
		l.report.ID = 0
		l.report.ID, err = saveReport(ctx, db.Pool, s, l.report)
	}
	return l.report, err
}

// runOrders takes every row and keeps the whole, or nothing of it.
func (l *load) runOrders(ctx context.Context, rows iter.Seq2[ward.HotlineRow, error]) error {
	if _, err := l.tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, hotlineLock); err != nil {
		return err
	}
	if err := l.record(ctx); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if row.Line > 0 { // else remarks on the whole file
			if l.report.Rows++; l.report.Rows > hotlineMost {
				return ward.Errorf(ward.TooLarge, "一个文件最多%d件工单，请分开导入", hotlineMost)
			}
			if err := l.takeOrder(ctx, &row); err != nil {
				return err
			}
			if l.opts.Progress != nil && l.report.Rows%hotlineStride == 0 {
				l.opts.Progress(l.report.Rows)
			}
		}
		l.found.add(row.Findings...)
	}
	if l.opts.DryRun || l.found.errors > 0 && !l.opts.SkipBad {
		return errNothingWritten
	}
	return l.keepOrders(ctx)
}

// keepOrders writes the report and the audit in the transaction of the import.
func (l *load) keepOrders(ctx context.Context) error {
	l.finish(true)
	var err error
	if l.report.ID, err = saveReport(ctx, l.tx, l.scope, l.report); err != nil {
		return err
	}
	if err := appendAudit(ctx, l.tx, l.scope, "import-hotline", "hotline_order", strconv.Itoa(l.report.Inserted+l.report.Updated), ""); err != nil {
		return err
	}
	if l.opts.Commit != nil {
		return l.opts.Commit()
	}
	return nil
}

// takeOrder makes an incident of a row, or amends the order that is known.
func (l *load) takeOrder(ctx context.Context, row *ward.HotlineRow) error {
	if !row.Bad() {
		known, err := l.amendOrder(ctx, row)
		if err != nil {
			return err
		}
		if !known {
			if err := l.makeOrder(ctx, row); err != nil {
				return err
			}
		}
	}
	if row.Bad() {
		l.badLines++
	}
	return nil
}

// amendOrder brings title and limits of a known order up to date; a blank leaves
// what is there. An order of elsewhere is an error of the row.
func (l *load) amendOrder(ctx context.Context, row *ward.HotlineRow) (known bool, err error) {
	type order struct {
		Incident            uuid.UUID
		Title               string
		ContactBy, Deadline *time.Time
		Version             int64
		Within, Differs     bool
	}
	found, err := many[order](ctx, l.tx, `
		select h.incident, h.title, h.contact_by, h.deadline, h.version, coalesce(n.path <@ any(@scope::ltree[]), false) as within,
		  (h.title, h.contact_by, h.deadline) is distinct from (coalesce(nullif(@title, ''), h.title), coalesce(@contact_by, h.contact_by), coalesce(@deadline, h.deadline)) as differs
		from hotline_order h join incident i on i.id = h.incident left join cell_now n on n.cell = i.cell where h.number = @number for update of h`,
		pgx.NamedArgs{"number": row.Number, "title": row.Title, "contact_by": row.ContactBy, "deadline": row.Deadline, "scope": l.scope.Paths()})
	if err != nil || len(found) == 0 {
		return false, err
	}
	now := found[0]
	switch {
	case !now.Within:
		row.Findings = append(row.Findings, ward.Finding{Line: row.Line, Feature: row.Number, Field: "工单编号", Level: ward.LevelError, Message: "这个编号的工单已在别的辖区办理", Done: "已跳过"})
		return true, nil
	case !now.Differs:
		return true, nil
	}
	if _, err := l.tx.Exec(ctx, `update hotline_order set title = coalesce(nullif($2, ''), title), contact_by = coalesce($3, contact_by), deadline = coalesce($4, deadline), version = version + 1 where incident = $1`,
		now.Incident, row.Title, row.ContactBy, row.Deadline); err != nil {
		return true, err
	}
	l.report.Updated++
	_, err = l.tx.Exec(ctx, `insert into hotline_undo (run, incident, made, title, contact_by, deadline, version) values ($1, $2, false, $3, $4, $5, $6) on conflict (run, incident) do update set version = excluded.version`,
		l.report.ID, now.Incident, now.Title, now.ContactBy, now.Deadline, now.Version+1)
	return true, err
}

// makeOrder makes the incident of a new order.
func (l *load) makeOrder(ctx context.Context, row *ward.HotlineRow) error {
	d, err := l.db.orderDraft(ctx, l.tx, l.scope, row)
	if err != nil || row.Bad() {
		return err
	}
	if err := l.db.createIncident(ctx, l.tx, l.scope, uuid.New(), d); err != nil {
		return err
	}
	if err := l.db.insertOrder(ctx, l.tx, d.ID, row); err != nil {
		return err
	}
	l.report.Inserted++
	_, err = l.tx.Exec(ctx, `insert into hotline_undo (run, incident, made, version) values ($1, $2, true, 1)`, l.report.ID, d.ID)
	return err
}

func (db *DB) insertOrder(ctx context.Context, tx pgx.Tx, incident uuid.UUID, row *ward.HotlineRow) error {
	var id int64
	if err := tx.QueryRow(ctx, `insert into hotline_order (incident, number, title, called_at, contact_by, deadline, imported_at) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
		incident, row.Number, row.Title, row.CalledAt, row.ContactBy, row.Deadline, db.Now()).Scan(&id); err != nil {
		return err
	}
	if row.Caller+row.Phone != "" && len(db.Keys.ids) == 0 {
		return ward.Errorf(ward.Invalid, "服务没有设置密钥，不能保存来电人；请管理员设置 WANGGE_KEYS")
	}
	caller, err := db.Keys.Seal(callerPlace(id), row.Caller)
	if err != nil {
		return err
	}
	phone, err := db.Keys.Seal(callerPhonePlace(id), row.Phone)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update hotline_order set caller_sealed = $2, phone_sealed = $3 where id = $1`, id, caller, phone)
	return err
}

func callerPlace(id int64) string      { return fmt.Sprintf("hotline_order.caller/%d", id) }
func callerPhonePlace(id int64) string { return fmt.Sprintf("hotline_order.phone/%d", id) }

// orderDraft is the incident of an order; what is not sure stands in the findings.
func (db *DB) orderDraft(ctx context.Context, tx pgx.Tx, s ward.Scope, row *ward.HotlineRow) (d ward.IncidentDraft, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return d, fmt.Errorf("drawing an id: %w", err)
	}
	note := func(level, field, message, done string) {
		row.Findings = append(row.Findings, ward.Finding{Line: row.Line, Feature: row.Number, Field: field, Level: level, Message: message, Done: done})
	}
	d = ward.IncidentDraft{ID: id, Source: "hotline", Description: row.Text, Place: row.Address, Urgency: "normal", OccurredAt: db.Now(), Location: row.Location}
	if row.Urgent {
		d.Urgency = "urgent"
	}
	if row.CalledAt != nil && row.CalledAt.Before(db.Now()) {
		d.OccurredAt = *row.CalledAt
	}
	class, err := many[struct{ Code string }](ctx, tx, `
		select code from incident_class where parent is not null and @class <> '' and (code = @class or name = @class or public_name = @class or @class like '%' || name || '%') order by code = @class desc, length(name) desc, code limit 1`, pgx.NamedArgs{"class": row.Class})
	if err != nil {
		return d, err
	}
	if d.Class = "1002"; len(class) > 0 {
		d.Class = class[0].Code
	} else {
		note(ward.LevelNote, "类别", "类别表里没有对应的类别", "先按“咨询”导入，立案时请改正")
	}
	at, sure, err := orderSpot(ctx, tx, s, row)
	switch {
	case ward.ErrorCode(err) == ward.NotFound:
		note(ward.LevelError, "社区", "位置、楼栋、网格、社区都不在您的辖区内", "已跳过")
		return d, nil
	case err != nil:
		return d, err
	case !sure:
		note(ward.LevelWarning, "地址", "没有坐标、楼栋或认得的地址", "先放在社区、网格的中心，受理时请核对位置")
	}
	d.Location = &at
	if err := d.Validate(db.Now()); err != nil {
		note(ward.LevelError, "诉求内容", err.Error(), "已跳过")
	}
	return d, nil
}

// orderSpot finds where an order is: its position, its building, the building its
// address names, its grid, its community, or the only street of the importer. Only
// the first three are sure.
func orderSpot(ctx context.Context, tx pgx.Tx, s ward.Scope, row *ward.HotlineRow) (orb.Point, bool, error) {
	type found struct {
		Pt   orb.Point
		Sure bool
	}
	f, err := one[found](ctx, tx, "nowhere", `
		with here as (
		  select 1 as place, @at::geometry as pt where @at::geometry is not null
		  union all (select 2, pt from building where code = @building and @building <> '' limit 1)
		  union all (select 3, b.pt from building b left join courtyard cy on cy.id = b.courtyard where b.ended is null and length(@address) >= 4
		    and ((b.address <> '' and position(b.address in @address) > 0 and b.number <> '' and position(b.number in @address) > 0)
		      or (cy.name <> '' and b.number <> '' and @address ~ (regexp_replace(cy.name, '([^[:alnum:]])', '\\\1', 'g') || '.{0,6}(^|[^0-9])' || regexp_replace(b.number, '([^[:alnum:]])', '\\\1', 'g') || '([^0-9]|$)')))
		    order by b.id limit 1)
		  union all (select 4, gs.label from grid g join grid_shape_now gs on gs.grid = g.id where @grid <> '' and (g.code = @grid or g.name = @grid) limit 1)
		  union all (select 5, b.pt from area a join cell_now n on n.path <@ a.path join building b on b.cell = n.cell where @community <> '' and a.level = 'community' and (a.name = @community or a.code = @community or a.name like @community || '%') order by b.pt <-> a.label limit 1)
		  union all (select 6, b.pt from area a join cell_now n on n.path <@ a.path join building b on b.cell = n.cell where @community = '' and @grid = '' and a.path <@ any(@scope::ltree[]) order by b.pt <-> a.label limit 1))
		select h.pt, h.place <= 3 as sure from here h
		where exists (select 1 from cell c join cell_now n on n.cell = c.id where upper_inf(c.valid) and st_intersects(c.geom, st_transform(h.pt, metric_srid())) and n.path <@ any(@scope::ltree[]))
		order by h.place limit 1`,
		pgx.NamedArgs{"at": row.Location, "building": row.Building, "address": row.Address, "grid": row.Grid, "community": strings.TrimSuffix(row.Community, "居委会"), "scope": s.Paths()})
	return f.Pt, f.Sure, err
}
