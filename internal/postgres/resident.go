package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// residentLogin is the account under which what residents do is written down.
// Nobody knows a password of it and it is disabled.
const residentLogin = "resident-form"

func residentAccount(ctx context.Context, tx pgx.Tx) (id int64, err error) {
	if _, err := tx.Exec(ctx, `insert into account (login, name, password, disabled) values ($1, '居民', $2, true) on conflict (login) do nothing`, residentLogin, nobodysHash); err != nil {
		return 0, err
	}
	return id, tx.QueryRow(ctx, `select id from account where login = $1`, residentLogin).Scan(&id)
}

// countTry counts one try under a key and refuses it over the limit, with the
// words why. Tries under one key wait for each other, so that the limit holds.
func (db *DB) countTry(ctx context.Context, tx pgx.Tx, key string, most int, within time.Duration, words string) error {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('public_try ' || $1, 0))`, key); err != nil {
		return err
	}
	var tried int
	if err := tx.QueryRow(ctx, `select count(*) from public_try where key = $1 and at > $2`, key, db.Now().Add(-within)).Scan(&tried); err != nil {
		return err
	}
	if tried >= most {
		return ward.Errorf(ward.TooMany, "%s", words)
	}
	_, err := tx.Exec(ctx, `insert into public_try (key, at) values ($1, $2)`, key, db.Now())
	return err
}

// sender is what is kept of an address: a keyed hash, so that nobody reads it back.
func (db *DB) sender(address string) []byte { return db.Keys.Digest("sender " + address) }

// signSpot is a sign with where it lies.
type signSpot struct {
	ID       int64
	Building *int64
	Pt       orb.Point
	Path     string
	Name     string
	Area     int64
	Street   string
	Under    string // path of the street
	Open     bool
	Notice   string
}

func signAt(ctx context.Context, q querier, token string) (signSpot, error) {
	return one[signSpot](ctx, q, "这个二维码已停用，请联系社区，或拨打12345", `
		select sg.id, sg.building, sg.pt, n.path::text as path, `+signPlace+` as name, st.id as area, st.name as street, st.path::text as under, coalesce(pf.open, true) as open, coalesce(pf.notice, '') as notice
		from `+signFrom+` join area st on st.level = 'street' and st.path @> n.path left join public_form pf on pf.area = st.id
		where sg.token = @token and sg.retired_at is null`, pgx.NamedArgs{"token": token})
}

func publicSign(ctx context.Context, q querier, at signSpot) (sign ward.PublicSign, err error) {
	sign = ward.PublicSign{Place: at.Name, Street: at.Street, Door: at.Building != nil, Open: at.Open, Notice: at.Notice}
	sign.Classes, err = many[ward.PublicClass](ctx, q, `select code, public_name as name, filing from incident_class where public_name <> '' and parent is not null order by code limit 60`, nil)
	return sign, err
}

// PublicSign is what a sign shows, see ward.Residents.
func (db *DB) PublicSign(ctx context.Context, token string) (ward.PublicSign, error) {
	at, err := signAt(ctx, db.Pool, token)
	if err != nil {
		return ward.PublicSign{}, err
	}
	return publicSign(ctx, db.Pool, at)
}

// SendReport takes a report, see ward.Residents.
func (db *DB) SendReport(ctx context.Context, key uuid.UUID, r ward.ResidentReport, address string) (receipt ward.ReportReceipt, err error) {
	asked := digest("send-report", r)
	err = db.write(ctx, func(tx pgx.Tx) error {
		at, err := signAt(ctx, tx, r.Sign)
		if err != nil {
			return err
		}
		sign, err := publicSign(ctx, tx, at)
		if err != nil {
			return err
		}
		who, err := residentAccount(ctx, tx)
		if err != nil {
			return err
		}
		receipt.Secret = ward.SecretOf(key)
		receipt.Number, err = command(ctx, tx, key, who, asked, func() (string, error) {
			if !at.Open {
				return "", ward.Errorf(ward.Conflict, "%s", closedWords(at))
			}
			if err := r.Validate(sign); err != nil {
				return "", err
			}
			if r.Phone != "" && len(db.Keys.IDs()) == 0 {
				return "", ward.Errorf(ward.Invalid, "服务没有设置密钥，不能保存电话，请不留电话再发")
			}
			if err := db.holdFlood(ctx, tx, at, address); err != nil {
				return "", err
			}
			return db.takeReport(ctx, tx, ward.Outsider(who, ward.Resident, at.Under), at, r, receipt.Secret, address)
		})
		return err
	})
	if err != nil {
		return ward.ReportReceipt{}, err
	}
	return receipt, nil
}

func closedWords(at signSpot) string {
	if at.Notice != "" {
		return at.Notice
	}
	return at.Street + "暂不受理扫码反映，请拨打12345或联系社区"
}

// holdFlood keeps what comes from one address, at one sign and in one street
// within limits.
func (db *DB) holdFlood(ctx context.Context, tx pgx.Tx, at signSpot, address string) error {
	var spam int
	if err := tx.QueryRow(ctx, `select count(*) from resident_report where spam and sender = $1 and sent_at > $2`, db.sender(address), db.Now().Add(-ward.SpamWithin)).Scan(&spam); err != nil {
		return err
	}
	if spam >= ward.SpamBlocks {
		return ward.Errorf(ward.TooMany, "这个网络发来过多次无效信息，暂不受理，请拨打12345或联系社区")
	}
	for _, limit := range []struct {
		key  string
		most int
	}{{"address " + address, ward.ReportsPerAddress}, {fmt.Sprintf("sign %d", at.ID), ward.ReportsPerSign}, {fmt.Sprintf("street %d", at.Area), ward.ReportsPerStreet}} {
		if err := db.countTry(ctx, tx, "report "+limit.key, limit.most, ward.ReportWindow, "现在反映的人太多，请过一小时再发；急事请拨打12345"); err != nil {
			return err
		}
	}
	return nil
}

// takeReport makes the incident and what belongs to the sender, and returns its number.
func (db *DB) takeReport(ctx context.Context, tx pgx.Tx, s ward.Scope, at signSpot, r ward.ResidentReport, secret, address string) (number string, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("drawing an id: %w", err)
	}
	d := ward.IncidentDraft{ID: id, Source: "resident", Class: r.Class, Description: r.Text, Place: at.Name, OccurredAt: db.Now(), Location: r.Location, Accuracy: r.Accuracy}
	if r.Place != "" {
		d.Place += "：" + r.Place
	}
	if at.Building != nil {
		d.Building = *at.Building
	}
	if err := tx.QueryRow(ctx, `select case when urgent then 'urgent' else 'normal' end from incident_class where code = $1`, r.Class).Scan(&d.Urgency); err != nil {
		return "", err
	}
	// A position outside the street is none: who scanned may be at home by now.
	if d.Location != nil {
		if _, err := spotOn(ctx, tx, s, d); ward.ErrorCode(err) == ward.NotFound {
			d.Location, d.Accuracy = nil, nil
		} else if err != nil {
			return "", err
		}
	}
	if d.Location == nil && at.Building == nil {
		d.Location = &at.Pt
	}
	if err := d.Validate(db.Now()); err != nil {
		return "", err
	}
	// The key of the command is the sender's alone: the event goes out under another.
	if err := db.createIncident(ctx, tx, s, uuid.New(), d); err != nil {
		return "", err
	}
	sum := ward.SecretSum(id, secret)
	var row int64
	if err := tx.QueryRow(ctx, `insert into resident_report (incident, sign, secret, sender, sent_at) values ($1, $2, $3, $4, $5) returning id`, id, at.ID, sum[:], db.sender(address), db.Now()).Scan(&row); err != nil {
		return "", err
	}
	sealed, err := db.Keys.Seal(reporterPlace(row), r.Phone)
	if err != nil {
		return "", err
	}
	return number, tx.QueryRow(ctx, `with kept as (update resident_report set phone_sealed = $2 where incident = $1) select number from incident where id = $1`, id, sealed).Scan(&number)
}

// reporterPlace binds a sealed phone to its row.
func reporterPlace(id int64) string { return fmt.Sprintf("resident_report.phone/%d", id) }

// opened is a report whose number and secret were said.
type opened struct {
	Incident uuid.UUID
	Path     string
	SentAt   time.Time
}

// openReport finds the report of a number and its secret. A wrong one is counted,
// and says the same whether the number is there or not.
func (db *DB) openReport(ctx context.Context, of ward.ReportReceipt, address string) (opened, error) {
	type kept struct {
		opened
		Secret []byte
	}
	found, err := many[kept](ctx, db.Pool, `
		select r.incident, n.path::text as path, r.sent_at, r.secret from incident i join resident_report r on r.incident = i.id join cell_now n on n.cell = i.cell where i.number = @number`,
		pgx.NamedArgs{"number": of.Number})
	if err != nil {
		return opened{}, err
	}
	over := false
	err = db.write(ctx, func(tx pgx.Tx) error {
		for _, limit := range []struct {
			key  string
			most int
		}{{"miss " + of.Number, ward.ReportMisses}, {"miss from " + address, ward.ReportMissesAddress}} {
			var missed int
			if err := tx.QueryRow(ctx, `select count(*) from public_try where key = $1 and at > $2`, limit.key, db.Now().Add(-ward.ReportWindow)).Scan(&missed); err != nil {
				return err
			}
			over = over || missed >= limit.most
		}
		if over || len(found) == 1 && [32]byte(found[0].Secret) == ward.SecretSum(found[0].Incident, of.Secret) {
			return nil
		}
		found = nil
		_, err := tx.Exec(ctx, `insert into public_try (key, at) values ($1, $3), ($2, $3)`, "miss "+of.Number, "miss from "+address, db.Now())
		return err
	})
	switch {
	case err != nil:
		return opened{}, err
	case over:
		return opened{}, ward.Errorf(ward.TooMany, "查询码错误次数过多，请一小时后再试")
	case len(found) == 0:
		return opened{}, ward.Errorf(ward.NotFound, "编号或查询码不对，请核对后再查")
	}
	return found[0].opened, nil
}

// OpensReport says whether number and secret fit.
func (db *DB) OpensReport(ctx context.Context, of ward.ReportReceipt, address string) error {
	_, err := db.openReport(ctx, of, address)
	return err
}

// SendReportPhoto adds a photo to a report.
func (db *DB) SendReportPhoto(ctx context.Context, of ward.ReportReceipt, photo uuid.UUID, p ward.Picture, address string) error {
	r, err := db.openReport(ctx, of, address)
	if err != nil {
		return err
	}
	if db.Now().Sub(r.SentAt) > ward.ReportPhotosWithin {
		return ward.Errorf(ward.Conflict, "照片要在反映后一小时内发送，请另行反映")
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		who, err := residentAccount(ctx, tx)
		if err != nil {
			return err
		}
		// One at a time, so that the limit holds.
		if _, err := tx.Exec(ctx, `select 1 from resident_report where incident = $1 for update`, r.Incident); err != nil {
			return err
		}
		var same bool
		var count int
		if err := tx.QueryRow(ctx, `select coalesce(bool_or(id = $2), false), count(*) from photo where noun = 'incident' and entity = $1 and owner = $3`, r.Incident, photo, who).Scan(&same, &count); err != nil || same {
			return err
		}
		if count >= ward.ReportPhotos {
			return ward.Errorf(ward.Conflict, "照片最多%d张", ward.ReportPhotos)
		}
		if _, err := tx.Exec(ctx, `insert into photo (id, noun, entity, kind, owner, hash, width, height, bytes, taken_at) values ($1, 'incident', $2, 'scene', $3, $4, $5, $6, $7, $8)`,
			photo, r.Incident, who, p.Hash, p.Width, p.Height, len(p.JPEG), db.Now()); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, ward.Outsider(who, ward.Resident, r.Path), r.Path, "send-report-photo", "photo", photo.String(), "")
	})
}
