package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

// registers lists what may be kept by hand with its fields, and what of it the
// person may do: forms are made from it.
func (s *Server) registers(ctx context.Context, _ *struct{}) (*struct{ Body []ward.Register }, error) {
	actor, _ := ward.ActorFrom(ctx)
	all := ward.AllRegisters()
	for i, r := range all {
		all[i] = r.For(actor)
	}
	return &struct{ Body []ward.Register }{all}, nil
}

type entryOutput struct{ Body ward.Entry }

// entries registers how the records of one register are read into a form,
// created, changed one by one or many at once, ended, shown and traced.
func (s *Server) entries(api huma.API, r ward.Register) {
	one, all := "/api/"+r.Many+"/{id}", "/api/"+r.Many
	get(s, api, "get-"+r.Noun+"-entry", one+"/entry", r.Title+"：可修改的字段", func(ctx context.Context, in *Numbered) (*entryOutput, error) {
		e, err := s.Store.Entry(ctx, ward.ScopeFrom(ctx), r.Noun, in.ID)
		return answered(s, ctx, entryOutput{e}, err)
	})
	command(s, api, http.MethodPatch, "change-"+r.Noun, one, "修改"+r.Title, fieldsOf(r, false), func(ctx context.Context, in *struct {
		Numbered
		Body map[string]any
	},
	) (*entryOutput, error) {
		version, _ := in.Body["version"].(float64)
		delete(in.Body, "version")
		e, err := s.Store.ChangeEntry(ctx, ward.ScopeFrom(ctx), r.Noun, in.ID, int64(version), in.Body)
		return answered(s, ctx, entryOutput{e}, err)
	})
	if r.Closed == "" {
		command(s, api, http.MethodPost, "create-"+r.Noun, all, "新增"+r.Title, fieldsOf(r, true), func(ctx context.Context, in *struct {
			Keyed
			Body map[string]any
		},
		) (*entryOutput, error) {
			e, err := s.Store.CreateEntry(ctx, ward.ScopeFrom(ctx), in.Key, r.Noun, in.Body)
			return answered(s, ctx, entryOutput{e}, err)
		})
	}
	if r.Ending != ward.Stays {
		post(s, api, "retire-"+r.Noun, one+"/retire", "停用、删除或恢复"+r.Title, func(ctx context.Context, in *struct {
			Numbered
			Body ward.Retirement
		},
		) (*entryOutput, error) {
			e, err := s.Store.RetireEntry(ctx, ward.ScopeFrom(ctx), r.Noun, in.ID, in.Body)
			return answered(s, ctx, entryOutput{e}, err)
		})
	}
	s.traces(api, r)
	s.bulk(api, r)
}

type historyOutput struct {
	Body ward.Page[ward.EntryChange]
}

type shownOutput struct{ Body ward.Values }

func (s *Server) traces(api huma.API, r ward.Register) {
	one := "/api/" + r.Many + "/{id}"
	get(s, api, "get-"+r.Noun+"-history", one+"/history", r.Title+"的变更历史", func(ctx context.Context, in *struct {
		Numbered
		ward.HistoryFilter
	},
	) (*historyOutput, error) {
		page, err := s.Store.EntryHistory(ctx, ward.ScopeFrom(ctx), r.Noun, in.ID, in.HistoryFilter)
		return answered(s, ctx, historyOutput{page}, err)
	})
	if !r.HasPersonal() {
		return
	}
	post(s, api, "show-"+r.Noun, one+"/show", "查看"+r.Title+"的个人信息（留痕）", func(ctx context.Context, in *struct {
		Numbered
		Body struct {
			Purpose string `json:"purpose" minLength:"2" maxLength:"100" doc:"查看的用途"`
		}
	},
	) (*shownOutput, error) {
		v, err := s.Store.ShowEntry(ctx, ward.ScopeFrom(ctx), r.Noun, in.ID, in.Body.Purpose)
		return answered(s, ctx, shownOutput{v}, err)
	})
}

type bulkOutput struct{ Body ward.BulkReport }

func (s *Server) bulk(api huma.API, r ward.Register) {
	all := "/api/" + r.Many + "/bulk"
	post(s, api, "bulk-change-"+r.Many, all, "批量修改"+r.Title, func(ctx context.Context, in *struct {
		Keyed
		Body ward.BulkChange
	},
	) (*bulkOutput, error) {
		report, err := s.Store.ChangeEntries(ctx, ward.ScopeFrom(ctx), in.Key, r.Noun, in.Body)
		return answered(s, ctx, bulkOutput{report}, err)
	})
	post(s, api, "bulk-undo-"+r.Many, all+"/{batch}/undo", "撤销一次批量修改", func(ctx context.Context, in *struct {
		Keyed
		Batch uuid.UUID `path:"batch" doc:"批量编号"`
	},
	) (*bulkOutput, error) {
		report, err := s.Store.UndoEntries(ctx, ward.ScopeFrom(ctx), in.Key, r.Noun, in.Batch)
		return answered(s, ctx, bulkOutput{report}, err)
	})
}

func answered[O any](s *Server, ctx context.Context, out O, err error) (*O, error) {
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &out, nil
}

// command registers an operation whose body is described by the fields of a
// register and not by a Go type.
func command[I, O any](s *Server, api huma.API, method, id, path, summary string, body *huma.Schema, do func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Errors: usual, MaxBodyBytes: commandBytes, DefaultStatus: http.StatusOK,
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: body}}},
	}, do)
}

// fieldsOf describes the body of a command on a record: the fields by name, and
// with a change the version the person saw. Limits and vocabularies are checked
// by the register, in its own words.
func fieldsOf(r ward.Register, fresh bool) *huma.Schema {
	schema := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
	if !fresh {
		schema.Properties["version"] = &huma.Schema{Type: huma.TypeInteger, Minimum: ptr(1.0), Description: "您看到的版本"}
		schema.Required = []string{"version"}
	}
	for _, f := range r.Fields {
		if f.Fixed && !fresh {
			continue
		}
		p := kindOf(f)
		p.Description, p.Nullable = f.Title, !f.Required
		schema.Properties[f.Name] = p
		if fresh && f.Required {
			schema.Required = append(schema.Required, f.Name)
		}
	}
	slices.Sort(schema.Required)
	schema.PrecomputeMessages()
	return schema
}

func ptr[T any](v T) *T { return &v }

func kindOf(f ward.Field) *huma.Schema {
	item := func(of *huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeArray, Items: of, MaxItems: ptr(int(f.High))}
	}
	switch f.Kind {
	case ward.Int, ward.Ref:
		return &huma.Schema{Type: huma.TypeInteger}
	case ward.Number:
		return &huma.Schema{Type: huma.TypeNumber}
	case ward.Bool:
		return &huma.Schema{Type: huma.TypeBoolean}
	case ward.Many, ward.Things:
		return item(&huma.Schema{Type: huma.TypeString})
	case ward.Refs:
		return item(&huma.Schema{Type: huma.TypeInteger})
	case ward.Place:
		return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeNumber}, MinItems: ptr(2), MaxItems: ptr(2)}
	case ward.Outline, ward.Course:
		return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	}
	return &huma.Schema{Type: huma.TypeString}
}
