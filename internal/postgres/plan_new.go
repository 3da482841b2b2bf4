package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// CreatePlan starts a plan once, however often it is sent. What it begins with
// is the first entry of its log.
func (db *DB) CreatePlan(ctx context.Context, s ward.Scope, key uuid.UUID, n ward.PlanNew) (p ward.Plan, err error) {
	if n, err = db.likeItsModel(ctx, n); err != nil {
		return p, err
	}
	usual, err := gridNorm(ctx, db.Pool, n.Kind)
	if err != nil {
		return p, err
	}
	n = n.Norm(usual)
	if err := n.Validate(); err != nil {
		return p, err
	}
	slices.Sort(n.Communities)
	n.Communities = slices.Compact(n.Communities)
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-plan", n), func() (int64, error) { return createPlan(ctx, tx, s, key, n) })
		if err != nil {
			return err
		}
		p, err = planIn(ctx, tx, s, id)
		return err
	})
	return p, err
}

func createPlan(ctx context.Context, tx pgx.Tx, s ward.Scope, key uuid.UUID, n ward.PlanNew) (id int64, err error) {
	var known int
	if err := tx.QueryRow(ctx, `select count(*) from area where id = any($1) and level = 'community' and path <@ any($2::text[]::ltree[])`, n.Communities, s.Paths()).Scan(&known); err != nil {
		return 0, fmt.Errorf("reading the communities of a plan: %w", err)
	}
	if known != len(n.Communities) {
		return 0, ward.Errorf(ward.NotFound, "有社区不存在，或不在您的辖区内")
	}
	if err := oneStreet(ctx, tx, n); err != nil {
		return 0, err
	}
	if err := tx.QueryRow(ctx, `insert into plan (name, kind, low, high, persons_high, author, base_seq) values ($1, $2, $3, $4, $5, $6, (select coalesce(max(seq), 0) from publish_log)) returning id`,
		n.Name, n.Kind, n.Low, n.High, n.PersonsHigh, s.Actor()).Scan(&id); err != nil {
		return 0, fmt.Errorf("writing a plan: %w", err)
	}
	if _, err := tx.Exec(ctx, `insert into plan_community select $1, unnest($2::bigint[])`, id, n.Communities); err != nil {
		return 0, fmt.Errorf("writing the communities of a plan: %w", err)
	}
	layer := layerOf(n.Kind)
	switch n.From {
	case "empty":
		_, err = tx.Exec(ctx, `insert into plan_cell select $1, h.cell, h.grid, 0 from `+layer.head+` h join cell_community cc on cc.cell = h.cell and upper_inf(cc.valid) where cc.community = any($2)`, id, n.Communities)
	case "copy":
		err = copyPlan(ctx, tx, s, id, n)
	case "assignment":
		err = importAssignments(ctx, tx, id, n, layer)
	case "polygons":
		err = importPolygons(ctx, tx, id, n, layer)
	case "restore":
		err = restorePublication(ctx, tx, id, n, layer)
	}
	if err != nil {
		return 0, err
	}
	if err := logStart(ctx, tx, id, n.From); err != nil {
		return 0, err
	}
	if err := appendAudit(ctx, tx, s, "create-plan", "plan", fmt.Sprint(id), n.From); err != nil {
		return 0, err
	}
	return id, appendPlan(ctx, tx, id, key, "create")
}

// oneStreet refuses a plan that would move the border of a street along with those
// of its communities: that is not for a street to decide.
func oneStreet(ctx context.Context, tx pgx.Tx, n ward.PlanNew) error {
	if n.Kind != ward.PlanOfCommunities {
		return nil
	}
	var streets int
	if err := tx.QueryRow(ctx, `select count(distinct coalesce(parent, 0)) from area where id = any($1)`, n.Communities).Scan(&streets); err != nil {
		return fmt.Errorf("reading the street of a plan: %w", err)
	}
	if streets > 1 {
		message := "社区界线方案只能在一个街道之内：街道的界线由区里决定"
		return &ward.Error{Code: ward.Invalid, Message: message, Fields: []ward.FieldError{{Field: "communities", Message: message}}}
	}
	return nil
}

// logStart makes what a plan begins with the first entry of its log, so that
// the log replayed gives the plan. Nobody undoes it: it is the program's.
func logStart(ctx context.Context, tx pgx.Tx, id int64, from string) error {
	_, err := tx.Exec(ctx, `
		with c as (select coalesce(jsonb_agg(cell order by cell), '[]') cells, coalesce(jsonb_agg(from_grid order by cell), '[]') was, coalesce(jsonb_agg(label order by cell), '[]') now from plan_cell where plan = $1),
		g as (select jsonb_agg(jsonb_build_object('grid', label, 'now', state) order by label) grids from plan_grid where plan = $1)
		insert into plan_op (plan, seq, kind, actor, delta)
		select $1, 1, $2, 0, jsonb_build_object('cells', cells, 'was', was, 'now', now) || case when grids is null then '{}' else jsonb_build_object('grids', grids) end from c, g`, id, from)
	if err != nil {
		return fmt.Errorf("writing what a plan begins with: %w", err)
	}
	return nil
}

// copyPlan takes over what another plan does in the communities of this one.
func copyPlan(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, n ward.PlanNew) error {
	model, _, err := planHead(ctx, tx, s, n.Plan, false)
	if err != nil {
		return err
	}
	if err := n.SameKind(model.Kind); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into plan_grid (plan, label, state) select $1, label, state from plan_grid where plan = $2 and (state->>'community')::bigint = any($3)`, id, n.Plan, n.Communities)
	if err != nil {
		return fmt.Errorf("copying the grids of a plan: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into plan_cell select $1, pc.cell, pc.from_grid, pc.label from plan_cell pc join cell_community cc on cc.cell = pc.cell and upper_inf(cc.valid)
		where pc.plan = $2 and cc.community = any($3)`, id, n.Plan, n.Communities)
	if err != nil {
		return fmt.Errorf("copying the cells of a plan: %w", err)
	}
	return nil
}

// likeItsModel gives a plan that puts back a publication the kind of that
// publication's plan; one that moves borders, a copy or a step back, is about the
// communities of its model, all of them.
func (db *DB) likeItsModel(ctx context.Context, n ward.PlanNew) (ward.PlanNew, error) {
	if n.From != "restore" && n.From != "copy" {
		return n, nil
	}
	var kind string
	var communities []int64
	err := db.Pool.QueryRow(ctx, `select p.kind, array(select community from plan_community c where c.plan = p.id order by 1) from plan p
		where p.id = case when $1 then (select plan from publish_log where seq = $2) else $3 end`, n.From == "restore", n.Publication, n.Plan).Scan(&kind, &communities)
	if errors.Is(err, pgx.ErrNoRows) {
		return n, nil // which is said later
	}
	if err != nil {
		return n, fmt.Errorf("reading what a plan is begun from: %w", err)
	}
	if n.From == "restore" {
		n.Kind = kind
	}
	if kind == ward.PlanOfCommunities && n.Kind == kind {
		n.Communities = communities
	}
	return n, nil
}

// restorePublication puts back what a publication moved, where nobody moved it
// since; grids it closed are opened again under their old codes.
func restorePublication(ctx context.Context, tx pgx.Tx, id int64, n ward.PlanNew, layer planLayer) error {
	tag, err := tx.Exec(ctx, `
		insert into plan_cell select $1, t.cell, coalesce(h.grid, 0), coalesce(t.from_grid, 0)
		from `+layer.touch+` t join cell_community cc on cc.cell = t.cell and upper_inf(cc.valid) left join `+layer.head+` h on h.cell = t.cell
		where t.seq = $2 and cc.community = any($3) and h.grid is not distinct from t.to_grid and coalesce(t.from_grid, 0) <> coalesce(h.grid, 0)`, id, n.Publication, n.Communities)
	if err != nil {
		return fmt.Errorf("reading what a publication moved: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return &ward.Error{Code: ward.Invalid, Message: "这次公布没有可恢复的地块", Fields: []ward.FieldError{{Field: "publication", Message: "请选择本社区的一次公布"}}}
	}
	_, err = tx.Exec(ctx, `
		insert into plan_grid (plan, label, state)
		select $1, g.id, jsonb_strip_nulls(jsonb_build_object('community', g.community, 'name', g.name, 'code', g.code, 'kind', g.kind, 'reopen', true,
		  'branch', (select bg.branch from branch_grid bg where bg.grid = g.id order by lower(bg.valid) desc limit 1)))
		from grid g where g.closed_plan is not null and g.id in (select label from plan_cell where plan = $1)`, id)
	if err != nil {
		return fmt.Errorf("opening closed grids again: %w", err)
	}
	return nil
}

// importAssignments puts the cells of a table into its grids; a code that names
// no official grid founds one.
func importAssignments(ctx context.Context, tx pgx.Tx, id int64, n ward.PlanNew, layer planLayer) error {
	list, err := ward.ReadAssignments(n.Text)
	if err != nil {
		return err
	}
	var rows, cells []int64
	var buildings, codes []string
	for _, a := range list {
		rows, cells, buildings, codes = append(rows, int64(a.Row)), append(cells, a.Cell), append(buildings, a.Building), append(codes, a.Grid)
	}
	if _, err := tx.Exec(ctx, `
		create temp table plan_wish on commit drop as
		select w.row, w.code, cc.cell, cc.community, h.grid as head
		from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) w(row, cell, building, code)
		left join building b on w.cell = 0 and b.code = w.building
		left join cell_community cc on cc.cell = case when w.cell > 0 then w.cell else b.cell end and upper_inf(cc.valid) and cc.community = any($5)
		left join `+layer.head+` h on h.cell = cc.cell`, rows, cells, buildings, codes, n.Communities); err != nil {
		return fmt.Errorf("reading an assignment table: %w", err)
	}
	var bad []int64
	if err := tx.QueryRow(ctx, `select array(select row from plan_wish where cell is null order by row limit 20)`).Scan(&bad); err != nil {
		return fmt.Errorf("checking an assignment table: %w", err)
	}
	if len(bad) > 0 {
		var c ward.Check
		for _, row := range bad {
			c.Field(false, "text", fmt.Sprintf("第%d行：地块或楼栋不存在，或不在方案的社区里", row))
		}
		return c.Err()
	}
	return applyWishes(ctx, tx, id, layer)
}

// importPolygons gives each cell to the first polygon that holds its point;
// cells in none are unassigned, for the checks to show.
func importPolygons(ctx context.Context, tx pgx.Tx, id int64, n ward.PlanNew, layer planLayer) error {
	polygons, err := ward.ReadPlanPolygons(n.Text)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `create temp table plan_drawn (n int, code text, geom geometry) on commit drop`); err != nil {
		return fmt.Errorf("reading drawn grids: %w", err)
	}
	b := &pgx.Batch{}
	for i, p := range polygons {
		code := p.Code
		if code == "" {
			code = p.Name
		}
		b.Queue(`insert into plan_drawn select $1, $2, st_transform(st_makevalid($3::geometry), metric_srid())`, i, code, p.Shape)
	}
	b.Queue(`create temp table plan_wish on commit drop as
		select 0::bigint as row, d.code, cc.cell, cc.community, h.grid as head
		from cell_community cc join cell c on c.id = cc.cell and upper_inf(c.valid) left join `+layer.head+` h on h.cell = c.id
		left join lateral (select code from plan_drawn d where st_contains(d.geom, c.pt) order by n limit 1) d on true
		where cc.community = any($1) and upper_inf(cc.valid)`, n.Communities)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("reading drawn grids: %w", err)
	}
	return applyWishes(ctx, tx, id, layer)
}

// applyWishes turns plan_wish (cell, community, code; null for nobody) into
// cells and grids of a plan. A code or a name of an official grid of the
// community means that grid.
func applyWishes(ctx context.Context, tx pgx.Tx, id int64, layer planLayer) error {
	_, err := tx.Exec(ctx, `
		create temp table plan_named on commit drop as
		select q.community, q.code, coalesce(
		  (select g.id from grid g where g.community = q.community and g.closed_plan is null and `+layer.kinds+` and (g.code = q.code or g.name = q.code) order by g.code <> q.code, g.id limit 1),
		  -row_number() over (order by q.community, q.code)) as label
		from (select distinct community, code from plan_wish where code is not null) q`)
	if err != nil {
		return fmt.Errorf("naming imported grids: %w", err)
	}
	var long int
	if err := tx.QueryRow(ctx, `select coalesce(max(length(code)), 0) from plan_named`).Scan(&long); err != nil {
		return fmt.Errorf("naming imported grids: %w", err)
	}
	if long > utf8.UTFMax*8 {
		return &ward.Error{Code: ward.Invalid, Message: "网格编码或名称太长", Fields: []ward.FieldError{{Field: "text", Message: "网格编码不超过32个字"}}}
	}
	b := &pgx.Batch{}
	b.Queue(`insert into plan_grid (plan, label, state)
		select $1, label, jsonb_build_object('community', community, 'name', code) || case when code ~ '^[0-9A-Za-z_-]{1,32}$' and not exists (select from grid g where g.code = plan_named.code) then jsonb_build_object('code', code) else '{}' end
		from plan_named where label < 0`, id)
	b.Queue(`insert into plan_cell select distinct on (w.cell) $1::bigint, w.cell, coalesce(w.head, 0), coalesce(n.label, 0)
		from plan_wish w left join plan_named n on n.community = w.community and n.code = w.code
		where coalesce(n.label, 0) <> coalesce(w.head, 0) order by w.cell, w.row desc`, id)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("writing imported grids: %w", err)
	}
	return nil
}
