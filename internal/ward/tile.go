package ward

import (
	"context"

	"github.com/paulmach/orb"
)

// Zoom levels a tile may have at all; each layer has a narrower range.
const (
	TileMinZoom = 0
	TileMaxZoom = 20
)

// TileBuffer is how much of its neighbours a tile carries on each side, as a
// share of its width, so that lines and symbols meet at the seam.
const TileBuffer = 64.0 / 4096

// TileLayer is 图层: one kind of thing drawn as vector tiles. It shows no
// personal field and no count of people.
type TileLayer struct {
	Name  string // in the address and inside the tile
	Title string // 中文 name
	// Tiles exist from MinZoom to MaxZoom; a map draws deeper levels from the
	// deepest. At 17 one step of a tile is 7 cm, a screen pixel at level 20.
	MinZoom, MaxZoom int
	// Source is the thing whose changes change this layer; it is what
	// TileStore.WatchTiles tells.
	Source string
	// Fields are the properties of a feature and their 中文 names. The id is the
	// feature's own id.
	Fields map[string]string
}

// TileLayers are all layers in drawing order, from the ground up.
var TileLayers = []TileLayer{
	{"ground", "地表", 10, 17, "ground", map[string]string{"name": "名称", "kind": "类别"}},
	{"area", "辖区", 6, 17, "area", map[string]string{"name": "名称", "level": "级别"}},
	{"courtyard", "院落", 13, 17, "courtyard", map[string]string{"name": "名称", "kind": "类别"}},
	{"grid", "网格", 10, 17, "grid", gridFields},
	{"micro", "微网格", 15, 17, "grid", microFields},
	{"road", "道路", 10, 17, "road", map[string]string{"name": "名称", "kind": "类别", "bridge": "桥"}},
	{"lane", "巷道", 14, 17, "lane", map[string]string{"name": "名称", "paving": "路面", "sewer": "下水道"}},
	{"building", "楼栋", 14, 17, "building", map[string]string{
		"name": "名称", "number": "楼号", "kind": "类别", "floors": "层数", "grid": "所属网格",
	}},
	{"point", "服务点", 12, 17, "point", map[string]string{"name": "名称", "kind": "类别"}},
	{"area_label", "辖区注记", 6, 17, "area", map[string]string{"name": "名称", "level": "级别"}},
	{"grid_label", "网格注记", 12, 17, "grid", gridFields},
	{"micro_label", "微网格注记", 16, 17, "grid", microFields},
}

var microFields = map[string]string{"code": "编码", "name": "名称"}

var gridFields = map[string]string{
	"code": "编码", "name": "名称", "kind": "类别", "colour": "底色序号",
	"community": "所属社区", "branch": "网格党支部", "white_spot": "空白点",
}

// LookUpTileLayer finds a layer by name; the error is NotFound.
func LookUpTileLayer(name string) (TileLayer, error) {
	for _, l := range TileLayers {
		if l.Name == name {
			return l, nil
		}
	}
	return TileLayer{}, Errorf(NotFound, "没有这个图层")
}

// Check says whether the layer has a tile z/x/y; the error is NotFound.
func (l TileLayer) Check(z, x, y int) error {
	if z < TileMinZoom || z > TileMaxZoom {
		return Errorf(NotFound, "瓦片级别应在 %d 到 %d 之间", TileMinZoom, TileMaxZoom)
	}
	if side := 1 << z; x < 0 || y < 0 || x >= side || y >= side {
		return Errorf(NotFound, "瓦片行列号超出第 %d 级的范围", z)
	}
	if z < l.MinZoom || z > l.MaxZoom {
		return Errorf(NotFound, "图层“%s”只有第 %d 级到第 %d 级的瓦片", l.Title, l.MinZoom, l.MaxZoom)
	}
	return nil
}

// TileStore draws tiles and tells when they change.
type TileStore interface {
	// Tile draws one tile as uncompressed Mapbox Vector Tile, empty when nothing
	// is there. NotFound for an unknown layer or a tile it does not have.
	Tile(ctx context.Context, layer string, z, x, y int) ([]byte, error)

	// WatchTiles calls listening once when no later change can be missed, and
	// changed for each change of a source (TileLayer.Source) after its commit,
	// with the box it touched in metres of EPSG:3857. It returns when ctx ends
	// or the database is lost, with an error in either case: changes may be
	// missed from then on until it is called again and listening was called.
	WatchTiles(ctx context.Context, listening func(), changed func(source string, box orb.Bound)) error
}
