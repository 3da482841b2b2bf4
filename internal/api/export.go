package api

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/internal/ward"
)

// exported is a register on its way out.
type exported[T any] struct {
	server     *Server
	scope      ward.Scope
	filter     ward.Filter
	collection string // of the shapes; "" when it has none
	find       func(context.Context, ward.Scope, ward.Filter) (ward.Page[T], error)
}

// export registers a register as a file: every row within the territory and the
// filter, names masked for everybody, and written down in the audit.
func export[T any](s *Server, api huma.API, many, one, title string, find func(context.Context, ward.Scope, ward.Filter) (ward.Page[T], error)) {
	table := tableOf[T](one)
	collection := ""
	if _, err := ward.LookUpFeatureCollection(one); err == nil {
		collection = one
	}
	get(s, api, "export-"+many, "/api/exports/"+many+".{format}", title+"导出", func(ctx context.Context, in *struct {
		Format string   `path:"format" enum:"csv,geojson,xlsx,gpkg" doc:"格式"`
		Area   int64    `query:"area" minimum:"0" doc:"辖区编号"`
		Grid   int64    `query:"grid" minimum:"0" doc:"网格编号"`
		Kind   string   `query:"kind" maxLength:"40" doc:"类别"`
		Query  string   `query:"q" maxLength:"50" doc:"名称、编码或地址里的字"`
		BBox   string   `query:"bbox" maxLength:"100" doc:"范围：西,南,东,北（度）"`
		Where  []string `query:"where,explode" maxItems:"20" doc:"按栏目筛选，同列表"`
		Ended  bool     `query:"ended" doc:"只要已停用的"`
	},
	) (*huma.StreamResponse, error) {
		out := exported[T]{s, ward.ScopeFrom(ctx).Masked(), ward.Filter{Area: in.Area, Grid: in.Grid, Kind: in.Kind, Query: in.Query, BBox: in.BBox, Where: in.Where, Ended: in.Ended, Limit: ward.MaxLimit}, collection, find}
		first, err := find(ctx, out.scope, out.filter) // what is wrong is told before the file begins
		if err == nil {
			err = s.Store.NoteExport(ctx, out.scope, many, in.Format)
		}
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		write, kind := table.writeCSV, "text/csv; charset=utf-8"
		if in.Format == "geojson" {
			write, kind = table.writeGeoJSON, mediaGeo
		}
		if in.Format == "xlsx" {
			write, kind = out.writeBook(ctx, table, one), mediaXLSX
		}
		if in.Format == "gpkg" {
			packed, err := out.packed(ctx, table, many, first)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			write, kind = func(to io.Writer, _ iter.Seq2[batch[T], error]) error { return packed.send(to) }, mediaPackage
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", kind)
			h.SetHeader("Cache-Control", "no-store")
			h.SetHeader("Content-Disposition", `attachment; filename="`+many+`-`+s.Now().In(chinaTime).Format(time.DateOnly)+`.`+in.Format+`"`)
			if err := write(h.BodyWriter(), out.rows(h.Context(), first)); err != nil {
				if h.Context().Err() == nil {
					s.Log.Error("export broke off", "register", many, "error", err)
				}
				panic(http.ErrAbortHandler) // a file that ends early must not look whole
			}
		}}, nil
	})
}

// batch is a page of rows and their shapes.
type batch[T any] struct {
	items  []T
	shapes func() (map[int64]json.RawMessage, error)
}

// rows hands over page by page, so that a slow reader holds no connection of
// the database and no more than a page is in memory.
func (e exported[T]) rows(ctx context.Context, page ward.Page[T]) iter.Seq2[batch[T], error] {
	return func(yield func(batch[T], error) bool) {
		for {
			b := batch[T]{page.Items, func() (map[int64]json.RawMessage, error) { return e.shapes(ctx, page.Items) }}
			if !yield(b, nil) || page.Next == "" {
				return
			}
			f, err := e.filter, error(nil)
			f.After = page.Next
			if page, err = e.find(ctx, e.scope, f); err != nil {
				yield(batch[T]{}, err)
				return
			}
		}
	}
}

func (e exported[T]) shapes(ctx context.Context, items []T) (map[int64]json.RawMessage, error) {
	if e.collection == "" {
		return map[int64]json.RawMessage{}, nil
	}
	ids := make([]int64, len(items))
	for i, v := range items {
		ids[i] = numberOf(v)
	}
	return e.server.Store.FeatureShapes(ctx, e.scope, e.collection, ids)
}

// writeCSV writes what Excel opens: a BOM, Chinese headers, and no cell that
// acts as a formula.
func (t table[T]) writeCSV(to io.Writer, rows iter.Seq2[batch[T], error]) error {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(t.titles()); err != nil {
		return err
	}
	for b, err := range rows {
		if err != nil {
			return err
		}
		for _, v := range b.items {
			if err := w.Write(t.cells(v)); err != nil {
				return err
			}
		}
		if w.Flush(); w.Error() != nil {
			return w.Error()
		}
	}
	w.Flush()
	return w.Error()
}

// writeGeoJSON writes a collection, see features.
func (t table[T]) writeGeoJSON(to io.Writer, rows iter.Seq2[batch[T], error]) error {
	separator := `{"type":"FeatureCollection","features":[` + "\n"
	for b, err := range rows {
		if err != nil {
			return err
		}
		found, err := t.features(b)
		if err != nil {
			return err
		}
		var page []byte
		for _, feature := range found {
			page = append(append(page, separator...), feature...)
			separator = ",\n"
		}
		if _, err := to.Write(page); err != nil {
			return err
		}
	}
	if separator != ",\n" { // no row at all
		if _, err := io.WriteString(to, separator); err != nil {
			return err
		}
	}
	_, err := io.WriteString(to, "\n]}\n")
	return err
}
