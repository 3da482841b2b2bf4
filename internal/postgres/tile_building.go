package postgres

import (
	"context"
	"encoding/binary"
	"fmt"

	"wangge/internal/geo"
)

// Buildings are nearly all there is on the map, and PostGIS takes 15 us to draw
// one, most of it to look whether it must be mended. Here it only reads them; what
// the steps of a tile would make touch itself it mends as ever. They are found
// through their outlines in degrees, where a tile is a box too: an index of the
// plane would be one more to write at every import and every base revision.
const tileBuildings = `
	SELECT b.geom_3857, b.id, b.name, b.number, b.kind, b.floors, n.grid
	FROM building b LEFT JOIN cell_grid n ON n.cell = b.cell AND n.layer = 1 AND upper_inf(n.recorded) AND n.valid @> (SELECT today())
	WHERE b.geom && ST_Transform(` + tileSeam + `, 4326) AND b.geom_3857 && ` + tileSeam + ` AND b.ended IS NULL`

// tileMended draws the shapes of some buildings as tileShape does, each with its
// place among them; one that is gone by now is not drawn.
const tileMended = `
	SELECT u.n, ` + "ST_AsMVTGeom(b.geom_3857, (SELECT Box2D(" + tileBox + `)), 4096, 64, true)
	FROM unnest($4::bigint[]) WITH ORDINALITY u(id, n) JOIN building b USING (id)`

// foundBuilding is a row of tileBuildings, kept while its shape is mended.
type foundBuilding struct {
	id                 int64
	name, number, kind []byte
	floors, grid       int64 // grid 0: none
}

// buildingTile is a tile of buildings being drawn.
type buildingTile struct {
	layer  *tileLayer
	drawer *geo.TileDrawer
	broken []foundBuilding // what is to be mended
}

// drawBuildings draws a tile of buildings, the same as one of PostGIS.
func (s *TileStore) drawBuildings(ctx context.Context, z, x, y int) ([]byte, error) {
	t := &buildingTile{layer: newTileLayer("name", "number", "kind", "floors", "grid"), drawer: geo.NewTileDrawer(z, x, y)}
	var err error
	if block := s.blocks.at(z, x, y); block != nil {
		err = block.each(tileBound(z, x, y), t.draw)
	} else {
		err = s.readBuildings(ctx, t, z, x, y)
	}
	if err != nil {
		return nil, err
	}
	if err := s.drawMended(ctx, t, z, x, y); err != nil {
		return nil, err
	}
	return t.layer.tile("building", geo.TileExtent), nil
}

// readBuildings draws what the database has, and keeps it when it is a block.
func (s *TileStore) readBuildings(ctx context.Context, t *buildingTile, z, x, y int) error {
	var reading *blockReading
	whole := false
	if z == blockZoom {
		reading = s.blocks.begin(x, y) // before reading: a change from here on makes it stale
		defer func() {
			if reading != nil {
				s.blocks.end(reading, whole)
			}
		}()
	}
	rows, err := s.pool.Query(ctx, tileBuildings, z, x, y)
	if err != nil {
		return err
	}
	defer rows.Close()
	kept := reading != nil
	for rows.Next() {
		v := rows.RawValues() // binary, as geometryCodec asks for
		found := foundBuilding{
			id: int64(binary.BigEndian.Uint64(v[1])), name: v[2], number: v[3], kind: v[4],
			floors: int64(int32(binary.BigEndian.Uint32(v[5]))),
		}
		if v[6] != nil {
			found.grid = int64(binary.BigEndian.Uint64(v[6]))
		}
		if err := t.draw(found, v[0]); err != nil {
			return err
		}
		kept = kept && reading.block.add(found, v[0])
	}
	whole = kept && rows.Err() == nil
	return rows.Err()
}

// draw adds a building, or notes that it is to be mended.
func (t *buildingTile) draw(found foundBuilding, shape []byte) error {
	commands, clean, err := t.drawer.Draw(shape)
	if err != nil {
		return fmt.Errorf("drawing building %d: %w", found.id, err)
	}
	if clean {
		found.add(t.layer, commands)
	} else {
		t.broken = append(t.broken, found.kept())
	}
	return nil
}

// kept is the building with texts of its own: those of a row are overwritten.
func (b foundBuilding) kept() foundBuilding {
	b.name, b.number, b.kind = append([]byte{}, b.name...), append([]byte{}, b.number...), append([]byte{}, b.kind...)
	return b
}

// add writes the building into the layer.
func (b foundBuilding) add(layer *tileLayer, commands []uint32) {
	if len(commands) == 0 {
		return
	}
	layer.text(0, b.name)
	layer.text(1, b.number)
	layer.text(2, b.kind)
	layer.number(3, b.floors)
	if b.grid != 0 {
		layer.number(4, b.grid)
	}
	layer.area(b.id, commands)
}

// drawMended adds the buildings whose shapes PostGIS must mend.
func (s *TileStore) drawMended(ctx context.Context, t *buildingTile, z, x, y int) error {
	if len(t.broken) == 0 {
		return nil
	}
	ids := make([]int64, len(t.broken))
	for i, b := range t.broken {
		ids[i] = b.id
	}
	rows, err := s.pool.Query(ctx, tileMended, z, x, y, ids)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		v := rows.RawValues()
		if v[1] == nil {
			continue // nothing is left of it
		}
		b := t.broken[binary.BigEndian.Uint64(v[0])-1]
		commands, err := t.drawer.Copy(v[1])
		if err != nil {
			return fmt.Errorf("mending building %d: %w", b.id, err)
		}
		b.add(t.layer, commands)
	}
	return rows.Err()
}
