package postgres

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// Drawing is work for the processors of the database: more connections than
// this only make every tile slower.
const tileConnections = 4

// tilePulse is how often a listener makes sure that its connection is alive.
const tilePulse = 10 * time.Second

// tileChannel is where the triggers of 0009_tile.sql tell of changes.
const tileChannel = "tile"

// TileStore draws vector tiles. It has connections of its own: a burst of tiles
// then never keeps a visit from being saved, and the limits of a tile are set
// once per connection. (SET LOCAL in a transaction around each tile costs three
// round trips more, some 0.3 ms; see BenchmarkTileSettings.)
type TileStore struct {
	pool   *pgxpool.Pool
	pulse  time.Duration
	blocks buildingBlocks
}

// NewTileStore opens the connections for tiles to the database of pool. Close
// it before pool.
func NewTileStore(ctx context.Context, pool *pgxpool.Pool) (*TileStore, error) {
	cfg := pool.Config()
	cfg.MaxConns, cfg.MinConns = tileConnections, 0
	for name, value := range map[string]string{
		// ST_Transform and ST_AsMVTGeom are priced so high that the planner would
		// start workers for a tile of a thousand buildings: 60 ms instead of 8.
		"max_parallel_workers_per_gather": "0",
		"jit":                             "off",
		// z, x and y say nothing to the planner that could change the plan.
		"plan_cache_mode":   "force_generic_plan",
		"statement_timeout": "2000",
		"application_name":  "wangge tile",
	} {
		cfg.ConnConfig.RuntimeParams[name] = value
	}
	own, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("opening the connections for tiles: %w", err)
	}
	return &TileStore{pool: own, pulse: tilePulse}, nil
}

// Close waits for tiles being drawn and closes the connections.
func (s *TileStore) Close() { s.pool.Close() }

// Tile draws one tile, see ward.TileStore. A tile that takes longer than two
// seconds is an error.
func (s *TileStore) Tile(ctx context.Context, layer string, z, x, y int) ([]byte, error) {
	l, err := ward.LookUpTileLayer(layer)
	if err != nil {
		return nil, err
	}
	if err := l.Check(z, x, y); err != nil {
		return nil, err
	}
	// The bytes are copied once out of the connection's buffer, so that the
	// connection is free for the next tile while this one is compressed.
	var tile []byte
	if layer == "building" {
		tile, err = s.drawBuildings(ctx, z, x, y)
	} else {
		err = s.pool.QueryRow(ctx, tileSQL(layer), z, x, y).Scan(&tile)
	}
	if err != nil {
		return nil, fmt.Errorf("drawing tile %s/%d/%d/%d: %w", layer, z, x, y, err)
	}
	return tile, nil
}

// tileSQL is the statement of a layer other than buildings: $1, $2, $3 are z, x, y. The text is the
// same for every tile, so each connection prepares it once.
func tileSQL(layer string) string {
	return `SELECT ST_AsMVT(t, '` + layer + `', 4096, 'geom', 'id') FROM (` + tileRows(layer) + `) t`
}

const (
	tileBox  = `ST_TileEnvelope($1, $2, $3)`
	tileSeam = `ST_TileEnvelope($1, $2, $3, margin => 64.0/4096)`
)

// tileShape cuts a column in EPSG:3857 to the tile.
func tileShape(column string) string {
	return `ST_AsMVTGeom(` + column + `, ` + tileBox + `, 4096, 64, true) AS geom`
}

// tileRows selects the features of a layer, exactly ward.TileLayer.Fields and
// the id, of every layer but buildings (tile_building.go). Never a personal field.
func tileRows(layer string) string {
	switch layer {
	case "area":
		return `SELECT ` + tileShape("geom_3857") + `, id, name, level FROM area
			WHERE geom_3857 && ` + tileSeam + areaToday
	case "area_label":
		return `SELECT ` + tileShape("ST_Transform(label, 3857)") + `, id, name, level FROM area
			WHERE geom_3857 && ` + tileSeam + areaToday
	case "ground":
		return `SELECT ` + tileShape("geom_3857") + `, id, name, kind FROM ground
			WHERE geom_3857 && ` + tileSeam
	case "courtyard":
		return `SELECT ` + tileShape("geom_3857") + `, id, name, kind FROM courtyard
			WHERE geom_3857 && ` + tileSeam + ` AND ended IS NULL`
	case "grid":
		return gridTileRows("s.geom_3857")
	case "grid_label":
		return gridTileRows("ST_Transform(s.label, 3857)")
	case "micro":
		return microTileRows("s.geom_3857")
	case "micro_label":
		return microTileRows("ST_Transform(s.label, 3857)")
	case "road": // small roads are not seen from afar, and are most of the bytes
		return `SELECT ` + tileShape("geom_3857") + `, id, name, kind, bridge FROM road
			WHERE geom_3857 && ` + tileSeam + ` AND ($1 >= 14 OR kind IN ('main','secondary','river','rail'))`
	case "lane":
		return `SELECT ` + tileShape("geom_3857") + `, id, name, paving, sewer FROM lane
			WHERE geom_3857 && ` + tileSeam + ` AND ended IS NULL`
	case "point":
		return `SELECT ` + tileShape("pt_3857") + `, id, name, kind FROM point
			WHERE pt_3857 && ` + tileSeam + ` AND ended IS NULL`
	}
	panic("postgres: no statement for layer " + layer) // a layer of ward without SQL; a test draws every layer
}

// areaToday leaves the areas of today that the ward works by; the grids of
// police and city management are other maps.
const areaToday = ` AND scheme = 'party' AND valid_from <= today() AND (valid_to IS NULL OR valid_to > today())`

func gridTileRows(column string) string {
	return `SELECT ` + tileShape(column) + `, g.id, g.code, g.name, g.kind, g.colour, g.community,
			b.branch, b.branch IS NULL AS white_spot
		FROM grid_shape_now s JOIN grid g ON g.id = s.grid LEFT JOIN branch_grid_now b ON b.grid = s.grid
		WHERE s.geom_3857 && ` + tileSeam
}

// microTileRows selects today's micro-grids with a column as their place.
func microTileRows(column string) string {
	return `SELECT ` + tileShape(column) + `, g.id, g.code, g.name
		FROM micro_shape_now s JOIN grid g ON g.id = s.grid WHERE s.geom_3857 && ` + tileSeam
}

// dated are the sources whose tiles may change by the turn of the day alone.
var dated = [...]string{"area", "grid", "building"}

// world is the whole plane of EPSG:3857, metres.
var world = orb.Bound{
	Min: orb.Point{-20037508.342789244, -20037508.342789244},
	Max: orb.Point{20037508.342789244, 20037508.342789244},
}

// WatchTiles listens on a connection of its own, see ward.TileStore. A turn of
// the business date in the database is told as a change of the whole world.
func (s *TileStore) WatchTiles(ctx context.Context, listening func(), changed func(source string, box orb.Bound)) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connecting to listen for tiles: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+tileChannel); err != nil {
		return fmt.Errorf("listening for tiles: %w", err)
	}
	day, rest, err := businessDay(ctx, conn)
	if err != nil {
		return err
	}
	defer s.blocks.watch()()
	listening()
	tell := func(source string, box orb.Bound) {
		if source == "building" { // before anybody draws anew
			s.blocks.drop(box)
		}
		changed(source, box)
	}
	for {
		if err := tellChanges(ctx, conn, min(s.pulse, rest), tell); err != nil {
			return err
		}
		before := day
		if day, rest, err = businessDay(ctx, conn); err != nil {
			return err
		}
		if day != before {
			for _, source := range dated {
				tell(source, world)
			}
		}
	}
}

// tellChanges passes on notifications for the given time.
func tellChanges(ctx context.Context, conn *pgx.Conn, during time.Duration, changed func(string, orb.Bound)) error {
	pause, cancel := context.WithTimeout(ctx, during)
	defer cancel()
	for {
		n, err := conn.WaitForNotification(pause)
		switch {
		case err == nil:
			source, box, err := parseTileChange(n.Payload)
			if err != nil {
				return err
			}
			changed(source, box)
		case ctx.Err() == nil && pause.Err() != nil && !conn.IsClosed():
			return nil
		default:
			return fmt.Errorf("waiting for changes of tiles: %w", err)
		}
	}
}

// businessDay asks for the date and how long it still lasts, by the clock of the
// database. It is also the sign of life of the connection.
func businessDay(ctx context.Context, conn *pgx.Conn) (day string, rest time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, tilePulse)
	defer cancel()
	var seconds float64
	err = conn.QueryRow(ctx, `SELECT today()::text,
		extract(epoch FROM date_trunc('day', here) + interval '1 day' - here)::float8
		FROM (SELECT clock_timestamp() AT TIME ZONE 'Asia/Shanghai' AS here) t`).Scan(&day, &seconds)
	if err != nil {
		return "", 0, fmt.Errorf("asking for the business date: %w", err)
	}
	return day, time.Duration(seconds*float64(time.Second)) + time.Millisecond, nil
}

// parseTileChange reads "layer xmin ymin xmax ymax".
func parseTileChange(payload string) (string, orb.Bound, error) {
	var source string
	var b orb.Bound
	if _, err := fmt.Sscan(payload, &source, &b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1]); err != nil {
		return "", orb.Bound{}, fmt.Errorf("reading the change of a tile %s: %w", strconv.Quote(payload), err)
	}
	if !(b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1]) { // also false for NaN
		return "", orb.Bound{}, fmt.Errorf("reading the change of a tile %s: not a box", strconv.Quote(payload))
	}
	return source, b, nil
}
