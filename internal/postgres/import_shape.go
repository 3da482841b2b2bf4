package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Repair is for small rings only: ST_MakeValid of 300 vertices takes 0.13 s, of
// 1,000 three seconds, and its default method ran nine minutes on 2,000 while
// deaf to every timeout (figures in docs/decisions/035-import.md).
const (
	repairRing  = 300   // vertices of one ring
	repairShape = 3_000 // vertices of one shape
	repairFile  = 500   // shapes of one file
)

// fault is a shape that PostGIS does not call valid.
type fault struct {
	Line   int
	Reason string
	Ring   int // vertices of its largest ring
	All    int
	Lon    *float64 // where, when PostGIS knows
	Lat    *float64
}

// keepShapes gives the rows of a table without shapes those that are registered
// under their codes.
func (l *load) keepShapes(ctx context.Context) error {
	if !l.sheet.Tabled() {
		return nil
	}
	if err := l.exec(ctx, `update incoming i set shape = o.geom from `+l.script.table+` o where o.code = i.code and i.shape is null`); err != nil {
		return err
	}
	return l.exec(ctx, `insert into finding select line, '图形', 'error', '没有图形，这个编码也还没有登记；新的`+l.sheet.Title+`请导入带图形的 GeoJSON 或 Shapefile', '已跳过' from incoming where shape is null`)
}

// checkShapes finds polygons that cross themselves, repairs the small ones and
// refuses the others.
func (l *load) checkShapes(ctx context.Context) error {
	if l.sheet.Shape != ward.AreaOnly {
		return nil
	}
	rows, err := l.tx.Query(ctx, `
		select line, split_part((d).reason, '[', 1) as reason, st_x((d).location) as lon, st_y((d).location) as lat, st_npoints(shape) as all,
		       (select max(st_npoints((r).geom)) from st_dump(shape) p, st_dumprings((p).geom) r) as ring
		from (select line, shape, st_isvaliddetail(shape) as d from incoming where not sound and not st_isvalid(shape)) q order by line`)
	if err != nil {
		return fmt.Errorf("checking shapes: %w", err)
	}
	faults, err := pgx.CollectRows(rows, pgx.RowToStructByName[fault])
	if err != nil {
		return fmt.Errorf("checking shapes: %w", err)
	}
	for i, f := range faults {
		if i >= repairFile || f.Ring > repairRing || f.All > repairShape {
			if err := l.say(ctx, f.Line, ward.LevelError, f.words()+"；请在制图软件中修正", "已跳过"); err != nil {
				return err
			}
			continue
		}
		if err := l.repair(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// repair makes one shape valid; method structure keeps what the rings enclose.
func (l *load) repair(ctx context.Context, f fault) error {
	var ok bool
	var before, after float64
	err := l.tx.QueryRow(ctx, `
		with fixed as (
		  select line, shape as old, st_multi(st_collectionextract(st_makevalid(shape, 'method=structure'), 3)) as new from incoming where line = $1
		), done as (
		  update incoming i set shape = st_forcepolygonccw(new), label = case when i.label is not null then st_pointonsurface(new) end, spot = null
		  from fixed f where i.line = f.line and shape_ok(new) returning true
		)
		select exists (select from done), st_npoints(old), st_npoints(new) from fixed`, f.Line).Scan(&ok, &before, &after)
	if err != nil {
		return fmt.Errorf("repairing a shape: %w", err)
	}
	if !ok {
		return l.say(ctx, f.Line, ward.LevelError, f.words()+"，无法自动修复；请在制图软件中修正", "已跳过")
	}
	return l.say(ctx, f.Line, ward.LevelWarning, f.words()+"；请核对修复后的图形",
		fmt.Sprintf("已按环的结构修复，顶点由%.0f个变为%.0f个", before, after))
}

func (l *load) say(ctx context.Context, line int, level, message, done string) error {
	_, err := l.tx.Exec(ctx, `insert into finding values ($1, '图形', $2, $3, $4)`, line, level, message, done)
	if err != nil {
		return fmt.Errorf("noting a finding: %w", err)
	}
	return nil
}

// words says what PostGIS found, in words of the map.
func (f fault) words() string {
	what := map[string]string{
		"Self-intersection": "边界自相交", "Ring Self-intersection": "环自相交", "Hole lies outside shell": "有洞在外环之外",
		"Nested holes": "洞里套洞", "Nested shells": "外环互相重叠", "Interior is disconnected": "内部不连通",
		"Duplicate Rings": "有重复的环", "Too few points in geometry component": "有的环顶点不足",
	}[f.Reason]
	if what == "" {
		what = "图形无效"
	}
	if f.Lon != nil && f.Lat != nil {
		what += fmt.Sprintf("（%.6f, %.6f 附近）", *f.Lon, *f.Lat)
	}
	return what
}
