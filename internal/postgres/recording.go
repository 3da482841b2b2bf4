package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const recordingAbsent = "没有这段录音，或不在您的辖区内"

const recordingFrom = `recording p ` + attachedTo

const recordingColumns = `p.id, p.noun, p.entity, p.hash, p.seconds, p.received_at`

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
			where exists (select 1 from recording where id = @id) or (select count(*) from recording where noun = @noun and entity = @entity) < @most
			on conflict (id) do nothing`, args)
		if err != nil {
			return err
		}
		var same bool
		err = tx.QueryRow(ctx, `select noun = @noun and entity = @entity and owner = @actor and hash = @hash from recording where id = @id`, args).Scan(&same)
		if err == pgx.ErrNoRows {
			return ward.Errorf(ward.Conflict, "录音已有%d段，不能再加", ward.RecordingsOfOne)
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

// HearRecording reads one and writes down, in the same transaction, who listens: no
// record, no sound.
func (db *DB) HearRecording(ctx context.Context, s ward.Scope, id uuid.UUID) (r ward.Recording, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		args := attachedArgs(s, pgx.NamedArgs{"id": id})
		if r, err = one[ward.Recording](ctx, tx, recordingAbsent, `select `+recordingColumns+` from `+recordingFrom+` where p.id = @id and `+attachedWithin, args); err != nil {
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
	return many[ward.Recording](ctx, db.Pool, `select `+recordingColumns+` from `+recordingFrom+` where p.noun = @noun and p.entity = @entity and `+attachedWithin+` order by p.received_at, p.id limit @most`,
		attachedArgs(s, pgx.NamedArgs{"noun": noun, "entity": entity, "most": ward.RecordingsOfOne}))
}
