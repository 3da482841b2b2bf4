package intake

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// readFuzzed reads any bytes as a file and holds what comes out to what Record
// and Finding promise.
func readFuzzed(t *testing.T, name string, data []byte) {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		forPeople(t, err)
		return
	}
	for r, err := range s.Records(context.Background()) {
		if err != nil {
			forPeople(t, err)
			return
		}
		for _, f := range r.Findings {
			if strings.ContainsFunc(f.Message+f.Field+f.Done, unicode.IsControl) {
				t.Errorf("a finding with control characters: %q", f.Message)
			}
		}
		if r.Line == 0 || r.Bad() {
			continue
		}
		if b := boundOf(r.Shape); !inChina.Contains(b.Min) || !inChina.Contains(b.Max) {
			t.Errorf("a shape outside: %v", r.Shape)
		}
		for key, v := range r.Values {
			if text, ok := v.(string); ok && (text == "" || strings.ContainsFunc(text, unicode.IsControl)) {
				t.Errorf("%s: %q", key, text)
			}
		}
	}
}

func boundOf(g orb.Geometry) orb.Bound {
	if g == nil {
		return inChina
	}
	return g.Bound()
}

func forPeople(t *testing.T, err error) {
	if ward.ErrorCode(err) == ward.Internal {
		t.Errorf("not for people: %v", err)
	}
}

func FuzzGeoJSON(f *testing.F) {
	for _, geometry := range []string{polygon(square), "null", `{"type":"Point","coordinates":[121,31,5]}`, `{"type":"GeometryCollection","geometries":[null,{}]}`} {
		f.Add([]byte(collection(feature("-1", `{"name":"甲","building:levels":"3"}`, geometry))))
		f.Add([]byte(feature("1", `{"a":[1,{"b":null}]}`, geometry)))
	}
	f.Add([]byte("\x1e{}"))
	f.Fuzz(func(t *testing.T, data []byte) { readFuzzed(t, "buildings.geojson", data) })
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(twoMembers))
	f.Add([]byte("\xef\xbb\xbf编码\t姓名\t党组织编码\n\"a\"\"\tb\tc\n"))
	f.Add([]byte("\xb1\xe0\xc2\xeb,\xd0\xd5\xc3\xfb,\xb5\xb3\xd7\xe9\xd6\xaf\xb1\xe0\xc2\xeb\n1,2,3\n"))
	f.Add([]byte("\xff\xfe1\x00,\x00"))
	f.Fuzz(func(t *testing.T, data []byte) { readFuzzed(t, "members.csv", data) })
}

// FuzzDBF gives attribute tables and code pages of any content: whatever they
// hold, one of the two encodings comes out, or an error for people.
func FuzzDBF(f *testing.F) {
	head := make([]byte, 65)
	head[0], head[8] = 3, 65
	f.Add(append(head, "\xba\xec\xc6\xec"...), []byte("GBK"))
	f.Add(append(head, "红旗"...), []byte(""))
	f.Add([]byte{3}, []byte("65001\r\n"))
	f.Fuzz(func(t *testing.T, dbf, cpg []byte) {
		dir := t.TempDir()
		for name, content := range map[string][]byte{"a.dbf": dbf, "a.cpg": cpg, "a.shp": nil} {
			if name == "a.cpg" && len(cpg) == 0 {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		encoding, err := dbfEncoding(filepath.Join(dir, "a.shp"), filepath.Join(dir, "a.dbf"))
		switch {
		case err != nil:
			forPeople(t, err)
		case encoding != string(utf8Text) && encoding != string(gb18030Text):
			t.Errorf("encoding %q", encoding)
		}
	})
}

func FuzzCoordinates(f *testing.F) {
	for _, c := range []string{square, "[121,31]", "[[121,31],[121,32]]", "[[[[121,31]]]]", "[]", "null", "[[1e999]]"} {
		f.Add("Polygon", c)
	}
	f.Add("MultiPolygon", "["+square+"]")
	f.Fuzz(func(t *testing.T, kind, text string) {
		name, err := json.Marshal(kind)
		if err != nil || !json.Valid([]byte(text)) {
			return
		}
		in := raw{line: 1, text: []byte(feature("1", "{}", `{"type":`+string(name)+`,"coordinates":`+text+`}`))}
		r := (geoJSON{limits: DefaultLimits()}).decode(in)
		if (r.shape == nil) == (len(r.found) == 0) && text != "null" {
			t.Errorf("%s %s: shape %v, findings %v", kind, text, r.shape, r.found)
		}
		for _, want := range []ward.Shape{ward.AreaOnly, ward.LineOnly, ward.PointOnly, ward.PlaceAny} {
			if shape, _, problem := fit(want, r.shape); shape != nil && problem != "" {
				t.Errorf("a shape and a problem: %v %s", shape, problem)
			}
		}
	})
}
