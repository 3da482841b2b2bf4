package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var clients = noun[ward.Client]{
	absent: "没有这个接入方，或不在您的辖区内", key: func(c ward.Client) int64 { return c.ID },
	columns: `cl.id, cl.name, cl.area, a.name as place, cl.made_at, cl.used_at`, from: `client cl join area a on a.id = cl.area`, id: "cl.id",
	within: `cl.revoked_at is null and a.path <@ any(@scope::ltree[])`, words: "cl.name",
}

// Clients lists those in use within the scope.
func (db *DB) Clients(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Client], error) {
	return clients.find(ctx, db.Pool, s, f)
}

// OpenClient registers a client and makes its key.
func (db *DB) OpenClient(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.ClientDraft) (out ward.ClientSecret, err error) {
	if err := d.Validate(); err != nil {
		return out, err
	}
	secret := rand.Text()
	sum := sha256.Sum256([]byte(secret))
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-client", d), func() (id int64, err error) {
			var path string
			if err := tx.QueryRow(ctx, `select path::text from area where id = $1 and level in ('street', 'community') and path <@ any($2::text[]::ltree[])`, d.Area, s.Paths()).Scan(&path); err != nil {
				return 0, err
			}
			out.Key = secret
			if err := tx.QueryRow(ctx, `
				with number as (select nextval(pg_get_serial_sequence('client', 'id')) as id),
				who as (insert into account (login, name, password, disabled) select 'client-' || id, $1, $2, true from number returning id)
				insert into client (id, name, account, area, key, made_by) overriding system value select number.id, $1, who.id, $3, $4, $5 from number, who returning id`,
				d.Name, nobodysHash, d.Area, sum[:], s.Actor()).Scan(&id); err != nil {
				return 0, err
			}
			return id, appendAuditAt(ctx, tx, s, path, "create-client", "client", strconv.FormatInt(id, 10), "")
		})
		if err != nil {
			return err
		}
		out.Client, err = clients.get(ctx, tx, s, id)
		return err
	})
	if err != nil {
		return ward.ClientSecret{}, err
	}
	return out, nil
}

// RevokeClient ends a client at once.
func (db *DB) RevokeClient(ctx context.Context, s ward.Scope, id int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := clients.get(ctx, tx, s, id); err != nil {
			return err
		}
		var path string
		if err := tx.QueryRow(ctx, `update client cl set revoked_at = $2 from area a where cl.id = $1 and a.id = cl.area returning a.path::text`, id, db.Now()).Scan(&path); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, path, "revoke-client", "client", strconv.FormatInt(id, 10), "")
	})
}

// openPhoto are photos anybody may see: sent by a client that says so, of a report
// somebody has taken in and nobody has refused. It needs i.
const openPhoto = `client_report cr join client who on who.id = cr.client join photo p on p.noun = 'incident' and p.entity = cr.incident and p.owner = who.account
	where cr.photos_public and i.accepted and i.state not in ('refused', 'merged', 'void')`

// openAreas are the paths within which anybody is answered.
const openAreas = `(select coalesce(array_agg(a.path), '{}') from client cl join area a on a.id = cl.area where cl.revoked_at is null)`

// OpenServices are the classes offered to residents.
func (db *DB) OpenServices(ctx context.Context) ([]ward.PublicClass, error) {
	classes, err := many[ward.PublicClass](ctx, db.Pool, `select code, public_name as name, filing from incident_class
		where public_name <> '' and parent is not null and not private and exists (select 1 from client where revoked_at is null) order by code`, nil)
	if err == nil && len(classes) == 0 {
		err = ward.Errorf(ward.NotFound, "Open311 is not in use here 本服务没有开放 Open311")
	}
	return classes, err
}

// OpenRequests lists what is public.
func (db *DB) OpenRequests(ctx context.Context, f ward.OpenFilter) ([]ward.OpenRequest, error) {
	return db.openRequests(ctx, db.Pool, f)
}

func (db *DB) openRequests(ctx context.Context, q querier, f ward.OpenFilter) ([]ward.OpenRequest, error) {
	type row struct {
		ward.OpenRequest
		RawState string
		Accepted bool
	}
	if f.To.IsZero() {
		f.To = db.Now()
	}
	if f.From.IsZero() || f.To.Sub(f.From) > ward.OpenSpan {
		f.From = f.To.Add(-ward.OpenSpan)
	}
	rows, err := many[row](ctx, q, `
		select i.id, i.number, `+incidentOpen+` as open, '' as state, i.state as raw_state, i.accepted, i.class, c.public_name as name, i.handler_unit as unit, co.name || g.name as place,
		  st_snaptogrid(i.pt, 0.0001) as at, i.received_at as sent_at, coalesce((select max(s.at) from incident_step s where s.incident = i.id), i.received_at) as changed, i.due_at as expected,
		  (select p.id from `+openPhoto+` and cr.incident = i.id order by p.taken_at, p.id limit 1) as media
		from incident i join incident_class c on c.code = i.class join cell_now n on n.cell = i.cell join grid g on g.id = n.grid join area co on co.id = n.community
		where c.public_name <> '' and not c.private and n.path <@ any(`+openAreas+`)
		  and (case when cardinality(@numbers::text[]) > 0 then i.number = any(@numbers) else i.received_at between @from and @to end)
		  and (cardinality(@classes::text[]) = 0 or i.class = any(@classes)) and (@status = '' or (@status = 'open') = (`+incidentOpen+`))
		order by i.received_at desc, i.id limit @most`,
		pgx.NamedArgs{"numbers": filled(f.Numbers), "classes": filled(f.Classes), "from": f.From, "to": f.To, "status": f.Status, "most": ward.OpenMost})
	out := make([]ward.OpenRequest, len(rows))
	for k, r := range rows {
		out[k] = r.OpenRequest
		out[k].State = ward.PublicState(r.RawState, r.Accepted)
	}
	return out, err
}

// wrongKey is what a client hears whose key is none.
var wrongKey = ward.Errorf(ward.Forbidden, "api_key is missing or wrong 密钥不对")

// KnowsClient is forbidden for a wrong key.
func (db *DB) KnowsClient(ctx context.Context, key [32]byte) error {
	var known bool
	if err := db.Pool.QueryRow(ctx, `select exists (select 1 from client where key = $1 and revoked_at is null)`, key[:]).Scan(&known); err != nil {
		return fmt.Errorf("looking for a client: %w", err)
	}
	if !known {
		return wrongKey
	}
	return nil
}

// OpenPhoto is a photo anybody may see.
func (db *DB) OpenPhoto(ctx context.Context, id uuid.UUID) (ward.Photo, error) {
	return one[ward.Photo](ctx, db.Pool, "no such photo 没有这张照片", `
		select p.id, p.noun, p.entity, p.kind, p.hash, p.width, p.height, p.taken_at, false as private
		from incident i join incident_class c on c.code = i.class join cell_now n on n.cell = i.cell, `+openPhoto+` and cr.incident = i.id
		  and p.id = @id and c.public_name <> '' and not c.private and n.path <@ any(`+openAreas+`)`, pgx.NamedArgs{"id": id})
}

// HideOpenPhotos keeps the photos of a report to staff.
func (db *DB) HideOpenPhotos(ctx context.Context, s ward.Scope, incident uuid.UUID) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := db.incidentIn(ctx, tx, s, incident, ""); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `update client_report set photos_public = false where incident = $1 and photos_public`, incident)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		path, err := pathOf(ctx, tx, "incident", incident)
		if err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, path, "hide-open-photos", "incident", incident.String(), "")
	})
}

// contactPlace binds a sealed contact to its row.
func contactPlace(id int64) string { return fmt.Sprintf("client_report.contact/%d", id) }

// clientContact opens what is kept of who reported through another system.
func (db *DB) clientContact(ctx context.Context, tx pgx.Tx, incident uuid.UUID) (contact ward.Contact, err error) {
	var row int64
	var sealed []byte
	if err := tx.QueryRow(ctx, `select id, contact_sealed from client_report where incident = $1`, incident).Scan(&row, &sealed); err != nil {
		return contact, err
	}
	text, err := db.Keys.Open(contactPlace(row), sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &contact)
	}
	return contact, err
}

// keepClientReport writes down what came with a report: the contact sealed, the
// photos as those of the client's account.
func (db *DB) keepClientReport(ctx context.Context, tx pgx.Tx, client, account int64, incident uuid.UUID, r ward.OpenReport) (kept bool, err error) {
	var row int64
	if err := tx.QueryRow(ctx, `insert into client_report (incident, client, photos_public, sent_at) values ($1, $2, $3, $4) returning id`, incident, client, r.PhotosPublic && len(r.Photos) > 0, db.Now()).Scan(&row); err != nil {
		return false, err
	}
	for _, p := range r.Photos {
		id, err := uuid.NewV7()
		if err != nil {
			return false, fmt.Errorf("drawing an id: %w", err)
		}
		if _, err := tx.Exec(ctx, `insert into photo (id, noun, entity, kind, owner, hash, width, height, bytes, taken_at) values ($1, 'incident', $2, 'scene', $3, $4, $5, $6, $7, $8)`,
			id, incident, account, p.Hash, p.Width, p.Height, len(p.JPEG), db.Now()); err != nil {
			return false, err
		}
	}
	if r.Contact == (ward.Contact{}) || len(db.Keys.IDs()) == 0 {
		return false, nil
	}
	text, err := json.Marshal(r.Contact)
	if err != nil {
		return false, fmt.Errorf("writing a contact: %w", err)
	}
	sealed, err := db.Keys.Seal(contactPlace(row), string(text))
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `update client_report set contact_sealed = $2 where id = $1`, row, sealed)
	return err == nil, err
}

// SendOpen takes a report of a client.
func (db *DB) SendOpen(ctx context.Context, key [32]byte, r ward.OpenReport) (request ward.OpenRequest, kept bool, err error) {
	if err := r.Validate(); err != nil {
		return request, false, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		type who struct {
			ID, Account int64
			Path        string
		}
		client, err := one[who](ctx, tx, "wrong key", `update client cl set used_at = @now from area a where cl.key = @key and cl.revoked_at is null and a.id = cl.area returning cl.id, cl.account, a.path::text as path`, pgx.NamedArgs{"key": key[:], "now": db.Now()})
		if ward.ErrorCode(err) == ward.NotFound {
			return wrongKey
		}
		if err != nil {
			return err
		}
		if err := db.countTry(ctx, tx, fmt.Sprintf("client %d", client.ID), ward.ClientReports, ward.ReportWindow, "too many requests 请求过于频繁"); err != nil {
			return err
		}
		var urgency string
		err = tx.QueryRow(ctx, `select case when urgent then 'urgent' else 'normal' end from incident_class where code = $1 and public_name <> '' and not private and parent is not null`, r.Class).Scan(&urgency)
		if err == pgx.ErrNoRows {
			return ward.Errorf(ward.NotFound, "service_code was not found 没有这个类别")
		}
		if err != nil {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("drawing an id: %w", err)
		}
		d := ward.IncidentDraft{ID: id, Source: "system", Class: r.Class, Urgency: urgency, Description: r.Text, Place: r.Place, OccurredAt: db.Now(), Location: &r.At}
		if err := db.createIncident(ctx, tx, ward.Outsider(client.Account, ward.Resident, client.Path), uuid.New(), d); err != nil {
			return err
		}
		if kept, err = db.keepClientReport(ctx, tx, client.ID, client.Account, id, r); err != nil {
			return err
		}
		var number string
		if err := tx.QueryRow(ctx, `select number from incident where id = $1`, id).Scan(&number); err != nil {
			return err
		}
		found, err := db.openRequests(ctx, tx, ward.OpenFilter{Numbers: []string{number}})
		if err == nil && len(found) == 1 {
			request = found[0]
		}
		return err
	})
	return request, kept, err
}
