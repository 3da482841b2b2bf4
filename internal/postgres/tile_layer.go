package postgres

import "encoding/binary"

// tileLayer is a layer of areas of a Mapbox Vector Tile (version 2) as it is
// written, like ST_AsMVT writes it.
type tileLayer struct {
	features []byte
	keys     []string
	values   []byte
	texts    map[string]uint64 // places among the values
	numbers  map[int64]uint64

	tags, feature, geometry []byte // of the feature at hand
}

func newTileLayer(keys ...string) *tileLayer {
	return &tileLayer{keys: keys, texts: map[string]uint64{}, numbers: map[int64]uint64{}}
}

// Wire numbers of vector_tile.proto.
const (
	tileLayers       = 3<<3 | 2
	layerName        = 1<<3 | 2
	layerFeature     = 2<<3 | 2
	layerKey         = 3<<3 | 2
	layerValue       = 4<<3 | 2
	layerExtent      = 5 << 3
	layerVersion     = 15 << 3
	featureID        = 1 << 3
	featureTags      = 2<<3 | 2
	featureType      = 3 << 3
	featureGeometry  = 4<<3 | 2
	featureIsPolygon = 3
	valueText        = 1<<3 | 2
	valueNumber      = 5 << 3
	valueNegative    = 6 << 3
)

// text says that the feature at hand has a text under keys[key].
func (l *tileLayer) text(key int, text []byte) {
	at, ok := l.texts[string(text)]
	if !ok {
		at = l.next()
		l.texts[string(text)] = at
		value := appendBytes([]byte{}, valueText, text)
		l.values = appendBytes(l.values, layerValue, value)
	}
	l.tag(key, at)
}

// number says that it has a whole number.
func (l *tileLayer) number(key int, n int64) {
	at, ok := l.numbers[n]
	if !ok {
		at = l.next()
		l.numbers[n] = at
		value := []byte{valueNumber}
		if n < 0 {
			value[0] = valueNegative
			n = n<<1 ^ n>>63
		}
		l.values = appendBytes(l.values, layerValue, binary.AppendUvarint(value, uint64(n)))
	}
	l.tag(key, at)
}

func (l *tileLayer) next() uint64 { return uint64(len(l.texts) + len(l.numbers)) }

func (l *tileLayer) tag(key int, at uint64) {
	l.tags = binary.AppendUvarint(binary.AppendUvarint(l.tags, uint64(key)), at)
}

// area adds the feature at hand with its geometry; what was said goes when there is
// none.
func (l *tileLayer) area(id int64, commands []uint32) {
	if len(commands) > 0 {
		l.geometry = l.geometry[:0]
		for _, c := range commands {
			l.geometry = binary.AppendUvarint(l.geometry, uint64(c))
		}
		l.feature = binary.AppendUvarint(append(l.feature[:0], featureID), uint64(id))
		l.feature = appendBytes(l.feature, featureTags, l.tags)
		l.feature = append(l.feature, featureType, featureIsPolygon)
		l.feature = appendBytes(l.feature, featureGeometry, l.geometry)
		l.features = appendBytes(l.features, layerFeature, l.feature)
	}
	l.tags = l.tags[:0]
}

// tile is the whole tile with this layer; empty when nothing is in it.
func (l *tileLayer) tile(name string, extent uint64) []byte {
	if len(l.features) == 0 {
		return nil
	}
	layer := appendBytes(make([]byte, 0, len(l.features)+len(l.values)+256), layerName, []byte(name))
	layer = append(layer, l.features...)
	for _, key := range l.keys {
		layer = appendBytes(layer, layerKey, []byte(key))
	}
	layer = append(layer, l.values...)
	layer = binary.AppendUvarint(append(layer, layerExtent), extent)
	layer = append(layer, layerVersion, 2)
	return appendBytes(make([]byte, 0, len(layer)+8), tileLayers, layer)
}

// appendBytes writes a field of some bytes.
func appendBytes(to []byte, field byte, bytes []byte) []byte {
	return append(binary.AppendUvarint(append(to, field), uint64(len(bytes))), bytes...)
}
