package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// planWords is what the communities say whose border the plan p moves.
const planWords = `(select coalesce(jsonb_agg(jsonb_build_object('community', jsonb_build_object('id', a.id, 'name', a.name, 'kind', 'community'),
	  'agrees', w.agrees, 'words', coalesce(w.words, ''), 'by', coalesce(wa.name, ''), 'at', w.at) order by a.code), '[]')
	from plan_towns(p.id) t(town) join area a on a.id = t.town
	left join plan_word w on w.plan = p.id and w.community = a.id and w.void_at is null left join account wa on wa.id = w.account)`

// planColumns read the card of a plan; what lies behind it is counted here and
// nowhere while drawing.
const planColumns = `p.id, p.name, p.kind, case when p.state = 'scheduled' and p.effective <= today() then 'published' else p.state end as state,
	p.version, p.low, p.high, p.persons_high, p.base_seq, (select coalesce(max(l.seq), 0) from publish_log l) as head_seq,
	p.author, au.name as author_name, p.approver, p.opinion, coalesce(p.effective::text, '') as effective, p.seq, p.created_at, p.changed_at,
	(select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'kind', 'community') order by a.code)
	   from plan_community pc join area a on a.id = pc.community where pc.plan = p.id) as communities,
	` + planWords + ` as words,
	coalesce(m.moved, 0) as moved, coalesce(m.households, 0) as households, coalesce(m.marks, '[]') as marks,
	(select count(*) from plan_grid g where g.plan = p.id) as grids,
	(select count(*) from plan_comment c where c.plan = p.id and c.reply_to is null and c.resolved_at is null) as comments,
	(select s.until from plan_share s where s.plan = p.id and s.until > now()) as shared_until,
	(select array[st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)] from (select st_extent(a.geom) e from plan_community pc join area a on a.id = pc.community where pc.plan = p.id) x) as bounds`

const planFrom = `plan p join account au on au.id = p.author left join lateral (
	select count(*) as moved, sum(s.households) as households,
	  jsonb_agg(jsonb_build_array(round(st_x(mark)::numeric, 5), round(st_y(mark)::numeric, 5))) filter (where n <= 200) as marks
	from (select pc.cell, row_number() over (order by pc.cell) n from plan_cell pc where pc.plan = p.id) q
	join cell c on c.id = q.cell left join cell_stat s on s.cell = q.cell cross join lateral (select st_transform(c.pt, 4326) mark) t) m on true`

// planWithin: a plan is within a scope when every community of it is.
const planWithin = `not exists (select from plan_community pc join area a on a.id = pc.community where pc.plan = p.id and not a.path <@ any(@scope::ltree[]))`

const planAbsent = "没有这个方案，或不在您的辖区内"

// Plans lists the plans of the scope, the last changed first.
func (db *DB) Plans(ctx context.Context, s ward.Scope, f ward.PlanFilter) (ward.Page[ward.Plan], error) {
	where, args := []string{planWithin}, pgx.NamedArgs{"scope": s.Paths(), "limit": pageLimit(f.Limit) + 1}
	if f.State == "open" {
		where = append(where, `p.state in ('draft','submitted','approved')`)
	} else if f.State != "" {
		where, args["state"] = append(where, `case when p.state = 'scheduled' and p.effective <= today() then 'published' else p.state end = @state`), f.State
	}
	if f.Query != "" {
		where, args["words"] = append(where, `p.name ilike @words`), "%"+likeText(f.Query)+"%"
	}
	if f.Area > 0 {
		where, args["area"] = append(where, `exists (select from plan_community pc join area a on a.id = pc.community where pc.plan = p.id and a.path <@ (select path from area where id = @area))`), f.Area
	}
	if f.After != "" {
		at, id, err := readPlanCursor(f.After)
		if err != nil {
			return ward.Page[ward.Plan]{}, err
		}
		where, args["at"], args["after"] = append(where, `(p.changed_at, p.id) < (@at, @after)`), at, id
	}
	plans, err := many[ward.Plan](ctx, db.Pool, `select `+planColumns+` from `+planFrom+` where `+strings.Join(where, " and ")+` order by p.changed_at desc, p.id desc limit @limit`, args)
	if err != nil {
		return ward.Page[ward.Plan]{}, fmt.Errorf("listing plans: %w", err)
	}
	return cut(plans, pageLimit(f.Limit), func(p ward.Plan) string {
		return fmt.Sprintf("%d-%d", p.ChangedAt.UnixMicro(), p.ID)
	}), nil
}

func readPlanCursor(after string) (time.Time, int64, error) {
	var micros, id int64
	if _, err := fmt.Sscanf(after, "%d-%d", &micros, &id); err != nil {
		return time.Time{}, 0, badCursor()
	}
	return time.UnixMicro(micros), id, nil
}

// Plan reads one plan of the scope.
func (db *DB) Plan(ctx context.Context, s ward.Scope, id int64) (ward.Plan, error) {
	return planIn(ctx, db.Pool, s, id)
}

func planIn(ctx context.Context, q querier, s ward.Scope, id int64) (ward.Plan, error) {
	return one[ward.Plan](ctx, q, planAbsent, `select `+planColumns+` from `+planFrom+` where p.id = @id and `+planWithin, pgx.NamedArgs{"id": id, "scope": s.Paths()})
}

// planHead is what drawing needs of a plan, without counting; lock holds the row.
func planHead(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, lock bool) (p ward.Plan, communities []int64, err error) {
	sql := `select p.id, p.name, p.kind, case when p.state = 'scheduled' and p.effective <= today() then 'published' else p.state end, p.version, p.low, p.high, p.persons_high, p.base_seq, p.author, p.approver, coalesce(p.effective::text, ''), p.seq,
		  (select coalesce(max(l.seq), 0) from publish_log l), array(select community from plan_community c where c.plan = p.id order by 1)
		from plan p where p.id = @id and ` + planWithin
	if lock {
		sql += ` for update of p`
	}
	err = tx.QueryRow(ctx, sql, pgx.NamedArgs{"id": id, "scope": s.Paths()}).Scan(&p.ID, &p.Name, &p.Kind, &p.State, &p.Version, &p.Low, &p.High, &p.PersonsHigh, &p.BaseSeq, &p.Author, &p.Approver, &p.Effective, &p.Seq, &p.HeadSeq, &communities)
	if err == pgx.ErrNoRows {
		return p, nil, ward.Errorf(ward.NotFound, planAbsent)
	}
	if err != nil {
		return p, nil, fmt.Errorf("reading a plan: %w", err)
	}
	return p, communities, nil
}

// ChangePlan amends the card of a draft.
func (db *DB) ChangePlan(ctx context.Context, s ward.Scope, id int64, c ward.PlanChange) (p ward.Plan, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		now, _, err := planHead(ctx, tx, s, id, true)
		if err != nil {
			return err
		}
		if now.Version != c.Version {
			return &ward.Error{Code: ward.Stale, Message: "方案已被修改，请看最新内容后再改", Current: now.Version}
		}
		if err := now.Editable(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update plan set version = version + 1, changed_at = now(), name = coalesce($2, name), low = coalesce($3, low), high = coalesce($4, high), persons_high = coalesce($5, persons_high) where id = $1`,
			id, c.Name, c.Low, c.High, c.PersonsHigh); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, s, "change-plan", "plan", fmt.Sprint(id), ""); err != nil {
			return err
		}
		if err := appendPlan(ctx, tx, id, uuid.Nil, "change"); err != nil {
			return err
		}
		p, err = planIn(ctx, tx, s, id)
		return err
	})
	return p, err
}

// planNews is what the live stream tells of a plan.
type planNews struct {
	ID      int64  `json:"id"`
	Version int64  `json:"version"`
	State   string `json:"state"`
	Kind    string `json:"kind"`
}

// appendPlan tells who looks at a plan that it changed. The caller holds its row.
func appendPlan(ctx context.Context, tx pgx.Tx, id int64, key uuid.UUID, kind string) error {
	news := planNews{ID: id, Kind: kind}
	var paths []string
	if err := tx.QueryRow(ctx, `select version, state, array(select a.path::text from plan_community c join area a on a.id = c.community where c.plan = p.id order by 1) from plan p where id = $1`, id).
		Scan(&news.Version, &news.State, &paths); err != nil {
		return fmt.Errorf("reading what to tell of a plan: %w", err)
	}
	command := ""
	if key != uuid.Nil {
		command = key.String()
	}
	return appendEvent(ctx, tx, ward.Event{Topic: "plan", Entity: fmt.Sprint(id), Version: news.Version, Paths: []string{ward.CommonPath(paths)}, Class: ward.Duty, Command: command, Body: news})
}
