package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// borderPieceWithin: a piece is within a scope when one of its grids is.
const borderPieceWithin = `exists (select from grid t where t.id = any(p.grids) and t.path <@ any(@scope::ltree[]))`

const borderWalkColumns = `w.id, w.plan, coalesce(pl.name, '') as plan_name, w.grid, coalesce(g.name, '') as grid_name, w.note, coalesce(w.due::text, '') as due,
	a.name as made_by, w.made_at, w.closed_at, w.version, '[]'::jsonb as pieces`

const borderWalkFrom = `border_walk w join account a on a.id = w.made_by left join plan pl on pl.id = w.plan left join grid g on g.id = w.grid`

const borderPieceColumns = `p.walk, p.id, p.mark, p.state, p.words, p.name, p.class, p.length, p.line, p.left_side as left, p.right_side as right,
	coalesce((select jsonb_agg(jsonb_build_object('id', b.id, 'by', b.account, 'byName', c.name, 'verdict', b.verdict, 'reason', b.reason, 'at', b.at,
	  'photos', coalesce((select jsonb_agg(f.id order by f.taken_at, f.id) from photo f where f.noun = 'border_answer' and f.entity = b.id), '[]')) order by b.at desc, b.received_at desc)
	  from border_answer b join account c on c.id = b.account where b.piece = p.id), '[]') as answers`

// walkedPiece is a piece with the walk it belongs to.
type walkedPiece struct {
	Walk int64
	ward.BorderPiece
}

// BorderWalks lists the walks of the scope with their pieces.
func (db *DB) BorderWalks(ctx context.Context, s ward.Scope, f ward.BorderWalkFilter) (out []ward.BorderWalk, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		out, err = borderWalks(ctx, tx, s, f, 0)
		return err
	})
	return out, err
}

// borderWalks reads walks; id narrows to one.
func borderWalks(ctx context.Context, q querier, s ward.Scope, f ward.BorderWalkFilter, id int64) ([]ward.BorderWalk, error) {
	args := pgx.NamedArgs{"scope": s.Paths(), "plan": f.Plan, "grid": f.Grid, "open": f.Open, "id": id, "limit": ward.BorderWalksMost}
	const of = borderPieceWithin + ` and (@grid::bigint = 0 or @grid = any(p.grids))`
	walks, err := many[ward.BorderWalk](ctx, q, `select `+borderWalkColumns+` from `+borderWalkFrom+`
		where (@id::bigint = 0 or w.id = @id) and (@plan::bigint = 0 or w.plan = @plan) and (not @open or w.closed_at is null)
		  and exists (select from border_piece p where p.walk = w.id and `+of+`) order by w.id desc limit @limit`, args)
	if err != nil {
		return nil, fmt.Errorf("listing walks of borders: %w", err)
	}
	at := make(map[int64]*ward.BorderWalk, len(walks))
	ids := []int64{}
	for i := range walks {
		at[walks[i].ID], ids = &walks[i], append(ids, walks[i].ID)
	}
	args["ids"] = ids
	pieces, err := many[walkedPiece](ctx, q, `select `+borderPieceColumns+` from border_piece_now p where p.walk = any(@ids) and `+of+` order by p.walk, p.mark`, args)
	if err != nil {
		return nil, fmt.Errorf("listing pieces of borders: %w", err)
	}
	for _, p := range pieces {
		at[p.Walk].Pieces = append(at[p.Walk].Pieces, p.BorderPiece)
	}
	return walks, nil
}

func borderWalkIn(ctx context.Context, q querier, s ward.Scope, id int64) (ward.BorderWalk, error) {
	list, err := borderWalks(ctx, q, s, ward.BorderWalkFilter{}, id)
	if err == nil && len(list) == 0 {
		err = ward.Errorf(ward.NotFound, "没有这次踏界，或不在您的辖区内")
	}
	if err != nil {
		return ward.BorderWalk{}, err
	}
	return list[0], nil
}

// CloseBorderWalk ends a walk: it stands on nobody's tablet any more.
func (db *DB) CloseBorderWalk(ctx context.Context, s ward.Scope, id, version int64) (out ward.BorderWalk, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select from border_walk where id = $1 for update`, id); err != nil {
			return fmt.Errorf("holding a walk: %w", err)
		}
		now, err := borderWalkIn(ctx, tx, s, id)
		if err != nil {
			return err
		}
		if now.Version != version {
			return &ward.Error{Code: ward.Stale, Message: "刚有人答复，请看最新内容后再结束", Current: now}
		}
		if now.ClosedAt != nil {
			return ward.Errorf(ward.Conflict, "这次踏界已经结束")
		}
		if _, err := tx.Exec(ctx, `update border_walk set closed_at = $2 where id = $1`, id, db.Now()); err != nil {
			return fmt.Errorf("ending a walk: %w", err)
		}
		if err := appendAudit(ctx, tx, s, "close-border-walk", "border_walk", fmt.Sprint(id), ""); err != nil {
			return err
		}
		if err := appendBorderWalk(ctx, tx, id, uuid.Nil); err != nil {
			return err
		}
		out, err = borderWalkIn(ctx, tx, s, id)
		return err
	})
	return out, err
}

// AnswerBorderPiece writes down what somebody says of a piece, once for each key.
func (db *DB) AnswerBorderPiece(ctx context.Context, s ward.Scope, key uuid.UUID, piece int64, d ward.BorderAnswerDraft) (out ward.BorderPiece, err error) {
	asked := digest("answer-border-piece", piece, d)
	d = d.Corrected()
	if err := d.Validate(db.Now()); err != nil {
		return out, err
	}
	args := pgx.NamedArgs{"piece": piece, "scope": s.Paths(), "id": d.ID, "actor": s.Actor(), "verdict": d.Verdict, "reason": d.Reason, "at": d.At, "now": db.Now()}
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), asked, func() (uuid.UUID, error) {
			var walk int64
			err := tx.QueryRow(ctx, `select w.id from border_piece p join border_walk w on w.id = p.walk where p.id = @piece and `+borderPieceWithin+` for update of w`, args).Scan(&walk)
			if err == pgx.ErrNoRows {
				return d.ID, ward.Errorf(ward.NotFound, "没有这一段边界，或不在您的辖区内")
			}
			if err != nil {
				return d.ID, fmt.Errorf("looking for a piece of border: %w", err)
			}
			if _, err := tx.Exec(ctx, `insert into border_answer (id, piece, account, verdict, reason, at, received_at) values (@id, @piece, @actor, @verdict, @reason, @at, @now)`, args); err != nil {
				return d.ID, err
			}
			if err := appendAudit(ctx, tx, s, "answer-border-piece", "border_walk", fmt.Sprint(walk), ""); err != nil {
				return d.ID, err
			}
			return d.ID, appendBorderWalk(ctx, tx, walk, key)
		})
		if err != nil {
			return err
		}
		found, err := one[walkedPiece](ctx, tx, "没有这一段边界，或不在您的辖区内", `select `+borderPieceColumns+` from border_piece_now p where p.id = @piece`, args)
		out = found.BorderPiece
		return err
	})
	return out, err
}

// borderWalkNews is what the live stream tells of a walk, to each grid concerned.
type borderWalkNews struct {
	ID   int64  `json:"id"`
	Plan *int64 `json:"plan"`
	Grid int64  `json:"grid"`
}

// appendBorderWalk gives a walk its next version and tells those who work in its
// grids, and those above them.
func appendBorderWalk(ctx context.Context, tx pgx.Tx, walk int64, key uuid.UUID) error {
	news := borderWalkNews{ID: walk}
	var version int64
	if err := tx.QueryRow(ctx, `update border_walk set version = version + 1 where id = $1 returning version, plan`, walk).Scan(&version, &news.Plan); err != nil {
		return fmt.Errorf("giving a walk its version: %w", err)
	}
	type place struct {
		ID   int64
		Path string
	}
	grids, err := many[place](ctx, tx, `select g.id, g.path::text as path from grid g where g.id in (select unnest(p.grids) from border_piece p where p.walk = @walk) order by g.id`, pgx.NamedArgs{"walk": walk})
	if err != nil {
		return fmt.Errorf("reading where a walk is: %w", err)
	}
	command := ""
	if key != uuid.Nil {
		command = key.String()
	}
	for _, g := range grids {
		news.Grid = g.ID
		if err := appendEvent(ctx, tx, ward.Event{Topic: "border_walk", Entity: fmt.Sprint(walk), Version: version, Paths: []string{g.Path}, Class: ward.Duty, Command: command, Body: news}); err != nil {
			return err
		}
	}
	return nil
}

// tellBorderPhoto tells of the photo of an answer that is there already: those who
// look at the walk have read the answer without it.
func tellBorderPhoto(ctx context.Context, tx pgx.Tx, answer uuid.UUID) error {
	var walk int64
	err := tx.QueryRow(ctx, `select p.walk from border_answer b join border_piece p on p.id = b.piece where b.id = $1`, answer).Scan(&walk)
	if err == pgx.ErrNoRows {
		return nil // it comes with the answer
	}
	if err != nil {
		return fmt.Errorf("looking for the walk of a photo: %w", err)
	}
	return appendBorderWalk(ctx, tx, walk, uuid.Nil)
}

// BorderPhoto reads a photo of an answer within the scope.
func (db *DB) BorderPhoto(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Photo, error) {
	return one[ward.Photo](ctx, db.Pool, photoAbsent, `
		select f.id, f.noun, f.entity, f.kind, f.hash, f.width, f.height, f.taken_at, false as private
		from photo f join border_answer b on f.noun = 'border_answer' and b.id = f.entity join border_piece p on p.id = b.piece where f.id = @id and `+borderPieceWithin,
		pgx.NamedArgs{"id": id, "scope": s.Paths()})
}
