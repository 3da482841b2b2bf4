package api_test

import (
	"context"
	"net/http"

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
		"list-border-changes":     {method: "GET", path: fixed("/api/border-changes"), anywhere: true},
		"read-border-change":      {method: "POST", path: func(tw *town, grid int) string { return path("/api/border-changes/%d/read", tw.publication(grid)) }},
		"get-publication-borders": {method: "GET", path: func(tw *town, grid int) string { return path("/api/publications/%d/borders", tw.publication(grid)) }},
		"list-grids-then":         {method: "GET", path: fixed("/api/grids-then?on=2026-03-03"), anywhere: true},
		"get-grid-family":         {method: "GET", path: numbered("/api/grids/%d/family")},
		"list-grid-codes":         {method: "GET", path: fixed("/api/grid-codes?q=网格"), anywhere: true},
		"list-grid-figures":       {method: "GET", path: fixed("/api/figures?month=2026-11"), anywhere: true},
	}
}
