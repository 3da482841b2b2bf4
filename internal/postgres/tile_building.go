package postgres

import (
	"context"
	"encoding/binary"
	"fmt"

	"wangge/internal/geo"
)

// Buildings are nearly all there is on the map, and PostGIS takes 15 us to draw
// one, most of it to look whether it must be mended. Here it only reads them; what
// the steps of a tile would make touch itself it mends as ever.
const tileBuildings = `
	SELECT b.geom_3857, b.id, b.name, b.number, b.kind, b.floors, n.grid
	FROM building b LEFT JOIN cell_grid n ON n.cell = b.cell AND n.layer = 1 AND upper_inf(n.recorded) AND n.valid @> (SELECT today())
	WHERE b.geom_3857 && ` + tileSeam + ` AND b.ended IS NULL`

// tileMended draws the shapes of some buildings as tileShape does, in their order.
const tileMended = `
	SELECT ` + "ST_AsMVTGeom(b.geom_3857, (SELECT Box2D(" + tileBox + `)), 4096, 64, true)
	FROM unnest($4::bigint[]) WITH ORDINALITY u(id, n) JOIN building b USING (id) ORDER BY u.n`

// foundBuilding is a row of tileBuildings, kept while its shape is mended.
type foundBuilding struct {
	id                 int64
	name, number, kind []byte
	floors, grid       int64 // grid 0: none
}

// drawBuildings draws a tile of buildings, the same as the statement of its layer.
func (s *TileStore) drawBuildings(ctx context.Context, z, x, y int) ([]byte, error) {
	layer, drawer := newTileLayer("name", "number", "kind", "floors", "grid"), geo.NewTileDrawer(z, x, y)
	rows, err := s.pool.Query(ctx, tileBuildings, z, x, y)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var broken []foundBuilding
	for rows.Next() {
		v := rows.RawValues() // binary, as geometryCodec asks for
		commands, clean, err := drawer.Draw(v[0])
		if err != nil {
			return nil, err
		}
		found := foundBuilding{
			id: int64(binary.BigEndian.Uint64(v[1])), name: v[2], number: v[3], kind: v[4],
			floors: int64(int32(binary.BigEndian.Uint32(v[5]))),
		}
		if v[6] != nil {
			found.grid = int64(binary.BigEndian.Uint64(v[6]))
		}
		if clean {
			found.add(layer, commands)
		} else {
			broken = append(broken, found.kept())
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if err := s.drawMended(ctx, layer, drawer, broken, z, x, y); err != nil {
		return nil, err
	}
	return layer.tile("building", geo.TileExtent), nil
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
func (s *TileStore) drawMended(ctx context.Context, layer *tileLayer, drawer *geo.TileDrawer, broken []foundBuilding, z, x, y int) error {
	if len(broken) == 0 {
		return nil
	}
	ids := make([]int64, len(broken))
	for i, b := range broken {
		ids[i] = b.id
	}
	rows, err := s.pool.Query(ctx, tileMended, z, x, y, ids)
	if err != nil {
		return err
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		shape := rows.RawValues()[0]
		if shape == nil {
			continue // nothing is left of it
		}
		commands, err := drawer.Copy(shape)
		if err != nil {
			return fmt.Errorf("mending building %d: %w", broken[i].id, err)
		}
		broken[i].add(layer, commands)
	}
	return rows.Err()
}
