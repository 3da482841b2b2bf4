package api

import (
	"context"
	"encoding/csv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

// importBytes bounds an upload; larger files go in by the command line.
const importBytes = 64 << 20

// Upload is a file somebody sent to be imported.
type Upload struct {
	Name    string // as it was called; says the format
	Sheet   string // "" to recognise it
	Body    []byte
	Options ward.ImportOptions
}

// ImportSteps are the steps of a file that is kept at the server, from looking at
// it to taking it back.
type ImportSteps interface {
	// Look recognises a kept file.
	Look(ctx context.Context, s ward.Scope, upload uuid.UUID, r ward.Reading) (ward.FileLook, error)
	// Check, Write and Undo start a job of the given number.
	Check(ctx context.Context, s ward.Scope, upload, job uuid.UUID, r ward.Reading) (ward.Job, error)
	Write(ctx context.Context, s ward.Scope, upload, job uuid.UUID, r ward.Reading, skipBad bool) (ward.Job, error)
	Undo(ctx context.Context, s ward.Scope, run int64, job uuid.UUID) (ward.Job, error)
	// Imports lists the latest imports, newest first, without their findings.
	Imports(ctx context.Context, s ward.Scope) ([]ward.ImportReport, error)
	// ImportReport reads one with its findings; not_found when it is not there.
	ImportReport(ctx context.Context, s ward.Scope, id int64) (ward.ImportReport, error)
}

// Importer reads uploaded files into the registers, and those of the city's hotline.
type Importer interface {
	ImportSteps // of the registers
	// Import checks a file and, unless it is a dry run, writes it as a whole.
	Import(ctx context.Context, s ward.Scope, u Upload) (ward.ImportReport, error)
	// Keep holds a file for the steps: for the person who sent it, an hour.
	Keep(ctx context.Context, s ward.Scope, name string, body []byte) (ward.Upload, error)
	// CheckMap and BadRows are what the last check left: GeoJSON with the
	// properties line and bad, CSV.
	CheckMap(ctx context.Context, s ward.Scope, upload uuid.UUID) ([]byte, error)
	BadRows(ctx context.Context, s ward.Scope, upload uuid.UUID) ([]byte, error)
	// Orders are the steps of a file of the hotline's work orders.
	Orders() ImportSteps
	// Hotline takes such a file in at once.
	Hotline(ctx context.Context, s ward.Scope, u HotlineUpload) (ward.ImportReport, error)
}

// HotlineUpload is a file of work orders. Columns are "header=column" for headers
// that are not known.
type HotlineUpload struct {
	Name    string
	Body    []byte
	Columns []string
	Dry     bool
}

type importOutput struct{ Body ward.ImportReport }

func (s *Server) importFile(ctx context.Context, in *struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"文件名"`
	Sheet   string `query:"sheet" maxLength:"40" doc:"导入为哪种表；缺省按文件名识别"`
	DryRun  bool   `query:"dryRun" doc:"只检查，不写入"`
	SkipBad bool   `query:"skipBad" doc:"跳过有错误的行，写入其余"`
	RawBody []byte `contentType:"application/octet-stream"`
},
) (*importOutput, error) {
	report, err := s.importer().Import(ctx, ward.ScopeFrom(ctx), Upload{
		Name: in.Name, Sheet: in.Sheet, Body: in.RawBody, Options: ward.ImportOptions{DryRun: in.DryRun, SkipBad: in.SkipBad},
	})
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &importOutput{report}, nil
}

// importTemplate is an empty table with the Chinese headers of a sheet, in the
// encoding Excel opens.
func (s *Server) importTemplate(ctx context.Context, in *struct {
	Sheet string `path:"sheet" maxLength:"40" doc:"哪种表"`
},
) (*huma.StreamResponse, error) {
	sheet, ok := ward.SheetByName(in.Sheet)
	if !ok {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "没有这种表"))
	}
	return template(sheet), nil
}

func template(sheet ward.Sheet) *huma.StreamResponse {
	titles := make([]string, len(sheet.Columns))
	for i, c := range sheet.Columns {
		titles[i] = c.Title
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	_ = w.Write(titles) // to memory
	w.Flush()
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "text/csv; charset=utf-8")
		h.SetHeader("Content-Disposition", `attachment; filename="`+sheet.Name+`.csv"`)
		_, _ = h.BodyWriter().Write([]byte("\uFEFF" + text.String()))
	}}
}

func (s *Server) importer() Importer {
	if s.Import != nil {
		return s.Import
	}
	return noImporter{}
}

// noImporter answers where files come in by the command line only.
type noImporter struct{}

var errNoImport = ward.Errorf(ward.NotFound, "本服务未开启网页导入，请用 wangge import 命令")

func (noImporter) Import(context.Context, ward.Scope, Upload) (ward.ImportReport, error) {
	return ward.ImportReport{}, errNoImport
}

func (noImporter) Keep(context.Context, ward.Scope, string, []byte) (ward.Upload, error) {
	return ward.Upload{}, errNoImport
}

func (noImporter) Look(context.Context, ward.Scope, uuid.UUID, ward.Reading) (ward.FileLook, error) {
	return ward.FileLook{}, errNoImport
}

func (noImporter) Check(context.Context, ward.Scope, uuid.UUID, uuid.UUID, ward.Reading) (ward.Job, error) {
	return ward.Job{}, errNoImport
}

func (noImporter) Write(context.Context, ward.Scope, uuid.UUID, uuid.UUID, ward.Reading, bool) (ward.Job, error) {
	return ward.Job{}, errNoImport
}

func (noImporter) Undo(context.Context, ward.Scope, int64, uuid.UUID) (ward.Job, error) {
	return ward.Job{}, errNoImport
}

func (noImporter) CheckMap(context.Context, ward.Scope, uuid.UUID) ([]byte, error) {
	return nil, errNoImport
}

func (noImporter) BadRows(context.Context, ward.Scope, uuid.UUID) ([]byte, error) {
	return nil, errNoImport
}

func (noImporter) Imports(context.Context, ward.Scope) ([]ward.ImportReport, error) {
	return []ward.ImportReport{}, nil
}

func (noImporter) ImportReport(context.Context, ward.Scope, int64) (ward.ImportReport, error) {
	return ward.ImportReport{}, ward.Errorf(ward.NotFound, "没有这次导入")
}

func (noImporter) Orders() ImportSteps { return noImporter{} }

func (noImporter) Hotline(context.Context, ward.Scope, HotlineUpload) (ward.ImportReport, error) {
	return ward.ImportReport{}, errNoImport
}
