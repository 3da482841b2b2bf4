package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

// Uploaded is the address of a kept file.
type Uploaded struct {
	ID uuid.UUID `path:"id" doc:"上传编号"`
}

func (s *Server) keepUpload(ctx context.Context, in *struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"文件名"`
	RawBody []byte `contentType:"application/octet-stream"`
},
) (*struct{ Body ward.Upload }, error) {
	up, err := s.importer().Keep(ctx, ward.ScopeFrom(ctx), in.Name, in.RawBody)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Upload }{up}, nil
}

// importSteps are the operations on a kept file: of the registers, and of the
// hotline's work orders.
type importSteps struct {
	s  *Server
	of func() ImportSteps
}

func (s *Server) registerSteps() importSteps {
	return importSteps{s, func() ImportSteps { return s.importer() }}
}

func (s *Server) orderSteps() importSteps {
	return importSteps{s, func() ImportSteps { return s.importer().Orders() }}
}

func (st importSteps) look(ctx context.Context, in *struct {
	Uploaded
	Body ward.Reading
},
) (*struct{ Body ward.FileLook }, error) {
	look, err := st.of().Look(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, st.s, look, err)
}

// ImportOrder asks for a job on an upload.
type ImportOrder struct {
	Job     uuid.UUID    `json:"job" doc:"任务编号（UUID），重发时保持不变"`
	Reading ward.Reading `json:"reading" doc:"文件的读法"`
	SkipBad bool         `json:"skipBad,omitempty" doc:"跳过有错误的行，写入其余"`
}

type orderInput struct {
	Uploaded
	Body ImportOrder
}

func (st importSteps) check(ctx context.Context, in *orderInput) (*jobOutput, error) {
	j, err := st.of().Check(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Job, in.Body.Reading)
	if err != nil {
		return nil, st.s.problem(ctx, err)
	}
	return &jobOutput{j}, nil
}

func (st importSteps) write(ctx context.Context, in *orderInput) (*jobOutput, error) {
	j, err := st.of().Write(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Job, in.Body.Reading, in.Body.SkipBad)
	if err != nil {
		return nil, st.s.problem(ctx, err)
	}
	return &jobOutput{j}, nil
}

func (st importSteps) undo(ctx context.Context, in *struct {
	Numbered
	Body struct {
		Job uuid.UUID `json:"job" doc:"任务编号（UUID），重发时保持不变"`
	}
},
) (*jobOutput, error) {
	j, err := st.of().Undo(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Job)
	if err != nil {
		return nil, st.s.problem(ctx, err)
	}
	return &jobOutput{j}, nil
}

func (st importSteps) list(ctx context.Context, _ *struct{}) (*struct{ Body []ward.ImportReport }, error) {
	reports, err := st.of().Imports(ctx, ward.ScopeFrom(ctx))
	return answer(ctx, st.s, reports, err)
}

func (st importSteps) report(ctx context.Context, in *Numbered) (*importOutput, error) {
	report, err := st.of().ImportReport(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, st.s.problem(ctx, err)
	}
	return &importOutput{report}, nil
}

func (s *Server) uploadMap(ctx context.Context, in *Uploaded) (*huma.StreamResponse, error) {
	return s.madeOfUpload(ctx, in.ID, "application/geo+json", "map.json", s.importer().CheckMap)
}

func (s *Server) uploadBadRows(ctx context.Context, in *Uploaded) (*huma.StreamResponse, error) {
	return s.madeOfUpload(ctx, in.ID, "text/csv; charset=utf-8", "bad-rows.csv", s.importer().BadRows)
}

func (s *Server) madeOfUpload(ctx context.Context, id uuid.UUID, kind, name string, made func(context.Context, ward.Scope, uuid.UUID) ([]byte, error)) (*huma.StreamResponse, error) {
	text, err := made(ctx, ward.ScopeFrom(ctx), id)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", kind)
		h.SetHeader("Cache-Control", "no-store")
		h.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		_, _ = h.BodyWriter().Write(text)
	}}, nil
}
