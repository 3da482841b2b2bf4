package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const photoAbsent = "没有这张照片，或不在您的辖区内"

const photoFrom = `photo p ` + attachedTo

const photoColumns = `p.id, p.noun, p.entity, p.kind, p.hash, p.width, p.height, p.taken_at, coalesce(c.private, p.noun = 'visit') as private`

// KeepPhoto writes a photo down once.
func (db *DB) KeepPhoto(ctx context.Context, s ward.Scope, d ward.PhotoDraft, p ward.Picture) (kept ward.Photo, err error) {
	if err := d.Validate(); err != nil {
		return kept, err
	}
	args := pgx.NamedArgs{
		"id": d.ID, "noun": d.Noun, "entity": d.Entity, "kind": d.Kind, "actor": s.Actor(), "scope": s.Paths(), "most": ward.PhotosOfOne,
		"hash": p.Hash, "width": p.Width, "height": p.Height, "bytes": len(p.JPEG), "now": db.Now(),
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := attachable(ctx, tx, args); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into photo (id, noun, entity, kind, owner, hash, width, height, bytes, taken_at)
			select @id, @noun, @entity, @kind, @actor, @hash, @width, @height, @bytes, @now
			where exists (select 1 from photo where id = @id) or (select count(*) from photo where noun = @noun and entity = @entity) < @most
			on conflict (id) do nothing`, args)
		if err != nil {
			return err
		}
		var same bool
		err = tx.QueryRow(ctx, `select noun = @noun and entity = @entity and kind = @kind and owner = @actor and hash = @hash from photo where id = @id`, args).Scan(&same)
		if err == pgx.ErrNoRows {
			return ward.Errorf(ward.Conflict, "照片已有%d张，不能再加", ward.PhotosOfOne)
		}
		if err == nil && tag.RowsAffected() == 0 && !same {
			return ward.Errorf(ward.Conflict, "这个照片编号已被另一张照片使用")
		}
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		if err := appendAudit(ctx, tx, s, "send-photo", "photo", d.ID.String(), ""); err != nil || d.Noun != "border_answer" {
			return err
		}
		return tellBorderPhoto(ctx, tx, d.Entity)
	})
	if err != nil {
		return kept, err
	}
	return one[ward.Photo](ctx, db.Pool, photoAbsent, `select `+photoColumns+` from `+photoFrom+` where p.id = @id`, args)
}

// Photo reads one within the scope.
func (db *DB) Photo(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Photo, error) {
	return one[ward.Photo](ctx, db.Pool, photoAbsent, `select `+photoColumns+` from `+photoFrom+` where p.id = @id and `+attachedWithin,
		attachedArgs(s, pgx.NamedArgs{"id": id}))
}

// PhotosOf lists the photos of a thing within the scope, oldest first.
func (db *DB) PhotosOf(ctx context.Context, s ward.Scope, noun string, entity uuid.UUID) ([]ward.Photo, error) {
	return many[ward.Photo](ctx, db.Pool, `select `+photoColumns+` from `+photoFrom+` where p.noun = @noun and p.entity = @entity and `+attachedWithin+` order by p.taken_at, p.id limit @most`,
		attachedArgs(s, pgx.NamedArgs{"noun": noun, "entity": entity, "most": ward.PhotosOfOne}))
}
