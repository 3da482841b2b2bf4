package postgres

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

//go:embed grid_sheet.sql
var gridSheetSQL string

// GridSheet reads what is printed of an official grid on a day, and writes down who
// saw names whole. Nothing else is kept: the transaction is there for its temporary
// tables.
func (db *DB) GridSheet(ctx context.Context, s ward.Scope, grid int64, day string) (out ward.GridSheet, err error) {
	if _, err := ward.SheetDay(day); err != nil {
		return out, err
	}
	args := pgx.NamedArgs{"grid": grid, "on": day, "margin": ward.SheetMargin, "scope": s.Paths(), "names": s.SeesNames()}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		if err := gridOn(ctx, tx, args, &out); err != nil {
			return err
		}
		if err := runSteps(ctx, tx, gridSheetSQL+planFrameSQL, args); err != nil {
			return err
		}
		out.Grid = grid
		if err := fillPlanSheet(ctx, tx, s, grid, args, &out.PlanSheet); err != nil {
			return err
		}
		out.Around, err = many[ward.SheetNeighbour](ctx, tx, `
			select h.grid, g.name, h.geom as shape from sheet_frame f join grid_shape h on h.valid @> @on::date and h.geom && st_transform(f.box, 4326)
			join grid g on g.id = h.grid where g.kind <> 'micro' and h.grid <> @grid order by g.code limit 100`, args)
		return err
	})
	if err != nil {
		return ward.GridSheet{}, translate(err)
	}
	return out, db.seen(ctx, s, "get-grid-sheet", "grid", grid)
}

// gridOn reads the head of a sheet: what the grid was on the day, and the
// publication that made it so.
func gridOn(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs, out *ward.GridSheet) error {
	err := tx.QueryRow(ctx, `
		select @on::date::text, g.code, g.name, g.kind, a.name, h.geom, h.area, lower(h.valid)::text,
		  coalesce((select b.name from branch_grid bg join branch b on b.id = bg.branch where bg.grid = g.id and bg.valid @> @on::date limit 1), ''),
		  coalesce(p.name, ''), coalesce(p.author, ''), coalesce(p.approver, ''), k.households, k.persons, k.members, k.hardship, k.buildings
		from grid g join area a on a.id = g.community join grid_shape h on h.grid = g.id and h.valid @> @on::date
		left join lateral (
		  select p.name, w.name as author, y.name as approver from publish_log l join plan p on p.id = l.plan join account w on w.id = p.author left join account y on y.id = p.approver
		  where l.withdrawn_at is null and l.effective = lower(h.valid) and exists (select from publish_touch t where t.seq = l.seq and g.id in (t.from_grid, t.to_grid)) order by l.seq desc limit 1) p on true
		cross join lateral (
		  select coalesce(sum(s.households), 0)::int as households, coalesce(sum(s.persons), 0)::int as persons, coalesce(sum(s.members), 0)::int as members, coalesce(sum(s.hardship), 0)::int as hardship, coalesce(sum(s.buildings), 0)::int as buildings
		  from cell_grid c join cell_stat s on s.cell = c.cell where c.grid = g.id and c.layer = 1 and c.valid @> @on::date and upper_inf(c.recorded)) k
		where g.id = @grid and g.kind <> 'micro' and g.path <@ any(@scope::ltree[])`, args).Scan(
		&out.On, &out.Code, &out.Name, &out.Kind, &out.CommunityName, &out.Shape, &out.Area, &out.Since, &out.BranchName, &out.PlanName, &out.Author, &out.Approver,
		&out.Counts.Households, &out.Counts.Persons, &out.Counts.Members, &out.Counts.Hardship, &out.Counts.Buildings)
	if err == pgx.ErrNoRows {
		return ward.Errorf(ward.NotFound, "这个网格那一天还没有设立或已经撤销，或不在您的辖区内")
	}
	if err != nil {
		return fmt.Errorf("reading a grid of a day: %w", err)
	}
	return nil
}
