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

const hotlineAbsent = "这件事件不是12345工单，或不在您的辖区内"

const hotlineColumns = `h.id, h.incident, h.number, h.title, h.called_at, h.contact_by, h.deadline, h.contacted_at, h.solved, h.content, h.reply, h.phone_sealed is not null as has_phone,
	h.imported_at, h.exported_at, h.version, i.number as incident_number, c.name as class_name, i.state, i.handler_unit as unit, i.closed_at, i.result,
	coalesce(h.deadline < coalesce(i.closed_at, @now), false) as late`

const hotlineFrom = `hotline_order h join incident i on i.id = h.incident join incident_class c on c.code = i.class left join cell_now n on n.cell = i.cell`

// hotlineMost is how many orders one file may hold: a city hands out a day's or a week's.
const hotlineMost = 5000

// ImportHotline takes the orders of a file in, see ward.Hotline.
func (db *DB) ImportHotline(ctx context.Context, s ward.Scope, file string, rows iter.Seq2[ward.HotlineRow, error], dry bool) (report ward.HotlineReport, err error) {
	report = ward.HotlineReport{File: fileName(file), Dry: dry, Findings: []ward.Finding{}}
	err = db.write(ctx, func(tx pgx.Tx) error {
		// One file at a time: two with the same order would each make an incident.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('hotline_order'))`); err != nil {
			return err
		}
		for row, err := range rows {
			if err != nil {
				return err
			}
			if report.Rows++; report.Rows > hotlineMost {
				return ward.Errorf(ward.TooLarge, "一个文件最多%d件工单，请分开导入", hotlineMost)
			}
			if err := db.takeOrder(ctx, tx, s, &row, &report); err != nil {
				return err
			}
			report.Findings = append(report.Findings, row.Findings...)
		}
		if len(report.Findings) > ward.MaxFindings {
			report.Findings = report.Findings[:ward.MaxFindings]
		}
		if dry {
			return errNothingWritten
		}
		return appendAudit(ctx, tx, s, "import-hotline", "hotline_order", strconv.Itoa(report.Made+report.Changed), "")
	})
	if errors.Is(err, errNothingWritten) {
		err = nil
	}
	return report, err
}

// takeOrder makes an incident of a row, or amends the order that is known.
func (db *DB) takeOrder(ctx context.Context, tx pgx.Tx, s ward.Scope, row *ward.HotlineRow, report *ward.HotlineReport) error {
	if row.Bad() {
		report.Bad++
		return nil
	}
	tag, err := tx.Exec(ctx, `
		update hotline_order h set title = @title, contact_by = coalesce(@contact_by, contact_by), deadline = coalesce(@deadline, deadline), version = version + 1
		where number = @number and (title, coalesce(@contact_by, contact_by), coalesce(@deadline, deadline)) is distinct from (@title, contact_by, deadline)`,
		pgx.NamedArgs{"number": row.Number, "title": row.Title, "contact_by": row.ContactBy, "deadline": row.Deadline})
	if err != nil {
		return err
	}
	var known bool
	if err := tx.QueryRow(ctx, `select exists (select 1 from hotline_order where number = $1)`, row.Number).Scan(&known); err != nil {
		return err
	}
	switch {
	case tag.RowsAffected() > 0:
		report.Changed++
		return nil
	case known:
		report.Same++
		return nil
	}
	d, err := db.orderDraft(ctx, tx, s, row)
	if err != nil {
		return err
	}
	if row.Bad() {
		report.Bad++
		return nil
	}
	report.Made++
	if err := db.createIncident(ctx, tx, s, uuid.New(), d); err != nil {
		return err
	}
	return db.insertOrder(ctx, tx, d.ID, row)
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
		select code from incident_class where parent is not null and (code = @class or name = @class or public_name = @class or @class like '%' || name || '%') order by code = @class desc, length(name) desc, code limit 1`, pgx.NamedArgs{"class": row.Class})
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
	return d, d.Validate(db.Now())
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

// HotlineOrders lists orders, newest first.
func (db *DB) HotlineOrders(ctx context.Context, s ward.Scope, f ward.HotlineFilter) (ward.Page[ward.HotlineOrder], error) {
	d := diary[ward.HotlineOrder]{
		columns: hotlineColumns, from: hotlineFrom, within: incidentWithin, at: "h.imported_at", id: "i.id", args: db.incidentArgs(s, pgx.NamedArgs{}),
		cursor: func(h ward.HotlineOrder) string { return timeCursor(h.ImportedAt, h.Incident) },
	}
	return d.find(ctx, db.Pool, s, ward.Filter{After: f.After, Limit: f.Limit}, f.From, f.To, func(add narrow) {
		add(f.State == "open", incidentOpen, "state", "")
		add(f.State == "over", "not ("+incidentOpen+")", "state", "")
		add(f.State == "late", "coalesce(h.deadline < coalesce(i.closed_at, @now), false)", "state", "")
		add(f.State == "unsent", "not ("+incidentOpen+") and (h.exported_at is null or h.exported_at < i.closed_at)", "state", "")
		add(f.Query != "", "(h.number || ' ' || h.title) ilike @words", "words", "%"+likeText(f.Query)+"%")
	})
}

// HotlineOrder reads the order of an incident.
func (db *DB) HotlineOrder(ctx context.Context, s ward.Scope, incident uuid.UUID) (ward.HotlineOrder, error) {
	return db.orderIn(ctx, db.Pool, s, incident)
}

func (db *DB) orderIn(ctx context.Context, q querier, s ward.Scope, incident uuid.UUID) (ward.HotlineOrder, error) {
	return one[ward.HotlineOrder](ctx, q, hotlineAbsent, `select `+hotlineColumns+` from `+hotlineFrom+` where h.incident = @id and `+incidentWithin, db.incidentArgs(s, pgx.NamedArgs{"id": incident}))
}

// ChangeHotlineOrder writes down what the caller said.
func (db *DB) ChangeHotlineOrder(ctx context.Context, s ward.Scope, incident uuid.UUID, ch ward.HotlineChange) (order ward.HotlineOrder, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select 1 from hotline_order where incident = $1 for update`, incident); err != nil {
			return err
		}
		now, err := db.orderIn(ctx, tx, s, incident)
		if err != nil {
			return err
		}
		if now.Version != ch.Version {
			return &ward.Error{Code: ward.Stale, Message: "这件工单的回访已被他人修改，请看最新内容后再改", Current: now}
		}
		if _, err := tx.Exec(ctx, `update hotline_order set version = version + 1, contacted_at = case when $2 then coalesce(contacted_at, $3) else contacted_at end,
			solved = coalesce($4, solved), content = coalesce($5, content), reply = coalesce($6, reply) where incident = $1`, incident, ch.Contacted, db.Now(), ch.Solved, ch.Content, ch.Reply); err != nil {
			return err
		}
		path, err := pathOf(ctx, tx, "incident", incident)
		if err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, path, "change-hotline-order", "hotline_order", strconv.FormatInt(now.ID, 10), ""); err != nil {
			return err
		}
		order, err = db.orderIn(ctx, tx, s, incident)
		return err
	})
	return order, err
}

// RevealCaller tells who called and writes down who asked and why.
func (db *DB) RevealCaller(ctx context.Context, s ward.Scope, incident uuid.UUID, purpose string) (caller, phone string, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		order, err := db.orderIn(ctx, tx, s, incident)
		if err != nil {
			return err
		}
		path, err := pathOf(ctx, tx, "incident", incident)
		if err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, path, "reveal-caller", "hotline_order", strconv.FormatInt(order.ID, 10), purpose); err != nil {
			return err
		}
		var sealedCaller, sealedPhone []byte
		if err := tx.QueryRow(ctx, `select caller_sealed, phone_sealed from hotline_order where id = $1`, order.ID).Scan(&sealedCaller, &sealedPhone); err != nil {
			return err
		}
		if caller, err = db.Keys.Open(callerPlace(order.ID), sealedCaller); err != nil {
			return err
		}
		phone, err = db.Keys.Open(callerPhonePlace(order.ID), sealedPhone)
		return err
	})
	return caller, phone, err
}

// NoteHotlineExport remembers what was taken back.
func (db *DB) NoteHotlineExport(ctx context.Context, s ward.Scope, ids []int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `update hotline_order set exported_at = $2 where id = any($1)`, ids, db.Now()); err != nil {
			return err
		}
		return appendAudit(ctx, tx, s, "export-hotline", "hotline_order", strconv.Itoa(len(ids)), "")
	})
}

// holdToOrder makes the limit of an incident that is dispatched that of its order.
func holdToOrder(ctx context.Context, tx pgx.Tx, i *ward.Incident, class ward.IncidentClass, c ward.Calendar, now time.Time) error {
	type due struct{ Deadline *time.Time }
	orders, err := many[due](ctx, tx, `select deadline from hotline_order where incident = @id`, pgx.NamedArgs{"id": i.ID})
	if err == nil && len(orders) == 1 && orders[0].Deadline != nil {
		i.HoldTo(*orders[0].Deadline, class.Last(), c, now)
	}
	return err
}
