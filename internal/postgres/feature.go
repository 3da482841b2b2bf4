package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// features is how one collection is read: x is the feature, shape its geometry
// in degrees, columns the properties (names as in ward.FeatureCollections).
type features struct {
	from, shape, columns, within string
	valid                        string // the days a row holds for; "" when it is not dated
	latest                       string // of several rows with one id, the one to show
}

// Places without a grid of their own are shown where they touch the territory.
const touchesScope = `'' = any(@scope) or exists (select 1 from grid_shape_now gs join grid g on g.id = gs.grid
	where st_intersects(gs.geom, x.geom) and g.path <@ any(@scope::ltree[]))`

var featureSources = map[string]features{
	"area": {
		from: "area x", shape: "x.geom", columns: "x.code, x.name, x.level, x.parent, x.valid_from, x.valid_to",
		within: "x.scheme = 'party' and (x.path <@ any(@scope::ltree[]) or x.path @> any(@scope::ltree[]))", valid: "daterange(x.valid_from, x.valid_to)",
	},
	"grid": {
		from: "grid x join grid_shape s on s.grid = x.id and s.layer = 1 left join branch_grid_now b on b.grid = x.id", shape: "s.geom",
		columns: "x.code, x.name, x.kind, x.community, b.branch, b.branch is null as white_spot, round(s.area::numeric, 1)::float8 as area, lower(s.valid) as valid_from, upper(s.valid) as valid_to",
		within:  "x.path <@ any(@scope::ltree[])", valid: "s.valid",
		latest: "not exists (select 1 from grid_shape l where l.grid = s.grid and l.valid && " + askedDays + " and lower(l.valid) > lower(s.valid))",
	},
	"building": {
		from: "building x left join cell_now n on n.cell = x.cell", shape: "x.geom",
		columns: "x.code, x.name, x.number, x.address, x.kind, x.floors, x.units, n.grid", within: "x.ended is null and " + cellWithin,
	},
	"courtyard": {
		from: "courtyard x", shape: "x.geom", columns: "x.code, x.name, x.kind",
		within: "x.ended is null and ('' = any(@scope) or exists (select 1 from building b join cell_now n on n.cell = b.cell where b.courtyard = x.id and n.path <@ any(@scope::ltree[])))",
	},
	"ground": {from: "ground x", shape: "x.geom", columns: "x.code, x.name, x.kind", within: touchesScope},
	"road":   {from: "road x", shape: "x.geom", columns: "x.code, x.name, x.kind, x.bridge", within: touchesScope},
	"lane":   {from: "lane x", shape: "x.geom", columns: "x.code, x.name, x.paving, x.sewer, x.width", within: "x.ended is null and (" + touchesScope + ")"},
	"point": {
		from: "point x left join cell_now n on n.cell = x.cell", shape: "x.pt",
		columns: "x.code, x.name, x.kind, x.address, x.hours, x.phone, n.grid", within: "x.ended is null and " + cellWithin,
	},
}

const askedDays = "coalesce(nullif(@days, '')::daterange, daterange(today(), today(), '[]'))"

// written is the shape as GeoJSON in a system: rings by RFC 7946, a centimetre
// exact. CGCS2000 and WGS 84 are the same to that.
func (f features) written(crs ward.FeatureCRS) string {
	shape, digits := "st_forcepolygonccw("+f.shape+")", 7
	if crs.SRID == 3857 {
		shape, digits = "st_transform("+shape+", 3857)", 2
	}
	if crs.NorthFirst {
		shape = "st_flipcoordinates(" + shape + ")"
	}
	return fmt.Sprintf("st_asgeojson(%s, %d, 0)::json", shape, digits)
}

func (f features) selected(crs ward.FeatureCRS) string {
	return fmt.Sprintf("select x.id, %s as geometry, (select row_to_json(p) from (select %s) p) as properties from %s", f.written(crs), f.columns, f.from)
}

// where is the condition of a query and its arguments.
func (f features) where(s ward.Scope, q ward.FeatureQuery) (string, pgx.NamedArgs) {
	where, args := []string{"(" + f.within + ")"}, pgx.NamedArgs{"scope": s.Paths(), "days": q.Days, "after": q.After, "limit": q.Limit + 1}
	if f.valid != "" {
		where = append(where, f.valid+" && "+askedDays)
	}
	if f.latest != "" {
		where = append(where, f.latest)
	}
	var boxes []string
	for i, b := range q.Boxes {
		name := func(side string) string { return side + strconv.Itoa(i) }
		args[name("west")], args[name("south")], args[name("east")], args[name("north")] = b.Min[0], b.Min[1], b.Max[0], b.Max[1]
		box := fmt.Sprintf("st_makeenvelope(@west%[1]d, @south%[1]d, @east%[1]d, @north%[1]d, %[2]d)", i, q.BoxSRID)
		if q.BoxSRID == 3857 {
			box = "st_transform(" + box + ", 4326)"
		}
		boxes = append(boxes, fmt.Sprintf("st_intersects(%s, %s)", f.shape, box))
	}
	if len(boxes) > 0 {
		where = append(where, "("+strings.Join(boxes, " or ")+")")
	}
	return strings.Join(where, " and "), args
}

// FeaturePage reads a page of a collection, see ward.FeatureStore.
func (db *DB) FeaturePage(ctx context.Context, s ward.Scope, q ward.FeatureQuery) (page ward.FeaturePage, err error) {
	f, ok := featureSources[q.Collection]
	if !ok {
		return page, ward.Errorf(ward.NotFound, "没有这个数据集")
	}
	if q.BoxSRID != 3857 {
		q.BoxSRID = wireSRID
	}
	where, args := f.where(s, q)
	err = db.look(ctx, func(tx pgx.Tx) error {
		found, err := many[ward.Feature](ctx, tx, f.selected(q.CRS)+" where "+where+" and x.id > @after order by x.id limit @limit", args)
		if err != nil {
			return fmt.Errorf("reading features: %w", err)
		}
		page.More = len(found) > q.Limit
		page.Features = found[:min(len(found), q.Limit)]
		if !q.Count {
			return nil
		}
		return tx.QueryRow(ctx, "select count(*) from "+f.from+" where "+where, args).Scan(&page.Matched)
	})
	return page, err
}

// Feature reads one of today's features, see ward.FeatureStore.
func (db *DB) Feature(ctx context.Context, s ward.Scope, collection string, id int64, crs ward.FeatureCRS) (ward.Feature, error) {
	f, ok := featureSources[collection]
	if !ok {
		return ward.Feature{}, ward.Errorf(ward.NotFound, "没有这个数据集")
	}
	where, args := f.where(s, ward.FeatureQuery{})
	args["id"] = id
	return one[ward.Feature](ctx, db.Pool, "没有这个要素，或不在您的辖区内", f.selected(crs)+" where "+where+" and x.id = @id", args)
}

// FeatureShapes reads the shapes of some features, see ward.FeatureStore.
func (db *DB) FeatureShapes(ctx context.Context, s ward.Scope, collection string, ids []int64) (map[int64]json.RawMessage, error) {
	f, ok := featureSources[collection]
	if !ok {
		return nil, ward.Errorf(ward.NotFound, "没有这个数据集")
	}
	where, args := f.where(s, ward.FeatureQuery{})
	args["ids"] = ids
	found, err := many[ward.Feature](ctx, db.Pool, f.selected(ward.FeatureSystems()[0])+" where "+where+" and x.id = any(@ids)", args)
	shapes := make(map[int64]json.RawMessage, len(found))
	for _, v := range found {
		shapes[v.ID] = v.Geometry
	}
	return shapes, err
}

// NoteExport writes down that a register was taken out, see ward.FeatureStore.
func (db *DB) NoteExport(ctx context.Context, s ward.Scope, register, format string) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		return appendAudit(ctx, tx, s, "export-"+register, register, format, "")
	})
}

// Extent is the box around the grids and areas of the scope.
func (db *DB) Extent(ctx context.Context, s ward.Scope) (box orb.Bound, ok bool, err error) {
	var b []*float64
	err = db.Pool.QueryRow(ctx, `select array[st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)] from (
		select st_extent(geom) e from (select geom from area where path <@ any($1::ltree[]) union all
		  select s.geom from grid_shape_now s join grid g on g.id = s.grid where g.path <@ any($1::ltree[])) x) y`, s.Paths()).Scan(&b)
	if err != nil || len(b) != 4 || b[0] == nil {
		return box, false, translate(err)
	}
	return orb.Bound{Min: orb.Point{*b[0], *b[1]}, Max: orb.Point{*b[2], *b[3]}}, true, nil
}
