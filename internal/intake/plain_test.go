package intake

import (
	"reflect"
	"testing"
)

// plainFeatures are features of the plain kind and beside it.
var plainFeatures = []string{
	`{"type":"Feature","properties":{"code":"B1","name":"江枫苑1号楼","floors":5,"height":15.8,"on":true,"none":null},"geometry":{"type":"Polygon","coordinates":[[[120.5576915,30.6752115],[120.5583116,30.6751378],[-0.5,1e2],[120.5576915,30.6752115]]]}}`,
	` { "id" : 17 , "type" : "Feature" , "geometry" : {"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[5,6]],[[1,2],[3,4],[5,6]]],[[[1,2],[3,4],[5,6]]]]} , "properties" : { } } `,
	`{"type":"Feature","id":"w-1","properties":{"id":"x"},"geometry":{"type":"MultiLineString","coordinates":[[[1.00000000000000000001,2],[0.1,-0]]]}}`,
	`{"type":"Feature","id":null,"properties":{"a":" b c "},"geometry":{"type":"Point","coordinates":[120.123456789012345,30]}}`,
	`{"type":"Feature","properties":{"a":"b"},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}`,
	// The long way.
	`{"type":"Feature","properties":{"a":"b\u4e00"},"geometry":{"type":"Point","coordinates":[1,2]}}`,
	`{"type":"Feature","properties":{"a":[1,2]},"geometry":{"type":"Point","coordinates":[1,2]}}`,
	`{"type":"Feature","properties":{"a":1,"a":2},"geometry":{"type":"Point","coordinates":[1,2]}}`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2,3]}}`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[]]}}`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1e999,2]}}`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[01,2]}}`,
	`{"type":"Feature","properties":{},"geometry":null}`,
	`{"type":"Feature","Type":"x","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`,
	`{"type":"Feature","properties":{},"geometry":{"coordinates":[1,2],"type":"Point"}}`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}} x`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2],}}`,
	`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}` + "\x00",
	`{"type":"Feature",`, `{`, ``,
}

// FuzzPlainFeature holds the short way to the long one: where it reads a feature
// it reads the same, and finds nothing wrong because nothing is.
func FuzzPlainFeature(f *testing.F) {
	for _, text := range plainFeatures {
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, foreign bool) {
		g := geoJSON{limits: DefaultLimits(), foreign: foreign}
		short, ok := g.readPlain(raw{line: 3, text: text})
		if !ok {
			return
		}
		long := g.decodeAny(raw{line: 3, text: text})
		if len(long.found) > 0 || long.raised || short.line != long.line || !reflect.DeepEqual(short.shape, long.shape) || !reflect.DeepEqual(byHead(short), byHead(long)) {
			t.Errorf("%s\nread as %+v\nthe long way %+v", text, short, long)
		}
	})
}

// byHead are the cells of a row by their headers, which come in any order.
func byHead(r row) map[string]cell {
	out := map[string]cell{}
	for i, head := range r.heads {
		out[head] = r.cells[i]
	}
	return out
}

func TestFeaturesOfThePlainKindAreReadTheShortWay(t *testing.T) {
	t.Parallel()
	g := geoJSON{limits: DefaultLimits()}
	for i, text := range plainFeatures {
		if _, ok := g.readPlain(raw{text: []byte(text)}); ok != (i < 5) {
			t.Errorf("%s: read %v", text, ok)
		}
	}
	g.limits.Vertices = 3
	if _, ok := g.readPlain(raw{text: []byte(plainFeatures[0])}); ok {
		t.Error("four vertices were read where three are the most")
	}
}
