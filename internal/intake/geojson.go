package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// geoJSON is a reader of features.
type geoJSON struct {
	limits Limits
	// foreign: written for us by ogr2ogr, which puts record numbers into "id".
	foreign bool
}

// raws cuts the text into features, numbered from 1.
func (g geoJSON) raws(r io.Reader) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		s := splitter{in: bufio.NewReaderSize(r, 1<<16), largest: g.limits.Feature}
		for n := 1; ; n++ {
			text, err := s.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(raw{line: n, text: text}, err) || err != nil {
				return
			}
		}
	}
}

// decode reads one feature.
func (g geoJSON) decode(in raw) row {
	if r, ok := g.readPlain(in); ok {
		return r
	}
	return g.decodeAny(in)
}

// decodeAny reads a feature however it is written. Whatever orb may still trip
// over is a finding of this feature, not the end of the program.
func (g geoJSON) decodeAny(in raw) (r row) {
	r.line = in.line
	defer func() {
		if recover() != nil {
			r.shape = nil
			r.found = append(r.found, fail("图形", "图形无法读取"))
		}
	}()
	limits := geo.Limits{Depth: g.limits.Depth, Vertices: g.limits.Vertices}
	nothing := false
	for _, f := range geo.Scan(in.text, limits) {
		if f.Kind == geo.FaultNull && f.Path == "geometry" {
			nothing = true // no shape; whether one is needed is the sheet's to say
			continue
		}
		r.found = append(r.found, fail("图形", faultWords(f.Kind)))
	}
	var f struct {
		Type       string          `json:"type"`
		ID         any             `json:"id"`
		Properties map[string]any  `json:"properties"`
		Geometry   json.RawMessage `json:"geometry"`
	}
	d := json.NewDecoder(bytes.NewReader(in.text))
	d.UseNumber() // a code of 18 digits does not fit a float
	if err := d.Decode(&f); err != nil || f.Type != "Feature" {
		r.found = []ward.Finding{fail("图形", "这一项不是要素（Feature）")}
		return r
	}
	r.heads, r.cells = properties(f.Properties)
	if _, has := f.Properties["id"]; f.ID != nil && !has && !g.foreign {
		r.heads, r.cells = append(r.heads, "id"), append(r.cells, toCell(f.ID))
	}
	if len(r.found) == 0 && !nothing {
		if r.shape = readGeometry(f.Geometry); r.shape == nil {
			r.found = append(r.found, fail("图形", "图形写法不对"))
		}
		r.raised = raised(f.Geometry)
	}
	return r
}

// raised tells whether positions have more than two numbers, by the first one.
func raised(geometry []byte) bool {
	_, after, _ := bytes.Cut(geometry, []byte(`"coordinates"`))
	if open := bytes.LastIndexByte(after[:max(0, bytes.IndexByte(after, ']'))], '['); open >= 0 {
		position, _, _ := bytes.Cut(after[open:], []byte("]"))
		return bytes.Count(position, []byte(",")) > 1
	}
	return false
}

func properties(values map[string]any) ([]string, []cell) {
	heads, cells := make([]string, 0, len(values)+1), make([]cell, 0, len(values)+1)
	for k, v := range values {
		heads, cells = append(heads, k), append(cells, toCell(v))
	}
	return heads, cells
}

func toCell(v any) cell {
	switch v := v.(type) {
	case string:
		return cell{text: clean(v)}
	case json.Number:
		return cell{text: v.String()}
	case bool:
		if v {
			return cell{text: "true"}
		}
		return cell{text: "false"}
	case []any:
		list := []string{}
		for _, item := range v {
			if c := toCell(item); c.text != "" {
				list = append(list, c.text)
			}
		}
		return cell{list: list}
	}
	return cell{} // null, or an object: nothing a column could hold
}

func faultWords(kind geo.FaultKind) string {
	switch kind {
	case geo.FaultDepth:
		return "图形嵌套太深"
	case geo.FaultVertices:
		return "图形的顶点太多；请先简化"
	case geo.FaultNumber:
		return "坐标里有不是数字的内容"
	case geo.FaultRange:
		return "坐标超出经纬度范围：可能是经纬度写反，或是投影坐标（米）"
	case geo.FaultNull:
		return "图形是空的，或有空的部分"
	}
	return "图形写法不对"
}
