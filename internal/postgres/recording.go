package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const recordingAbsent = "没有这段录音，或不在您的辖区内"

const recordingFrom = `recording p ` + attachedTo

const recordingColumns = `p.id, p.noun, p.entity, p.hash, p.seconds, p.received_at, p.owner = @actor as mine`

// KeepRecording writes a recording down once.
func (db *DB) KeepRecording(ctx context.Context, s ward.Scope, d ward.RecordingDraft, sound ward.Sound) (kept ward.Recording, err error) {
	if err := d.Validate(); err != nil {
		return kept, err
	}
	args := attachedArgs(s, pgx.NamedArgs{
		"id": d.ID, "noun": d.Noun, "entity": d.Entity, "most": ward.RecordingsOfOne,
		"hash": sound.Hash, "seconds": sound.Length.Seconds(), "bytes": len(sound.WebM), "now": db.Now(),
	})
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := attachable(ctx, tx, args); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into recording (id, noun, entity, owner, hash, seconds, bytes, received_at)
			select @id, @noun, @entity, @actor, @hash, @seconds, @bytes, @now
			where exists (select 1 from recording where id = @id) or (select count(*) from recording where noun = @noun and entity = @entity and deleted_at is null) < @most
			on conflict (id) do nothing`, args)
		if err != nil {
			return err
		}
		var same, gone bool
		err = tx.QueryRow(ctx, `select noun = @noun and entity = @entity and owner = @actor and hash = @hash, deleted_at is not null from recording where id = @id`, args).Scan(&same, &gone)
		if err == pgx.ErrNoRows {
			return ward.Errorf(ward.Conflict, "录音已有%d段，不能再加", ward.RecordingsOfOne)
		}
		if err == nil && same && gone {
			return ward.Errorf(ward.NotFound, "这段录音已经删除")
		}
		if err == nil && !same {
			return ward.Errorf(ward.Conflict, "这个录音编号已被另一段录音使用")
		}
		if err == nil && tag.RowsAffected() > 0 {
			err = appendAudit(ctx, tx, s, "send-recording", "recording", d.ID.String(), "")
		}
		if err != nil {
			return err
		}
		kept, err = one[ward.Recording](ctx, tx, recordingAbsent, `select `+recordingColumns+` from recording p where p.id = @id`, args)
		return err
	})
	return kept, err
}

// DeleteRecording takes one's own recording away.
func (db *DB) DeleteRecording(ctx context.Context, s ward.Scope, id uuid.UUID) (hash string, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		args := attachedArgs(s, pgx.NamedArgs{"id": id, "now": db.Now()})
		r, err := one[ward.Recording](ctx, tx, recordingAbsent, `select `+recordingColumns+` from recording p where p.id = @id and p.owner = @actor for update`, args)
		if err != nil {
			return err
		}
		// Two that delete the same sound at once: the second one sees the first.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext($1))`, r.Hash); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `update recording set deleted_at = @now where id = @id and deleted_at is null`, args)
		if err != nil {
			return err
		}
		args["hash"] = r.Hash
		if err := tx.QueryRow(ctx, `select case when exists (select from recording where hash = @hash and deleted_at is null) then '' else @hash end`, args).Scan(&hash); err != nil || tag.RowsAffected() == 0 {
			return err
		}
		var path string
		if err := tx.QueryRow(ctx, `select coalesce(n.path::text, '') from `+recordingFrom+` where p.id = @id`, args).Scan(&path); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, path, "delete-recording", r.Noun, r.Entity.String(), "")
	})
	return hash, err
}

// HearRecording reads one and writes down, in the same transaction, who listens: no
// record, no sound.
func (db *DB) HearRecording(ctx context.Context, s ward.Scope, id uuid.UUID) (r ward.Recording, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		args := attachedArgs(s, pgx.NamedArgs{"id": id})
		if r, err = one[ward.Recording](ctx, tx, recordingAbsent, `select `+recordingColumns+` from `+recordingFrom+` where p.id = @id and p.deleted_at is null and `+attachedWithin, args); err != nil {
			return err
		}
		var path string
		if err := tx.QueryRow(ctx, `select coalesce(n.path::text, '') from `+recordingFrom+` where p.id = @id`, args).Scan(&path); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, path, "listen-recording", r.Noun, r.Entity.String(), "")
	})
	return r, err
}

// RecordingsOf lists the recordings of a thing within the scope, oldest first.
func (db *DB) RecordingsOf(ctx context.Context, s ward.Scope, noun string, entity uuid.UUID) ([]ward.Recording, error) {
	return many[ward.Recording](ctx, db.Pool, `select `+recordingColumns+` from `+recordingFrom+` where p.noun = @noun and p.entity = @entity and p.deleted_at is null and `+attachedWithin+` order by p.received_at, p.id limit @most`,
		attachedArgs(s, pgx.NamedArgs{"noun": noun, "entity": entity, "most": ward.RecordingsOfOne}))
}
