package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// grounds keeps the borders and counts of communities in memory: they change
// only when the base coverage or the registers do, which coverage_revision
// tells. What belongs to whom is read for every gesture.
type grounds struct {
	mutex sync.Mutex
	kept  map[int64]*townGround
}

// groundsKept bounds the communities kept; at one megabyte each.
const groundsKept = 300

// townGround is the ground of one community at one revision.
type townGround struct {
	revision int64
	arcs     map[int64]geo.Arc // by number
	mesh     *geo.Mesh
	cells    []ward.GroundCell
	degrees  map[geo.Cm]orb.Point
}

// towns returns the ground of communities at the revision the transaction sees.
func (db *DB) towns(ctx context.Context, tx pgx.Tx, communities []int64) ([]*townGround, error) {
	var revision int64
	if err := tx.QueryRow(ctx, `select revision from coverage_revision`).Scan(&revision); err != nil {
		return nil, fmt.Errorf("reading the revision of the ground: %w", err)
	}
	out := make([]*townGround, 0, len(communities))
	for _, c := range communities {
		t := db.ground.get(c)
		if t == nil || t.revision != revision {
			var err error
			if t, err = readTown(ctx, tx, c, revision); err != nil {
				return nil, err
			}
			db.ground.put(c, t)
		}
		out = append(out, t)
	}
	return out, nil
}

func (g *grounds) get(community int64) *townGround {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.kept[community]
}

func (g *grounds) put(community int64, t *townGround) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.kept == nil || len(g.kept) >= groundsKept {
		g.kept = map[int64]*townGround{} // rarely: a whole district was looked at
	}
	if old := g.kept[community]; old == nil || old.revision < t.revision {
		g.kept[community] = t
	}
}

func readTown(ctx context.Context, tx pgx.Tx, community, revision int64) (*townGround, error) {
	t := &townGround{revision: revision, arcs: map[int64]geo.Arc{}, degrees: map[geo.Cm]orb.Point{}}
	rows, err := tx.Query(ctx, `
		select c.id, c.block::bigint, st_x(c.pt), st_y(c.pt), st_transform(c.pt, 4326), c.area,
		  coalesce(s.households, 0), coalesce(s.persons, 0), coalesce(s.members, 0), coalesce(s.hardship, 0), coalesce(s.buildings, 0)
		from cell_community cc join cell c on c.id = cc.cell left join cell_stat s on s.cell = c.id
		where cc.community = $1 and upper_inf(cc.valid) and upper_inf(c.valid) order by c.id`, community)
	if err != nil {
		return nil, fmt.Errorf("reading the cells of a community: %w", err)
	}
	c := ward.GroundCell{Community: community}
	var x, y, area float64
	if _, err := pgx.ForEachRow(rows, []any{
		&c.ID, &c.Block, &x, &y, &c.Place, &area,
		&c.Households, &c.Persons, &c.Members, &c.Hardship, &c.Buildings,
	}, func() error {
		c.At, c.Area2 = geo.CmOf(orb.Point{x, y}), int64(math.Round(area*2e4))
		t.cells = append(t.cells, c)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("reading the cells of a community: %w", err)
	}
	if err := t.readArcs(ctx, tx, community); err != nil {
		return nil, err
	}
	t.mesh = geo.NewMesh(sortedArcs(t.arcs))
	return t, nil
}

func (t *townGround) readArcs(ctx context.Context, tx pgx.Tx, community int64) error {
	rows, err := tx.Query(ctx, `
		with here as materialized (select cell from cell_community where community = $1 and upper_inf(valid)),
		ids as (select a.id from here join cell_arc a on a.l = here.cell union select a.id from here join cell_arc a on a.r = here.cell)
		select a.id, a.l, a.r, a.class, a.len, a.crossable, st_asbinary(a.geom, 'NDR'), st_asbinary(st_transform(a.geom, 4326), 'NDR')
		from ids join cell_arc a on a.id = ids.id`, community)
	if err != nil {
		return fmt.Errorf("reading the borders of a community: %w", err)
	}
	var id int64
	var a geo.Arc
	var plane, degrees []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &a.Left, &a.Right, &a.Class, &a.Length, &a.Crossable, &plane, &degrees}, func() error {
		line, there := lineOfWKB(plane), lineOfWKB(degrees)
		if len(line) < 2 || len(line) != len(there) {
			return fmt.Errorf("border %d has %d points", id, len(line))
		}
		a.Points = make([]geo.Cm, len(line))
		for i, p := range line {
			a.Points[i] = geo.CmOf(p)
			t.degrees[a.Points[i]] = there[i]
		}
		t.arcs[id] = a
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the borders of a community: %w", err)
	}
	return nil
}

// lineOfWKB reads a little-endian WKB line; nil for anything else.
func lineOfWKB(b []byte) orb.LineString {
	if len(b) < 9 || b[0] != 1 || binary.LittleEndian.Uint32(b[1:]) != 2 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b[5:]))
	if len(b) != 9+16*n {
		return nil
	}
	line := make(orb.LineString, n)
	for i := range line {
		at := b[9+16*i:]
		line[i] = orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(at)), math.Float64frombits(binary.LittleEndian.Uint64(at[8:]))}
	}
	return line
}

func sortedArcs(arcs map[int64]geo.Arc) []geo.Arc {
	ids := make([]int64, 0, len(arcs))
	for id := range arcs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := make([]geo.Arc, len(ids))
	for i, id := range ids {
		out[i] = arcs[id]
	}
	return out
}

// joinTowns is one mesh and one list of cells for several communities.
func joinTowns(towns []*townGround) (mesh *geo.Mesh, cells []ward.GroundCell, degrees func(geo.Cm) orb.Point) {
	degrees = func(p geo.Cm) orb.Point {
		for _, t := range towns {
			if d, ok := t.degrees[p]; ok {
				return d
			}
		}
		return orb.Point{}
	}
	if len(towns) == 1 {
		return towns[0].mesh, slices.Clone(towns[0].cells), degrees
	}
	arcs := map[int64]geo.Arc{}
	for _, t := range towns {
		for id, a := range t.arcs {
			arcs[id] = a
		}
		cells = append(cells, t.cells...)
	}
	return geo.NewMesh(sortedArcs(arcs)), cells, degrees
}
