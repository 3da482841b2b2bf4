package postgres

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const webhookAbsent = "没有这个推送，或不在您的辖区内"

var webhooks = noun[ward.Webhook]{
	absent: webhookAbsent, key: func(w ward.Webhook) int64 { return w.ID },
	columns: `w.id, w.name, w.url, w.kinds, w.area, a.name as place, w.active, w.version, w.made_at,
		(select count(*) from webhook_delivery d where d.webhook = w.id and d.state = 'waiting')::int as waiting, (select count(*) from webhook_delivery d where d.webhook = w.id and d.state = 'dead')::int as dead`,
	from: `webhook w join area a on a.id = w.area`, id: "w.id", within: `w.ended_at is null and a.path <@ any(@scope::ltree[])`, words: "w.name",
}

func webhookPlace(id int64) string { return fmt.Sprintf("webhook.secret/%d", id) }

// Webhooks lists those in use within the scope.
func (db *DB) Webhooks(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Webhook], error) {
	return webhooks.find(ctx, db.Pool, s, f)
}

// OpenWebhook registers a webhook, from the present end of the log on.
func (db *DB) OpenWebhook(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.WebhookDraft) (out ward.WebhookSecret, err error) {
	if err := d.Validate(); err != nil {
		return out, err
	}
	if len(db.Keys.ids) == 0 {
		return out, ward.Errorf(ward.Invalid, "服务没有设置密钥，不能登记推送；请管理员设置 WANGGE_KEYS")
	}
	random := make([]byte, 24)
	_, _ = rand.Read(random) // never fails
	secret := "whsec_" + base64.StdEncoding.EncodeToString(random)
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-webhook", d), func() (id int64, err error) {
			var path string
			if err := tx.QueryRow(ctx, `select path::text from area where id = $1 and level in ('street', 'community') and path <@ any($2::text[]::ltree[])`, d.Area, s.Paths()).Scan(&path); err != nil {
				return 0, err
			}
			if err := tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('webhook', 'id'))`).Scan(&id); err != nil {
				return 0, err
			}
			sealed, err := db.Keys.Seal(webhookPlace(id), secret)
			if err != nil {
				return 0, err
			}
			out.Secret = secret
			if _, err := tx.Exec(ctx, `insert into webhook (id, name, url, secret_sealed, kinds, area, position, made_by) overriding system value values ($1, $2, $3, $4, $5, $6, (select seq from stream_head), $7)`,
				id, d.Name, d.URL, sealed, d.Kinds, d.Area, s.Actor()); err != nil {
				return 0, err
			}
			return id, appendAuditAt(ctx, tx, s, path, "create-webhook", "webhook", strconv.FormatInt(id, 10), "")
		})
		if err != nil {
			return err
		}
		out.Webhook, err = webhooks.get(ctx, tx, s, id)
		return err
	})
	if err != nil {
		return ward.WebhookSecret{}, err
	}
	return out, nil
}

// keepWebhook runs fn on a webhook of the scope and writes it down.
func (db *DB) keepWebhook(ctx context.Context, s ward.Scope, id int64, operation string, fn func(pgx.Tx, ward.Webhook) error) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		var path string
		if err := tx.QueryRow(ctx, `select a.path::text from webhook w join area a on a.id = w.area where w.id = $1 for update of w`, id).Scan(&path); err != nil {
			return err
		}
		now, err := webhooks.get(ctx, tx, s, id)
		if err != nil {
			return err
		}
		if err := fn(tx, now); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, path, operation, "webhook", strconv.FormatInt(id, 10), "")
	})
}

// ChangeWebhook switches it on or off; what happened while it was off is not told.
func (db *DB) ChangeWebhook(ctx context.Context, s ward.Scope, id int64, ch ward.WebhookChange) (w ward.Webhook, err error) {
	err = db.keepWebhook(ctx, s, id, "change-webhook", func(tx pgx.Tx, now ward.Webhook) error {
		if now.Version != ch.Version {
			return &ward.Error{Code: ward.Stale, Message: "这个推送已被他人修改，请看最新内容后再改", Current: now}
		}
		_, err := tx.Exec(ctx, `update webhook set active = $2, version = version + 1, position = case when $2 and not active then (select seq from stream_head) else position end where id = $1`, id, ch.Active)
		if err == nil {
			w, err = webhooks.get(ctx, tx, s, id)
		}
		return err
	})
	return w, err
}

// EndWebhook takes a webhook away.
func (db *DB) EndWebhook(ctx context.Context, s ward.Scope, id int64) error {
	return db.keepWebhook(ctx, s, id, "end-webhook", func(tx pgx.Tx, _ ward.Webhook) error {
		if _, err := tx.Exec(ctx, `delete from webhook_delivery where webhook = $1 and state = 'waiting'`, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update webhook set ended_at = $2, active = false where id = $1`, id, db.Now())
		return err
	})
}

// Deliveries lists the newest messages of a webhook.
func (db *DB) Deliveries(ctx context.Context, s ward.Scope, id int64) ([]ward.Delivery, error) {
	if _, err := webhooks.get(ctx, db.Pool, s, id); err != nil {
		return nil, err
	}
	return many[ward.Delivery](ctx, db.Pool, `
		select id, kind, coalesce(body::json->'data'->>'number', '') as number, state, tries, status, words, made_at, next_at, done_at
		from webhook_delivery where webhook = @id order by made_at desc, id desc limit 200`, pgx.NamedArgs{"id": id})
}

// Resend tries a message again now.
func (db *DB) Resend(ctx context.Context, s ward.Scope, delivery uuid.UUID) error {
	var id int64
	if err := db.Pool.QueryRow(ctx, `select webhook from webhook_delivery where id = $1`, delivery).Scan(&id); err != nil {
		return translate(err)
	}
	return db.keepWebhook(ctx, s, id, "resend-delivery", func(tx pgx.Tx, _ ward.Webhook) error {
		_, err := tx.Exec(ctx, `update webhook_delivery set state = 'waiting', tries = 0, next_at = $2, done_at = null where id = $1`, delivery, db.Now())
		return err
	})
}

// queueBatch is how many events are looked at for a webhook at a time.
const queueBatch = 500

// QueueWebhooks makes messages of the events since each webhook's position and
// returns how many. Several nodes may run it: each takes webhooks nobody has.
func (db *DB) QueueWebhooks(ctx context.Context) (queued int, err error) {
	type hook struct {
		ID, Position int64
		Kinds        []string
		Path         string
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		hooks, err := many[hook](ctx, tx, `
			select w.id, w.position, w.kinds, a.path::text as path from webhook w join area a on a.id = w.area
			where w.active and w.position < (select seq from stream_head) order by w.id limit 100 for update of w skip locked`, nil)
		if err != nil {
			return err
		}
		for _, h := range hooks {
			n, err := db.queue(ctx, tx, h.ID, h.Position, h.Kinds, h.Path)
			if err != nil {
				return err
			}
			queued += n
		}
		return nil
	})
	return queued, err
}

func (db *DB) queue(ctx context.Context, tx pgx.Tx, id, position int64, kinds []string, path string) (queued int, err error) {
	type told struct {
		Seq    int64
		Entity string
		Here   bool
		Body   json.RawMessage
	}
	events, err := many[told](ctx, tx, `
		select seq, entity, topic = 'incident' and class = 'public' and paths[1] <@ @path::ltree as here, body from event where seq > @position order by seq limit @most`,
		pgx.NamedArgs{"position": position, "path": path, "most": queueBatch})
	if err != nil || len(events) == 0 {
		return 0, err
	}
	for _, e := range events {
		if !e.Here {
			continue
		}
		var mark struct {
			State string `json:"state"`
		}
		if err := json.Unmarshal(e.Body, &mark); err != nil {
			return 0, fmt.Errorf("reading an event for a webhook: %w", err)
		}
		if !wanted(kinds, mark.State) {
			continue
		}
		body, err := json.Marshal(map[string]any{"type": "incident." + mark.State, "timestamp": db.Now().UTC(), "sequence": e.Seq, "data": e.Body})
		if err != nil {
			return 0, fmt.Errorf("writing a message for a webhook: %w", err)
		}
		if _, err := tx.Exec(ctx, `insert into webhook_delivery (webhook, seq, kind, entity, body, made_at, next_at) values ($1, $2, $3, $4, $5, $6, $6) on conflict (webhook, seq) do nothing`,
			id, e.Seq, mark.State, e.Entity, string(body), db.Now()); err != nil {
			return 0, err
		}
		queued++
	}
	_, err = tx.Exec(ctx, `update webhook set position = $2 where id = $1`, id, events[len(events)-1].Seq)
	return queued, err
}

func wanted(kinds []string, state string) bool {
	for _, k := range kinds {
		if k == "all" || k == state {
			return true
		}
	}
	return false
}

// DueMessages takes at most limit messages that are due; nobody else takes them
// until the lease is over.
func (db *DB) DueMessages(ctx context.Context, limit int) ([]ward.WebhookMessage, error) {
	type due struct {
		ward.WebhookMessage
		Webhook int64
		Sealed  []byte
	}
	taken, err := many[due](ctx, db.Pool, `
		with due as (select d.id from webhook_delivery d join webhook w on w.id = d.webhook where d.state = 'waiting' and d.next_at <= @now and w.active order by d.next_at, d.seq limit @limit for update of d skip locked)
		update webhook_delivery d set next_at = @lease from due, webhook w where d.id = due.id and w.id = d.webhook
		returning d.id, w.url, '' as secret, d.body, d.tries, w.id as webhook, w.secret_sealed as sealed`,
		pgx.NamedArgs{"now": db.Now(), "lease": db.Now().Add(ward.WebhookLease), "limit": limit})
	out := make([]ward.WebhookMessage, len(taken))
	for k, t := range taken {
		out[k] = t.WebhookMessage
		if out[k].Secret, err = db.Keys.Open(webhookPlace(t.Webhook), t.Sealed); err != nil {
			return nil, err
		}
	}
	return out, err
}

// NoteDelivery remembers what came of a try: status of the answer, 0 for none, and
// words when it failed. dice spreads the next try.
func (db *DB) NoteDelivery(ctx context.Context, m ward.WebhookMessage, status int, words string, dice float64) error {
	state, tries := "sent", m.Tries+1
	next := db.Now()
	if words != "" {
		state, next = "waiting", db.Now().Add(ward.WebhookWait(tries, dice))
		if tries >= ward.WebhookTries {
			state = "dead"
		}
	}
	_, err := db.Pool.Exec(ctx, `update webhook_delivery set state = $2, tries = $3, status = $4, words = left($5, 300), next_at = $6, done_at = case when $2 = 'waiting' then null else $7::timestamptz end where id = $1`,
		m.ID, state, tries, status, words, next, db.Now())
	return err
}

// ForgetDeliveries drops messages that are done and old.
func (db *DB) ForgetDeliveries(ctx context.Context) error {
	_, err := db.Pool.Exec(ctx, `delete from webhook_delivery where state <> 'waiting' and made_at < $1`, db.Now().Add(-ward.WebhookKept))
	return err
}
