package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// sequencerLock is the advisory lock under which numbers are given. Any node
// may take it; one that dies frees it with its connection.
const sequencerLock = 0x77616e67 // "wang"

// roomAhead is how many numbers ahead of the newest one event has partitions for.
const roomAhead = 50_000

// feedChannel is the NOTIFY channel on which nodes wake each other. It carries
// no data.
const feedChannel = "wangge_event"

// appendEvent writes e to the outbox inside the transaction that made the
// change. The caller holds the row lock of the thing, which keeps the events of
// one thing in order. The number is given later, by Sequence.
func appendEvent(ctx context.Context, tx runner, e ward.Event) error {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return fmt.Errorf("writing the event body of %s %s: %w", e.Topic, e.Entity, err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO outbox (topic, entity, version, paths, class, command, body)
		VALUES ($1, $2, $3, $4::text[]::ltree[], $5, nullif($6, '')::uuid, $7)`,
		e.Topic, e.Entity, e.Version, e.Paths, string(e.Class), e.Command, string(body))
	if err != nil {
		return fmt.Errorf("appending the event of %s %s: %w", e.Topic, e.Entity, err)
	}
	return nil
}

// Sequence moves at most limit committed rows from outbox to event and numbers
// them. It returns how many; 0 when there are none or another node is at it.
func (db *DB) Sequence(ctx context.Context, limit int) (int, error) {
	var waiting bool
	if err := db.Pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM outbox)`).Scan(&waiting); err != nil {
		return 0, fmt.Errorf("looking into the outbox: %w", err)
	}
	if !waiting {
		return 0, nil
	}
	moved := 0
	err := pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) (err error) {
		moved, err = sequence(ctx, tx, limit)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sequencing: %w", err)
	}
	return moved, nil
}

func sequence(ctx context.Context, tx pgx.Tx, limit int) (int, error) {
	var mine, cramped bool
	err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1), seq + $2 + $3 >= room FROM stream_head`,
		sequencerLock, limit, roomAhead).Scan(&mine, &cramped)
	if err != nil || !mine {
		return 0, err
	}
	if cramped {
		if _, err := tx.Exec(ctx, `SELECT event_make_room(seq + $1 + $2) FROM stream_head`, limit, roomAhead); err != nil {
			return 0, err
		}
	}
	// A statement of its own, so that its snapshot is younger than the lock.
	// ARRAY(…) rather than IN (…): on a table without statistics the planner
	// made a join of the latter that took 1.4 s.
	tag, err := tx.Exec(ctx, `
		WITH moved AS (
			DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM outbox ORDER BY id LIMIT $1)) RETURNING *
		), n AS (
			SELECT count(*) AS n FROM moved
		), head AS (
			UPDATE stream_head SET seq = seq + n.n FROM n WHERE n.n > 0 RETURNING seq - n.n AS before
		)
		INSERT INTO event (seq, topic, entity, version, paths, class, command, body)
		SELECT head.before + row_number() OVER (ORDER BY id), topic, entity, version, paths, class, command, body
		FROM moved, head`, limit)
	if err != nil || tag.RowsAffected() == 0 {
		return 0, err
	}
	// One for the whole batch: a NOTIFY in every writer would make commits queue
	// behind one lock of the whole database.
	if _, err := tx.Exec(ctx, `SELECT pg_notify($1, '')`, feedChannel); err != nil {
		return 0, err
	}
	return int(tag.RowsAffected()), nil
}

// headSQL reads the head. The time line comes from the WAL position, which
// changes at the moment of a promotion; the control file's changes later.
const headSQL = `
	SELECT (SELECT system_identifier FROM pg_control_system())::text || ':' ||
	       substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ':' || generation AS epoch, seq, min_seq
	FROM stream_head`

// headIn reads the head inside the transaction of a snapshot. With isolation
// REPEATABLE READ the snapshot then holds every effect up to Head.Seq, and the
// live connection goes on from there.
func headIn(ctx context.Context, tx pgx.Tx) (ward.Head, error) {
	var h ward.Head
	if err := tx.QueryRow(ctx, headSQL).Scan(&h.Epoch, &h.Seq, &h.MinSeq); err != nil {
		return ward.Head{}, fmt.Errorf("reading the head of the feed: %w", err)
	}
	return h, nil
}

// Head reads where the log stands.
func (db *DB) Head(ctx context.Context) (ward.Head, error) {
	h, _, err := db.Since(ctx, 0, 0)
	return h, err
}

// Town names this database among others, by letters and digits: the same on
// every node, also after a promotion.
func (db *DB) Town(ctx context.Context) (name string, err error) {
	err = db.Pool.QueryRow(ctx, `SELECT md5(system_identifier::text || ' ' || current_database()) FROM pg_control_system()`).Scan(&name)
	if err != nil {
		return "", fmt.Errorf("reading which database this is: %w", err)
	}
	return name, nil
}

// Since reads at most limit events after the given number and then the head. In
// this order, so that events of a history that just ended come with the epoch of
// the new one and are recognised.
func (db *DB) Since(ctx context.Context, after int64, limit int) (ward.Head, []ward.Event, error) {
	batch := &pgx.Batch{}
	events := []ward.Event{}
	batch.Queue(`
		SELECT seq, at, topic, entity, version, paths::text[], class, coalesce(command::text, ''), body
		FROM event WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit).Query(func(rows pgx.Rows) (err error) {
		events, err = pgx.CollectRows(rows, scanEvent)
		return err
	})
	var head ward.Head
	batch.Queue(headSQL).QueryRow(func(row pgx.Row) error {
		return row.Scan(&head.Epoch, &head.Seq, &head.MinSeq)
	})
	if err := db.Pool.SendBatch(ctx, batch).Close(); err != nil {
		return ward.Head{}, nil, fmt.Errorf("reading events: %w", err)
	}
	return head, events, nil
}

func scanEvent(row pgx.CollectableRow) (ward.Event, error) {
	var e ward.Event
	var body []byte
	err := row.Scan(&e.Seq, &e.At, &e.Topic, &e.Entity, &e.Version, &e.Paths, &e.Class, &e.Command, &body)
	e.Body = json.RawMessage(body)
	return e, err
}

// Listen calls wake at each NOTIFY of a sequencer until ctx ends or the
// connection breaks. It holds one connection of the pool.
func (db *DB) Listen(ctx context.Context, wake func()) error {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connecting to listen: %w", err)
	}
	// A connection that listens must not go back to the pool.
	listener := conn.Hijack()
	defer listener.Close(context.WithoutCancel(ctx))
	if _, err := listener.Exec(ctx, "LISTEN "+feedChannel); err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	for {
		wake() // at the start too: something may have come before LISTEN
		if _, err := listener.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("waiting for a notification: %w", err)
		}
	}
}

// Keep drops events older than events, in whole partitions, and answers to
// commands older than commands. To be run now and then; it gives up rather than
// let readers wait for it.
func (db *DB) Keep(ctx context.Context, events, commands time.Duration) error {
	return pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '200ms'`); err != nil {
			return fmt.Errorf("limiting the wait: %w", err)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM command WHERE at < now() - $1::interval`, commands); err != nil {
			return fmt.Errorf("dropping old commands: %w", err)
		}
		if _, err := tx.Exec(ctx, `SELECT event_forget(now() - $1::interval)`, events); err != nil {
			return fmt.Errorf("dropping old events: %w", err)
		}
		return nil
	})
}

// NewEpoch begins another history: cursors from before are refused and every
// client takes a fresh snapshot. A restore calls it.
func (db *DB) NewEpoch(ctx context.Context) error {
	if _, err := db.Pool.Exec(ctx, `UPDATE stream_head SET generation = gen_random_uuid()`); err != nil {
		return fmt.Errorf("beginning a new epoch: %w", err)
	}
	return nil
}
