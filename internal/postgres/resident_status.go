package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// ReportStatus says how a report goes on, see ward.Residents.
func (db *DB) ReportStatus(ctx context.Context, of ward.ReportReceipt, address string) (ward.ReportStatus, error) {
	r, err := db.openReport(ctx, of, address)
	if err != nil {
		return ward.ReportStatus{}, err
	}
	return db.reportStatus(ctx, r)
}

func (db *DB) reportStatus(ctx context.Context, r opened) (status ward.ReportStatus, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		i, err := db.incidentIn(ctx, tx, ward.System(""), r.Incident, "")
		if err != nil {
			return err
		}
		status = ward.ReportStatus{Number: i.Number, State: ward.PublicState(i.State, i.Accepted), Over: !ward.IncidentOpen(i.State), SentAt: i.ReceivedAt, Steps: []ward.PublicStep{}}
		if err := tx.QueryRow(ctx, `select coalesce(nullif(public_name, ''), name), (select count(*) from photo where noun = 'incident' and entity = $2 and kind = 'scene')::int from incident_class where code = $1`, i.Class, i.ID).Scan(&status.Class, &status.Photos); err != nil {
			return err
		}
		taker := ward.Taker{Roles: []ward.Role{ward.Resident}}
		for _, action := range ward.Allowed(i, taker, db.Now()) {
			status.MayAnswer = status.MayAnswer || action == ward.Satisfied
			status.MayReopen = status.MayReopen || action == ward.Unsatisfied || action == ward.Reopen
		}
		if status.Steps, err = publicSteps(ctx, tx, i.ID); err != nil || i.MergedInto == nil {
			return err
		}
		into, err := db.incidentIn(ctx, tx, ward.System(""), *i.MergedInto, "")
		if err != nil {
			return err
		}
		status.State, status.Over = "与他人反映的同一问题合并办理，现在："+ward.PublicState(into.State, into.Accepted), !ward.IncidentOpen(into.State)
		return nil
	})
	return status, err
}

// publicSteps are the changes of state in words; what was said is not told.
func publicSteps(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]ward.PublicStep, error) {
	type step struct {
		At      time.Time
		Action  string
		ToState string
	}
	steps, err := many[step](ctx, tx, `select at, action, to_state from incident_step where incident = @id order by version limit 500`, pgx.NamedArgs{"id": id})
	told := []ward.PublicStep{}
	for _, s := range steps {
		words := ward.PublicState(s.ToState, ward.Action(s.Action) != ward.Report)
		if len(told) == 0 || told[len(told)-1].State != words {
			told = append(told, ward.PublicStep{At: s.At, State: words})
		}
	}
	return told, err
}

// AnswerReport takes the resident's word on how it ended.
func (db *DB) AnswerReport(ctx context.Context, key uuid.UUID, a ward.ReportAnswer, address string) (ward.ReportStatus, error) {
	r, err := db.openReport(ctx, a.ReportReceipt, address)
	if err != nil {
		return ward.ReportStatus{}, err
	}
	var who int64
	if err := db.write(ctx, func(tx pgx.Tx) (err error) {
		who, err = residentAccount(ctx, tx)
		return err
	}); err != nil {
		return ward.ReportStatus{}, err
	}
	s := ward.Outsider(who, ward.Resident, r.Path)
	now, err := db.Incident(ctx, s, r.Incident)
	if err != nil {
		return ward.ReportStatus{}, err
	}
	st := ward.IncidentStep{Action: ward.Satisfied, Version: now.Version, Opinion: a.Words}
	if !a.Satisfied {
		st.Action = ward.Unsatisfied
		if now.State == "closed" {
			st.Action = ward.Reopen
		}
		if st.Opinion == "" {
			st.Opinion = "居民认为没有解决"
		}
	}
	asked := digest("answer-report", r.Incident, a.Satisfied, a.Words)
	if _, err := db.moveIncident(ctx, s, key, r.Incident, st.Version, "answer-report", asked, func(ctx context.Context, tx pgx.Tx, i ward.Incident, path string) (ward.Incident, stepDone, error) {
		return db.take(ctx, tx, s, st, i, path)
	}); err != nil {
		return ward.ReportStatus{}, err
	}
	return db.reportStatus(ctx, r)
}

// RevealReporter tells what was left to call back, and writes down who asked and why.
func (db *DB) RevealReporter(ctx context.Context, s ward.Scope, incident uuid.UUID, purpose string) (contact ward.Contact, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		i, err := db.incidentIn(ctx, tx, s, incident, "")
		if err != nil {
			return err
		}
		if i.Resident != "phone" && i.Resident != "contact" {
			return ward.Errorf(ward.NotFound, "反映人没有留联系方式，或保存期已过")
		}
		path, err := pathOf(ctx, tx, "incident", incident)
		if err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, path, "reveal-reporter", "incident", incident.String(), purpose); err != nil {
			return err
		}
		if i.Resident == "contact" {
			contact, err = db.clientContact(ctx, tx, incident)
			return err
		}
		var row int64
		var sealed []byte
		if err := tx.QueryRow(ctx, `select id, phone_sealed from resident_report where incident = $1`, incident).Scan(&row, &sealed); err != nil {
			return err
		}
		contact.Phone, err = db.Keys.Open(reporterPlace(row), sealed)
		return err
	})
	return contact, err
}

// MarkSpam refuses a report and remembers where it came from.
func (db *DB) MarkSpam(ctx context.Context, s ward.Scope, key, incident uuid.UUID, version int64) (ward.Incident, error) {
	st := ward.IncidentStep{Action: ward.Refuse, Version: version, Opinion: "无效信息"}
	return db.moveIncident(ctx, s, key, incident, version, "mark-spam", digest("mark-spam", incident, version), func(ctx context.Context, tx pgx.Tx, now ward.Incident, path string) (ward.Incident, stepDone, error) {
		tag, err := tx.Exec(ctx, `update resident_report set spam = true where incident = $1`, incident)
		if err == nil && tag.RowsAffected() == 0 {
			err = ward.Errorf(ward.Conflict, "这件不是居民扫码反映的，请用“不予受理”")
		}
		if err != nil {
			return now, stepDone{}, err
		}
		return db.take(ctx, tx, s, st, now, path)
	})
}

// ForgetResidents drops what is kept of residents no longer than it is needed:
// tries after a day, addresses and phones after their time.
func (db *DB) ForgetResidents(ctx context.Context) error {
	now := db.Now()
	for _, q := range []struct {
		sql   string
		until time.Time
	}{
		{`delete from public_try where at < $1`, now.Add(-24 * time.Hour)},
		{`update resident_report set sender = null where sender is not null and sent_at < $1`, now.Add(-ward.SenderKept)},
		{`update resident_report r set phone_sealed = null from incident i where i.id = r.incident and r.phone_sealed is not null and i.closed_at < $1`, now.Add(-ward.PhoneKept)},
		{`update client_report r set contact_sealed = null from incident i where i.id = r.incident and r.contact_sealed is not null and i.closed_at < $1`, now.Add(-ward.PhoneKept)},
	} {
		if _, err := db.Pool.Exec(ctx, q.sql, q.until); err != nil {
			return fmt.Errorf("forgetting residents: %w", err)
		}
	}
	return nil
}
