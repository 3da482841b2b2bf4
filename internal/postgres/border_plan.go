package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// borderPlanColumns read a plan of community borders without figures and outlines;
// @own are the paths of which the reader is the secretary.
const borderPlanColumns = `p.id, p.name, case when p.state = 'scheduled' and p.effective <= today() then 'published' else p.state end as state, p.version,
	au.name as author, coalesce(p.effective::text, '') as effective, p.changed_at, ` + planWords + ` as words,
	array(select a.id from plan_towns(p.id) t(town) join area a on a.id = t.town where p.state = 'submitted' and a.path = any(@own::ltree[])
	  and not exists (select from plan_word w where w.plan = p.id and w.community = a.id and w.void_at is null) order by a.code) as mine, '[]'::jsonb as towns, '[]'::jsonb as outlines, '[]'::jsonb as pieces`

const borderPlanFrom = `plan p join account au on au.id = p.author`

// borderPlanWithin: a plan of community borders is within a scope when one of the
// communities it changes is, from the time it was submitted.
const borderPlanWithin = `p.kind = 'community' and p.state not in ('draft', 'withdrawn')
	and exists (select from plan_towns(p.id) t(town) join area a on a.id = t.town where a.path <@ any(@scope::ltree[]))`

// BorderPlans lists what communities are asked about.
func (db *DB) BorderPlans(ctx context.Context, s ward.Scope) ([]ward.BorderPlan, error) {
	list, err := many[ward.BorderPlan](ctx, db.Pool, `select `+borderPlanColumns+` from `+borderPlanFrom+` where `+borderPlanWithin+`
		and (p.state <> 'scheduled' or p.effective > today() - @days::int) order by p.changed_at desc, p.id desc limit 50`,
		pgx.NamedArgs{"scope": s.Paths(), "own": s.PathsOf(ward.Secretary), "days": ward.BorderChangeDays})
	if err != nil {
		return nil, fmt.Errorf("listing plans of community borders: %w", err)
	}
	return list, nil
}

// BorderPlan reads one plan of community borders as its communities see it.
func (db *DB) BorderPlan(ctx context.Context, s ward.Scope, id int64) (out ward.BorderPlan, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		out, err = db.borderPlan(ctx, tx, s, id)
		return err
	})
	return out, err
}

func (db *DB) borderPlan(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64) (ward.BorderPlan, error) {
	out, err := one[ward.BorderPlan](ctx, tx, planAbsent, `select `+borderPlanColumns+` from `+borderPlanFrom+` where p.id = @id and `+borderPlanWithin,
		pgx.NamedArgs{"id": id, "scope": s.Paths(), "own": s.PathsOf(ward.Secretary)})
	if err != nil {
		return out, err
	}
	var communities []int64
	if err := tx.QueryRow(ctx, `select array(select community from plan_community where plan = $1 order by 1)`, id).Scan(&communities); err != nil {
		return out, fmt.Errorf("reading the communities of a plan: %w", err)
	}
	g, err := db.planGround(ctx, tx, ward.Plan{ID: id, Kind: ward.PlanOfCommunities}, communities)
	if err != nil {
		return out, err
	}
	if out.State == ward.PlanScheduled || out.State == ward.PlanPublished {
		if err := closedGrids(ctx, tx, g); err != nil {
			return out, err
		}
		g.AsBefore() // the official state is the plan's by now
	}
	if out.Towns, err = townImpact(ctx, tx, g); err != nil {
		return out, err
	}
	fillBorders(g, &out)
	return out, nil
}

// closedGrids adds the grids that a plan took all cells of.
func closedGrids(ctx context.Context, tx pgx.Tx, g *ward.Ground) error {
	list, err := many[ward.OfficialGrid](ctx, tx, `select g.id, g.community, g.code, g.name, g.kind, g.colour, null::bigint as branch, '' as branch_name
		from grid g where g.id in (select from_grid from plan_cell where plan = @plan) and g.closed_plan is not null`, pgx.NamedArgs{"plan": g.Plan.ID})
	if err != nil {
		return fmt.Errorf("reading the grids a plan closed: %w", err)
	}
	for _, one := range list {
		g.Official[one.ID] = one
	}
	return nil
}

// fillBorders adds the outlines of the communities that change and of the ground
// that goes from one to another.
func fillBorders(g *ward.Ground, out *ward.BorderPlan) {
	out.Outlines, out.Pieces = []ward.TownOutline{}, []ward.BorderExchange{}
	moved := map[[2]int64][]int64{}
	var pairs [][2]int64
	for _, t := range g.TownChanges() {
		if !t.Changed() {
			continue
		}
		out.Outlines = append(out.Outlines, ward.TownOutline{Community: t.ID, Before: g.Outline(t.Before), After: g.Outline(t.After)})
		for _, id := range t.Gained {
			k := [2]int64{g.Cell(id).Community, t.ID}
			if moved[k] == nil {
				pairs = append(pairs, k)
			}
			moved[k] = append(moved[k], id)
		}
	}
	town := func(id int64) ward.Named { return ward.Named{ID: id, Name: g.Towns[id], Kind: "community"} }
	for _, k := range pairs {
		out.Pieces = append(out.Pieces, ward.BorderExchange{From: town(k[0]), To: town(k[1]), Moved: g.Count(moved[k]), Shape: g.Outline(moved[k])})
	}
}

// SayPlanWord keeps a community's word, see ward.BorderPlans.
func (db *DB) SayPlanWord(ctx context.Context, s ward.Scope, id int64, w ward.PlanWordDraft) (out ward.BorderPlan, err error) {
	if err := w.Validate(); err != nil {
		return out, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := mayGiveWord(ctx, tx, s, id, w); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into plan_word (plan, community, account, agrees, words, at) values ($1, $2, $3, $4, $5, $6)`, id, w.Community, s.Actor(), w.Agrees, w.Words, db.Now()); err != nil {
			return fmt.Errorf("writing a community's word: %w", err)
		}
		if out, err = db.borderPlan(ctx, tx, s, id); err != nil {
			return err
		}
		what := "agree-to-plan"
		if !w.Agrees {
			what = "refuse-plan"
			if err := sendBack(ctx, tx, id, w); err != nil {
				return err
			}
			out.State, out.Mine = ward.PlanDraft, []int64{}
		}
		out.Version++
		if _, err := tx.Exec(ctx, `update plan set version = version + 1, changed_at = now() where id = $1`, id); err != nil {
			return fmt.Errorf("noting a community's word: %w", err)
		}
		if err := appendAudit(ctx, tx, s, what, "plan", fmt.Sprint(id), w.Words); err != nil {
			return err
		}
		return appendPlan(ctx, tx, id, uuid.Nil, "word")
	})
	return out, err
}

// mayGiveWord holds the plan and refuses who may not speak, or not now.
func mayGiveWord(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, w ward.PlanWordDraft) error {
	var state, path string
	var version int64
	var said bool
	err := tx.QueryRow(ctx, `select p.state, p.version, coalesce((select a.path::text from plan_towns(p.id) t(town) join area a on a.id = t.town where a.id = @community), ''),
		exists (select from plan_word x where x.plan = p.id and x.community = @community and x.void_at is null)
		from plan p where p.id = @id and `+borderPlanWithin+` for update of p`,
		pgx.NamedArgs{"id": id, "community": w.Community, "scope": s.Paths()}).Scan(&state, &version, &path, &said)
	switch {
	case err == pgx.ErrNoRows:
		return ward.Errorf(ward.NotFound, planAbsent)
	case err != nil:
		return fmt.Errorf("reading a plan: %w", err)
	case path == "" || !slices.Contains(s.PathsOf(ward.Secretary), path):
		return ward.Errorf(ward.Forbidden, "只有界线要变动的社区，由该社区书记表态")
	case said:
		return ward.Errorf(ward.Conflict, "这个社区已经表过态；方案退回修改后再提交，才重新表态")
	case version != w.Version:
		return &ward.Error{Code: ward.Stale, Message: "方案刚有变化，请看最新内容后再表态", Current: version}
	case state != ward.PlanSubmitted:
		return ward.Errorf(ward.Conflict, "方案现在是“%s”，不用表态", ward.PlanStateLabel(state))
	}
	return nil
}

// sendBack returns a plan that a community refuses to its author, with the reason.
func sendBack(ctx context.Context, tx pgx.Tx, id int64, w ward.PlanWordDraft) error {
	_, err := tx.Exec(ctx, `update plan set state = 'draft', approver = null, opinion = left('“' || (select name from area where id = $2) || '”不同意：' || $3, 500) where id = $1`, id, w.Community, w.Words)
	if err != nil {
		return fmt.Errorf("sending a plan back: %w", err)
	}
	return voidWords(ctx, tx, id, ward.PlanDraft)
}

// voidWords forgets what communities said of a plan that is drawn on again; it
// stays on record.
func voidWords(ctx context.Context, tx pgx.Tx, id int64, state string) error {
	if state != ward.PlanDraft && state != ward.PlanWithdrawn {
		return nil
	}
	if _, err := tx.Exec(ctx, `update plan_word set void_at = clock_timestamp() where plan = $1 and void_at is null`, id); err != nil {
		return fmt.Errorf("voiding what communities said: %w", err)
	}
	return nil
}

// refuseUnheard refuses to approve a plan before every community whose border it
// moves has agreed.
func refuseUnheard(ctx context.Context, tx pgx.Tx, p ward.Plan) error {
	if p.Kind != ward.PlanOfCommunities {
		return nil
	}
	var words []ward.PlanWord
	if err := tx.QueryRow(ctx, `select `+planWords+` from plan p where p.id = $1`, p.ID).Scan(&words); err != nil {
		return fmt.Errorf("reading what communities said: %w", err)
	}
	return ward.Unheard(words)
}
