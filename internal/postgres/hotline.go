package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const hotlineAbsent = "这件事件不是12345工单，或不在您的辖区内"

const hotlineColumns = `h.id, h.incident, h.number, h.title, h.called_at, h.contact_by, h.deadline, h.contacted_at, h.solved, h.content, h.reply, h.phone_sealed is not null as has_phone,
	h.imported_at, h.exported_at, h.version, i.number as incident_number, c.name as class_name, i.state, i.handler_unit as unit, i.closed_at, i.result,
	coalesce(h.deadline < coalesce(i.closed_at, @now), false) as late`

const hotlineFrom = `hotline_order h join incident i on i.id = h.incident join incident_class c on c.code = i.class left join cell_now n on n.cell = i.cell`

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
