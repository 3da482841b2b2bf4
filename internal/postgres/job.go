package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const (
	jobOpen    = `j.state in ('waiting','running')`
	jobColumns = `j.id, j.kind, j.title, j.state, j.share, j.doing, coalesce(a.name, '系统') as by, ` + jobOpen + ` and not j.fixed and not j.cancelling as cancellable,
		j.result, j.created, j.started, j.finished`
	jobFrom = `job j left join account a on a.id = j.actor`
	// jobWithin: one's own, and what was started within one's territory.
	jobWithin = `(j.actor = @actor or not exists (select from unnest(j.paths) p where not p <@ any(@scope::text[]::ltree[])))`
)

// Jobs lists jobs, newest first.
func (db *DB) Jobs(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Job], error) {
	args := pgx.NamedArgs{"actor": s.Actor(), "scope": s.Paths(), "kind": f.Kind, "after": nil, "limit": pageLimit(f.Limit) + 1}
	if f.After != "" {
		after, err := uuid.Parse(f.After)
		if err != nil {
			return ward.Page[ward.Job]{}, badCursor()
		}
		args["after"] = after
	}
	items, err := many[ward.Job](ctx, db.Pool, `select `+jobColumns+` from `+jobFrom+` where `+jobWithin+`
		and (@kind = '' or j.kind = @kind)
		and (@after::uuid is null or (j.created, j.id) < (select b.created, b.id from job b where b.id = @after))
		order by j.created desc, j.id desc limit @limit`, args)
	if err != nil {
		return ward.Page[ward.Job]{}, fmt.Errorf("listing jobs: %w", err)
	}
	return cut(items, pageLimit(f.Limit), func(j ward.Job) string { return j.ID.String() }), nil
}

// Job reads one job.
func (db *DB) Job(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Job, error) {
	return one[ward.Job](ctx, db.Pool, "没有这个任务", `select `+jobColumns+` from `+jobFrom+` where j.id = @id and `+jobWithin,
		pgx.NamedArgs{"id": id, "actor": s.Actor(), "scope": s.Paths()})
}

// CancelJob asks the program that runs a job to end it; the job says itself when
// it has.
func (db *DB) CancelJob(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Job, error) {
	j, err := db.Job(ctx, s, id)
	if err != nil {
		return j, err
	}
	// In one statement with the condition: a job that has just become fixed stays.
	cancelled := false
	err = db.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `update job j set cancelling = true where id = $1 and `+jobOpen+` and not fixed`, id)
		if cancelled = err == nil && tag.RowsAffected() > 0; !cancelled {
			return err
		}
		return appendAudit(ctx, tx, s, "cancel-job", "job", id.String(), "")
	})
	if err != nil {
		return j, fmt.Errorf("cancelling a job: %w", err)
	}
	if !cancelled {
		if !j.Open() {
			return j, ward.Errorf(ward.Conflict, "这个任务已经结束，不能取消")
		}
		return j, ward.Errorf(ward.Conflict, "这个任务已经写入，正在收尾，不能取消")
	}
	return db.Job(ctx, s, id)
}

// insertJob writes a new job; known is the one that was there under its number.
func (db *DB) insertJob(ctx context.Context, s ward.Scope, owner uuid.UUID, start JobStart) (fresh bool, err error) {
	var actor *int64
	if id := s.Actor(); id > 0 {
		actor = &id
	}
	tag, err := db.Pool.Exec(ctx, `insert into job (id, kind, title, actor, paths, owner, doing) values ($1, $2, left($3, 200), $4, $5::text[]::ltree[], $6, '等待开始')
		on conflict (id) do nothing`, start.ID, start.Kind, start.Title, actor, s.Paths(), owner)
	if err != nil {
		return false, fmt.Errorf("starting a job: %w", translate(err))
	}
	return tag.RowsAffected() == 1, nil
}
