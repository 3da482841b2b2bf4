package api_test

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// communityOf is the community of each grid of the town.
func communityOf(grid int) int64 { return []int64{0, 11, 11, 12, 13}[grid] }

// plan puts a plan of the community of a grid into the database, in a state and
// by another planner than whoever asks, and returns its number.
func (tw *town) plan(grid int, state string) (id int64) {
	ctx := context.Background()
	err := tw.db.Pool.QueryRow(ctx, `
		with ground as (insert into cell_community (cell, community, valid) select c.cell, g.community, '[2020-01-01,)' from cell_grid c join grid g on g.id = c.grid
		  where not exists (select from cell_community x where x.cell = c.cell) returning cell),
		author as (select id from account where login = 'root2'),
		p as (insert into plan (name, state, author, base_seq) select '第' || $1::int || '网格方案', $2::text, author.id, 0 from author returning id),
		pc as (insert into plan_community select p.id, $3 from p returning plan)
		select id from p, pc, (select count(*) from ground) g`, grid, state, communityOf(grid)).Scan(&id)
	if err != nil {
		panic(err)
	}
	return id
}

// comment is a fresh comment on a plan of the community of a grid.
func (tw *town) comment(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `insert into plan_comment (plan, author, text, cell, pt)
		select $1, author, '批注', $2, st_setsrid(st_makepoint(120, 30.5), 4326) from plan where id = $1 returning id`, tw.plan(grid, "draft"), grid).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// border gives a grid a border to walk along and returns the walk along it, with
// its only piece.
func (tw *town) border(grid int) (walk, piece int64) {
	tw.plan(grid, "draft") // whose ground it is
	err := tw.db.Pool.QueryRow(context.Background(), `
		with arc as (insert into cell_arc (l, r, class, len, crossable, geom) select id, 0, 'limit', 100, false, st_exteriorring(geom) from cell where id = $1),
		closed as (update border_walk set closed_at = now() where grid = $1 and closed_at is null returning id),
		w as (insert into border_walk (grid, made_by, made_at, closed_at) select $1, a.id, now(), now() from account a, (select count(*) from closed) c where a.login = 'root2' returning id)
		insert into border_piece (walk, mark, grids, pairs, name, class, length, line, left_side, right_side, words)
		select w.id, 1, array[$1::bigint], array[0, $1::bigint], '围墙', 'wall', 100, st_transform(st_exteriorring(c.geom), 4326), s.side, s.side, '沿围墙'
		from w, cell c, (select '{"grid":0,"name":"","side":"","places":[]}'::jsonb as side) s where c.id = $1 returning walk, id`, grid).Scan(&walk, &piece)
	if err != nil {
		panic(err)
	}
	return walk, piece
}

// borderPlan is a submitted plan that gives the cell of a grid to a community next
// door, which is made for it.
func (tw *town) borderPlan(grid int) (plan, neighbour int64) {
	plan = tw.plan(grid, "submitted")
	if err := tw.db.Pool.QueryRow(context.Background(), `
		with a as (insert into area (code, name, level, parent, geom, label) select 'N' || $1::bigint, '邻社区', 'community', parent, geom, label from area where id = $2 returning id),
		c as (insert into plan_community select $1, id from a returning community),
		k as (update plan set kind = 'community' where id = $1),
		g as (insert into plan_grid (plan, label, state) select $1, -1, jsonb_build_object('community', id, 'name', '新网格1') from a),
		m as (insert into plan_cell (plan, cell, from_grid, label) select $1, cell, grid, -1 from cell_grid where grid = $3 limit 1)
		select id from a`, plan, communityOf(grid), grid).Scan(&neighbour); err != nil {
		panic(err)
	}
	return plan, neighbour
}

// borderPhoto is a photo of an answer at the border of a grid.
func (tw *town) borderPhoto(grid int) uuid.UUID {
	_, piece := tw.border(grid)
	id := uuid.Must(uuid.NewV7())
	if _, err := tw.db.Pool.Exec(context.Background(), `with b as (insert into border_answer (id, piece, account, verdict, at, received_at) select $1, $2, id, 'accepted', now(), now() from account where login = 'root2' returning id, account)
		insert into photo (id, noun, entity, owner, hash, width, height, bytes, taken_at) select $1, 'border_answer', b.id, b.account, p.hash, p.width, p.height, p.bytes, now() from b, photo p where p.id = $3`, id, piece, tw.photos[grid]); err != nil {
		panic(err)
	}
	return id
}

// open is the cell of a grid, in its community and without borders.
func (tw *town) open(grid int) int64 {
	tw.plan(grid, "draft")
	if _, err := tw.db.Pool.Exec(context.Background(), `delete from cell_arc where l = $1 or r = $1`, grid); err != nil {
		panic(err)
	}
	return int64(grid)
}

// cellCut is a cut of the cell of a grid whose pieces are no more.
func (tw *town) cellCut(grid int) (id int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `insert into cell_cut (cell, pieces, community, line, made_by)
		select $1::bigint, array[$1::bigint, -1], $2, st_setsrid('MULTILINESTRING((0 0,1 1))'::geometry, metric_srid()), id from account where login = 'root' returning id`, tw.open(grid), communityOf(grid)).Scan(&id); err != nil {
		panic(err)
	}
	return id
}

// publication is a publication that touched the cell of a grid.
func (tw *town) publication(grid int) (seq int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `with l as (insert into publish_log (plan, effective, by_whom) values ($1, today(), '张三') returning seq)
		insert into publish_touch (seq, cell, from_grid, to_grid) select l.seq, c.cell, c.grid, c.grid from l, cell_grid c where c.grid = $2 limit 1 returning seq`, tw.plan(grid, "approved"), grid).Scan(&seq); err != nil {
		panic(err)
	}
	return seq
}

// planRequests has one line for every operation on plans.
func planRequests() map[string]request {
	plan := func(state, format string) func(*town, int) string {
		return func(tw *town, grid int) string { return path(format, tw.plan(grid, state)) }
	}
	draft := func(format string) func(*town, int) string { return plan("draft", format) }
	body := func(v any) func(*town, int) any { return func(*town, int) any { return v } }
	return map[string]request{
		"list-plans": {method: "GET", path: fixed("/api/plans"), anywhere: true},
		"create-plan": {method: "POST", path: fixed("/api/plans"), body: func(_ *town, grid int) any {
			return ward.PlanNew{Name: "新方案", Communities: []int64{communityOf(grid)}, From: "current"}
		}},
		"export-plan-grids":   {method: "GET", path: draft("/api/plans/%d/export/geojson")},
		"propose-plans":       {method: "POST", path: draft("/api/plans/%d/proposals"), answer: http.StatusNotFound, anywhere: true, body: body(map[string]any{"job": someID})},
		"get-plan-siting":     {method: "GET", path: draft("/api/plans/%d/siting")},
		"get-siting-coverage": {method: "GET", path: fixed("/api/siting/coverage?minutes=10"), anywhere: true},
		"rank-sites": {method: "POST", path: fixed("/api/siting/sites"), anywhere: true, body: body(ward.SitingQuestion{
			SitingLayer: ward.SitingLayer{Of: ward.SitingPoint, Minutes: 10, Pace: ward.PaceUsual}, From: "any",
		})},
		"list-cell-cuts": {method: "GET", path: fixed("/api/cell-cuts"), anywhere: true},
		// The cells of this town have no borders; who may is asked first.
		"cut-cell": {method: "POST", path: func(tw *town, grid int) string { return path("/api/cells/%d/cut", tw.open(grid)) }, answer: http.StatusConflict, body: body(map[string]any{"line": [][2]float64{{100, 20}, {100.001, 20}}, "preview": true})},
		// Its pieces are no more: it cannot be healed.
		"heal-cell":   {method: "POST", path: func(tw *town, grid int) string { return path("/api/cell-cuts/%d/heal", tw.cellCut(grid)) }, answer: http.StatusConflict},
		"get-plan":    {method: "GET", path: draft("/api/plans/%d")},
		"change-plan": {method: "PATCH", path: draft("/api/plans/%d"), body: body(map[string]any{"version": 1, "low": 200})},
		"draw-plan": {method: "POST", path: draft("/api/plans/%d/ops"), body: func(_ *town, grid int) any {
			return ward.PlanOp{Version: 1, Kind: "erase", Cells: []int64{int64(grid)}}
		}},
		"list-plan-ops":    {method: "GET", path: draft("/api/plans/%d/ops")},
		"get-plan-cells":   {method: "GET", path: draft("/api/plans/%d/cells")},
		"list-plan-grids":  {method: "GET", path: draft("/api/plans/%d/grids")},
		"list-plan-checks": {method: "GET", path: draft("/api/plans/%d/checks")},
		"get-plan-impact":  {method: "GET", path: draft("/api/plans/%d/impact")},
		"compare-plans":    {method: "GET", path: draft("/api/plans/%d/compare")},
		"submit-plan":      {method: "POST", path: draft("/api/plans/%d/submit"), body: body(ward.PlanStep{Version: 1})},
		"withdraw-plan":    {method: "POST", path: draft("/api/plans/%d/withdraw"), body: body(ward.PlanStep{Version: 1})},
		"reopen-plan":      {method: "POST", path: plan("withdrawn", "/api/plans/%d/reopen"), body: body(ward.PlanStep{Version: 1})},
		"approve-plan":     {method: "POST", path: plan("submitted", "/api/plans/%d/approve"), body: body(ward.PlanStep{Version: 1})},
		"reject-plan":      {method: "POST", path: plan("submitted", "/api/plans/%d/reject"), body: body(ward.PlanStep{Version: 1, Opinion: "再议"})},
		// A plan without a change cannot be published, and one that is not
		// published cannot be taken back; who may is asked first.
		"publish-plan":         {method: "POST", path: plan("approved", "/api/plans/%d/publish"), body: body(ward.PlanStep{Version: 1, Effective: "2999-01-01"}), answer: http.StatusConflict},
		"unschedule-plan":      {method: "POST", path: plan("approved", "/api/plans/%d/unschedule"), body: body(ward.PlanStep{Version: 1}), answer: http.StatusConflict},
		"list-plan-comments":   {method: "GET", path: draft("/api/plans/%d/comments")},
		"comment-plan":         {method: "POST", path: draft("/api/plans/%d/comments"), body: func(_ *town, grid int) any { return ward.PlanRemark{Text: "这条线看不懂", Cell: int64(grid)} }},
		"attend-plan":          {method: "POST", path: draft("/api/plans/%d/presence"), body: body(map[string]any{"window": uuid.New()})},
		"resolve-plan-comment": {method: "PATCH", path: func(tw *town, grid int) string { return path("/api/plan-comments/%d", tw.comment(grid)) }, body: body(map[string]any{"version": 1, "resolved": true})},
		"share-plan":           {method: "POST", path: draft("/api/plans/%d/share")},
		"unshare-plan":         {method: "POST", path: draft("/api/plans/%d/unshare")},
		"export-plan":          {method: "GET", path: draft("/api/plans/%d/assignments.csv")},
		"list-publications":    {method: "GET", path: fixed("/api/publications"), anywhere: true},
		"get-grid-lineage":     {method: "GET", path: numbered("/api/grids/%d/lineage")},
		"list-building-grids":  {method: "GET", path: numbered("/api/buildings/%d/grids")},
		"get-plan-sheet": {method: "GET", path: func(tw *town, grid int) string {
			return path("/api/plans/%d/sheets/", tw.plan(grid, "draft")) + path("%d", grid)
		}},
		"get-grid-sheet": {method: "GET", path: func(tw *town, grid int) string {
			tw.plan(grid, "draft") // whose ground it is
			return path("/api/grids/%d/sheet?on=2026-03-03", grid)
		}},
		"list-border-changes":     {method: "GET", path: fixed("/api/border-changes"), anywhere: true},
		"read-border-change":      {method: "POST", path: func(tw *town, grid int) string { return path("/api/border-changes/%d/read", tw.publication(grid)) }},
		"get-publication-borders": {method: "GET", path: func(tw *town, grid int) string { return path("/api/publications/%d/borders", tw.publication(grid)) }},
		"list-border-plans":       {method: "GET", path: fixed("/api/border-plans"), anywhere: true},
		"get-border-plan": {method: "GET", path: func(tw *town, grid int) string {
			plan, _ := tw.borderPlan(grid)
			return path("/api/border-plans/%d", plan)
		}},
		"say-plan-word": {method: "POST", path: func(tw *town, grid int) string {
			plan, _ := tw.borderPlan(grid)
			return path("/api/border-plans/%d/word", plan)
		}, body: func(_ *town, grid int) any {
			return ward.PlanWordDraft{Version: 1, Community: communityOf(grid), Agrees: true}
		}},
		"list-border-walks": {method: "GET", path: fixed("/api/border-walks"), anywhere: true},
		"create-border-walk": {method: "POST", path: fixed("/api/border-walks"), body: func(tw *town, grid int) any {
			tw.border(grid)
			return ward.BorderWalkDraft{Grid: int64(grid)}
		}},
		"close-border-walk": {method: "POST", path: func(tw *town, grid int) string {
			walk, _ := tw.border(grid)
			if err := exec(context.Background(), tw, "update border_walk set closed_at = null where id = $1", walk); err != nil {
				panic(err)
			}
			return path("/api/border-walks/%d/close", walk)
		}, body: body(map[string]any{"version": 1})},
		"answer-border-piece": {method: "POST", path: func(tw *town, grid int) string {
			_, piece := tw.border(grid)
			return path("/api/border-pieces/%d/answers", piece)
		}, body: func(*town, int) any {
			return ward.BorderAnswerDraft{ID: uuid.Must(uuid.NewV7()), Verdict: "rejected", Reason: "有围墙", At: time.Now()}
		}},
		"get-border-photo":  {method: "GET", path: func(tw *town, grid int) string { return "/api/border-photos/" + tw.borderPhoto(grid).String() }},
		"list-grids-then":   {method: "GET", path: fixed("/api/grids-then?on=2026-03-03"), anywhere: true},
		"get-grid-family":   {method: "GET", path: numbered("/api/grids/%d/family")},
		"list-grid-codes":   {method: "GET", path: fixed("/api/grid-codes?q=网格"), anywhere: true},
		"list-grid-figures": {method: "GET", path: fixed("/api/figures?month=2026-11"), anywhere: true},
	}
}
