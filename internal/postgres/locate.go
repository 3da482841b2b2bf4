package postgres

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// locator keeps today's grids in memory, so that a point is found without the
// database. It answers from memory only while changes are told (WatchGrids);
// otherwise each question goes to the database.
type locator struct {
	told    atomic.Bool  // changes are being told
	changes atomic.Int64 // how many were
	kept    atomic.Pointer[gridIndex]
	build   sync.Mutex
}

// gridIndex is the state of the grids after a number of changes.
type gridIndex struct {
	changes int64
	index   *geo.Index
	chains  map[int64]chain
}

// chain is a grid with the areas above it.
type chain struct {
	ID            int64
	Code          string
	Name          string
	Kind          string
	Path          string
	Community     int64
	CommunityName string
	Street        *int64
	StreetName    string
	District      *int64
	DistrictName  string
}

const (
	chainColumns = `g.id, g.code, g.name, g.kind, g.path::text as path, c.id as community, c.name as community_name,
		t.id as street, coalesce(t.name, '') as street_name, d.id as district, coalesce(d.name, '') as district_name`
	chainFrom = `grid_shape_now s join grid g on g.id = s.grid join area c on c.id = g.community
		left join area t on t.id = c.parent left join area d on d.id = t.parent where g.kind <> 'micro'`
)

// gridWatchPause is how long after a lost listener it is called again.
const gridWatchPause = time.Second

// WatchGrids keeps At fast until ctx ends: it follows the changes of grids and
// areas, and the turn of the day.
func (db *DB) WatchGrids(ctx context.Context, tiles ward.TileStore) {
	l := &db.grids
	defer l.told.Store(false)
	for ctx.Err() == nil {
		_ = tiles.WatchTiles(ctx, func() { // the tiles' own watcher tells of a database that is away
			l.changes.Add(1)
			l.told.Store(true)
		}, func(source string, _ orb.Bound) {
			if source == "grid" || source == "area" {
				l.changes.Add(1)
			}
		})
		l.told.Store(false)
		select {
		case <-ctx.Done():
		case <-time.After(gridWatchPause):
		}
	}
}

// At says what a point lies in, see ward.Finders.
func (db *DB) At(ctx context.Context, s ward.Scope, at orb.Point) (ward.PlaceAt, error) {
	if err := ward.CheckPosition(at); err != nil {
		return ward.PlaceAt{}, err
	}
	c, err := db.chainAt(ctx, at)
	if err != nil {
		return ward.PlaceAt{}, err
	}
	if !s.Covers(c.Path) {
		return ward.PlaceAt{}, ward.Errorf(ward.NotFound, "%s", outsideScope)
	}
	place := c.place()
	found, err := many[ward.Named](ctx, db.Pool, `
		select b.id, building_title(b.name, b.number) as name, b.kind from building b join cell_now n on n.cell = b.cell
		where st_intersects(b.geom, @at) and n.path <@ any(@scope::ltree[]) order by b.id limit 1`, pgx.NamedArgs{"at": at, "scope": s.Paths()})
	if err != nil {
		return place, err
	}
	if len(found) > 0 {
		place.Building = &found[0]
	}
	if found, err = many[ward.Named](ctx, db.Pool, `
		select g.id, g.name, g.kind from micro_shape_now s join grid g on g.id = s.grid where st_intersects(s.geom, @at) order by g.id limit 1`, pgx.NamedArgs{"at": at}); err == nil && len(found) > 0 {
		place.Micro = &found[0]
	}
	return place, err
}

const outsideScope = "这个位置不在任何网格内，或不在您的辖区内"

func (c chain) place() ward.PlaceAt {
	named := func(id *int64, name, kind string) *ward.Named {
		if id == nil {
			return nil
		}
		return &ward.Named{ID: *id, Name: name, Kind: kind}
	}
	return ward.PlaceAt{
		Grid: ward.Named{ID: c.ID, Name: c.Name, Kind: c.Kind}, GridCode: c.Code,
		Community: ward.Named{ID: c.Community, Name: c.CommunityName, Kind: "community"},
		Street:    named(c.Street, c.StreetName, "street"), District: named(c.District, c.DistrictName, "district"),
	}
}

// chainAt finds the grid under a point, in memory when that can be trusted.
func (db *DB) chainAt(ctx context.Context, at orb.Point) (chain, error) {
	if !db.grids.told.Load() {
		return one[chain](ctx, db.Pool, outsideScope, `select `+chainColumns+` from `+chainFrom+` and st_intersects(s.geom, @at) order by g.id limit 1`, pgx.NamedArgs{"at": at})
	}
	grids, err := db.gridIndex(ctx)
	if err != nil {
		return chain{}, err
	}
	id, ok := grids.index.At(at)
	if !ok {
		return chain{}, ward.Errorf(ward.NotFound, "%s", outsideScope)
	}
	return grids.chains[id], nil
}

// gridIndex is the index of the grids as they are after every change told so
// far; the first who asks after a change builds it.
func (db *DB) gridIndex(ctx context.Context) (*gridIndex, error) {
	l := &db.grids
	if kept := l.kept.Load(); kept != nil && kept.changes == l.changes.Load() {
		return kept, nil
	}
	l.build.Lock()
	defer l.build.Unlock()
	changes := l.changes.Load() // before reading: a change while reading makes it old
	if kept := l.kept.Load(); kept != nil && kept.changes == changes {
		return kept, nil
	}
	fresh, err := readGrids(ctx, db.Pool)
	if err != nil {
		return nil, err
	}
	fresh.changes = changes
	l.kept.Store(fresh)
	return fresh, nil
}

func readGrids(ctx context.Context, q querier) (*gridIndex, error) {
	type row struct {
		chain
		Geom orb.MultiPolygon
	}
	rows, err := many[row](ctx, q, `select `+chainColumns+`, s.geom from `+chainFrom, nil)
	if err != nil {
		return nil, fmt.Errorf("reading the grids: %w", err)
	}
	regions, chains := make([]geo.Region, len(rows)), make(map[int64]chain, len(rows))
	for i, r := range rows {
		regions[i], chains[r.ID] = geo.Region{ID: r.ID, Shape: r.Geom}, r.chain
	}
	return &gridIndex{index: geo.NewIndex(regions), chains: chains}, nil
}
