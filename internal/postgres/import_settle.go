package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Settle brings what is derived in step with imported sheets: the coverage of
// cells and grids when the ground changed, the counts of each cell and the
// spelling of names. It
// returns what is left over, in words. Call it once after a group of files;
// progress may be nil.
func (db *DB) Settle(ctx context.Context, sheets []string, progress Progress) ([]ward.Finding, error) {
	found := []ward.Finding{}
	ground := slices.ContainsFunc(sheets, func(s string) bool {
		return slices.Contains([]string{"areas", "roads", "buildings", "grids"}, s)
	})
	if ground {
		var tiled bool
		if err := db.Pool.QueryRow(ctx, `select exists (select from area where level = 'community' and scheme = 'party')`).Scan(&tiled); err != nil {
			return nil, fmt.Errorf("looking for communities: %w", err)
		}
		if !tiled {
			return append(found, ward.Finding{Level: ward.LevelNote, Message: "还没有社区，地块底图暂不生成；导入社区和网格后会自动生成"}), nil
		}
		r, err := db.BuildCoverage(ctx, progress)
		if err != nil {
			return nil, err
		}
		found = append(found, coverageFindings(r)...)
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select refresh_cell_stat()`); err != nil {
			return fmt.Errorf("counting the cells: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := db.Spell(ctx); err != nil {
		return nil, err
	}
	rest, err := db.adrift(ctx)
	return append(found, rest...), err
}

func coverageFindings(r ward.CoverageReport) []ward.Finding {
	found := []ward.Finding{{Level: ward.LevelNote, Message: fmt.Sprintf("地块底图：%d个地块，其中无楼地块%d个，%d条边线，%d栋楼各归一个地块", r.Cells, r.Voids, r.Arcs, r.Buildings)}}
	if n := len(r.Choices); n > 0 {
		found = append(found, ward.Finding{Level: ward.LevelWarning, Message: strconv.Itoa(n) + "个地块的网格图形没有说清（没有图形盖住，或不止一个）；请在规划中核对", Done: "已归入重叠最多或最近的网格"})
	}
	if r.Unassigned > 0 {
		found = append(found, ward.Finding{Level: ward.LevelWarning, Message: strconv.Itoa(r.Unassigned) + "个地块还没有网格；请导入网格，或在规划中划定"})
	}
	for _, g := range r.Grids {
		if g.Shift > 20 {
			found = append(found, ward.Finding{Feature: g.Code, Level: ward.LevelNote, Message: fmt.Sprintf("网格边界与交来的图形最多相差%.0f米", g.Shift), Done: "边界已对齐道路和楼栋"})
		}
	}
	return found
}

// adrift counts what has no grid today, with a few codes of each.
func (db *DB) adrift(ctx context.Context) ([]ward.Finding, error) {
	rows, err := db.Pool.Query(ctx, `
		with lost as (
		  select 1 as kind, b.code from building b left join cell_now n on n.cell = b.cell where n.grid is null
		  union all select 2, h.code from household h join building b on b.id = h.building left join cell_now n on n.cell = b.cell where n.grid is null
		  union all select 3, p.code from point p left join cell_now n on n.cell = p.cell where n.grid is null
		  union all select 4, u.code from institution u left join cell_now n on n.cell = u.cell where n.grid is null)
		select kind, count(*)::int, (array_agg(left(code, 20) order by code))[1:5] from lost group by kind order by kind`)
	if err != nil {
		return nil, fmt.Errorf("looking for what has no grid: %w", err)
	}
	found := []ward.Finding{}
	var kind, n int
	var codes []string
	_, err = pgx.ForEachRow(rows, []any{&kind, &n, &codes}, func() error {
		what := [...]string{"栋楼", "户", "个服务点", "个单位"}[kind-1]
		message := strconv.Itoa(n) + what + "不在任何网格内，例如"
		for i, c := range codes {
			if i > 0 {
				message += "、"
			}
			message += "“" + c + "”"
		}
		found = append(found, ward.Finding{Level: ward.LevelWarning, Message: message + "；请核对位置和网格边界"})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for what has no grid: %w", err)
	}
	return found, nil
}
