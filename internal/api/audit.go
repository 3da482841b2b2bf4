package api

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/internal/ward"
)

func (s *Server) audit(ctx context.Context, in *struct{ ward.AuditFilter }) (*struct {
	Body ward.Page[ward.AuditEntry]
}, error,
) {
	page, err := s.auditPage(ctx, ward.ScopeFrom(ctx), in.AuditFilter)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct {
		Body ward.Page[ward.AuditEntry]
	}{page}, nil
}

// summaries are the titles of the operations by their names.
func summaries(of *huma.OpenAPI) map[string]string {
	out := map[string]string{}
	for _, path := range of.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Patch, path.Put, path.Delete} {
			if o != nil {
				out[o.OperationID] = o.Summary
			}
		}
	}
	return out
}

// auditPage reads a page and says in Chinese what is in it.
func (s *Server) auditPage(ctx context.Context, scope ward.Scope, f ward.AuditFilter) (ward.Page[ward.AuditEntry], error) {
	page, err := s.Store.AuditEntries(ctx, scope, f)
	for i := range page.Items {
		e := &page.Items[i]
		e.Act, e.Thing = s.words.Act(e.Operation), s.words.Thing(e.Noun)
	}
	return page, err
}

func (s *Server) auditOperations(ctx context.Context, _ *struct{}) (*struct{ Body []ward.AuditAct }, error) {
	names, err := s.Store.AuditOperations(ctx, ward.ScopeFrom(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	out := []ward.AuditAct{}
	for _, name := range names {
		out = append(out, ward.AuditAct{Operation: name, Act: s.words.Act(name)})
	}
	return &struct{ Body []ward.AuditAct }{out}, nil
}

// auditExport narrows what is exported, as the list does.
type auditExport struct {
	Actor     int64  `query:"actor" minimum:"0" doc:"账号编号"`
	Operation string `query:"operation" maxLength:"60" doc:"操作"`
	From      string `query:"from" maxLength:"10" doc:"从哪一天（含）"`
	To        string `query:"to" maxLength:"10" doc:"到哪一天（含）"`
	Area      int64  `query:"area" minimum:"0" doc:"辖区编号"`
}

// exportAudit streams the audit page by page; taking it out is itself written down.
func (s *Server) exportAudit(ctx context.Context, in *auditExport) (*huma.StreamResponse, error) {
	scope := ward.ScopeFrom(ctx)
	filter := ward.AuditFilter{Actor: in.Actor, Operation: in.Operation, From: in.From, To: in.To, Area: in.Area, Limit: ward.MaxLimit}
	err := s.Store.NoteExport(ctx, scope, "audit", "csv")
	var first ward.Page[ward.AuditEntry]
	if err == nil {
		first, err = s.auditPage(ctx, scope, filter)
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "text/csv; charset=utf-8")
		h.SetHeader("Cache-Control", "no-store")
		h.SetHeader("Content-Disposition", `attachment; filename="audit-`+s.Now().In(chinaTime).Format(time.DateOnly)+`.csv"`)
		if err := s.writeAudit(h.Context(), h.BodyWriter(), scope, filter, first); err != nil {
			if h.Context().Err() == nil {
				s.Log.Error("export broke off", "register", "audit", "error", err)
			}
			panic(http.ErrAbortHandler) // a file that ends early must not look whole
		}
	}}, nil
}

func (s *Server) writeAudit(ctx context.Context, to io.Writer, scope ward.Scope, f ward.AuditFilter, page ward.Page[ward.AuditEntry]) (err error) {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	_ = w.Write([]string{"编号", "时间", "谁", "做了什么", "对象", "对象编号", "用途", "辖区"}) // an error stays and comes with Flush
	for {
		for _, e := range page.Items {
			_ = w.Write([]string{
				strconv.FormatInt(e.ID, 10), e.At.In(chinaTime).Format(time.DateTime), inert(e.Actor), e.Act, e.Thing,
				inert(e.Entity), inert(e.Purpose), inert(e.Place),
			})
		}
		if w.Flush(); w.Error() != nil || page.Next == "" {
			return w.Error()
		}
		f.After = page.Next
		if page, err = s.auditPage(ctx, scope, f); err != nil {
			return err
		}
	}
}
