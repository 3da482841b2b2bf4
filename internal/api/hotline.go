package api

import (
	"context"
	"iter"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

func (s *Server) importHotline(ctx context.Context, in *struct {
	Name    string   `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"文件名"`
	Dry     bool     `query:"dry" doc:"只检查，不写入"`
	Columns []string `query:"columns,explode" maxItems:"30" doc:"表头对应，写作“文件里的表头=栏目”，可多个"`
	RawBody []byte   `contentType:"application/octet-stream"`
},
) (*importOutput, error) {
	report, err := s.importer().Hotline(ctx, ward.ScopeFrom(ctx), HotlineUpload{Name: in.Name, Body: in.RawBody, Columns: in.Columns, Dry: in.Dry})
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &importOutput{report}, nil
}

func (s *Server) hotlineTemplate(context.Context, *struct{}) (*huma.StreamResponse, error) {
	return template(ward.HotlineSheet()), nil
}

func (s *Server) hotlineOrders(ctx context.Context, in *struct{ ward.HotlineFilter }) (*struct {
	Body ward.Page[ward.HotlineOrder]
}, error,
) {
	page, err := s.Store.HotlineOrders(ctx, ward.ScopeFrom(ctx), in.HotlineFilter)
	return answer(ctx, s, page, err)
}

// OfIncident is the address of something that belongs to an incident.
type OfIncident struct {
	ID uuid.UUID `path:"id" doc:"事件"`
}

func (s *Server) hotlineOrder(ctx context.Context, in *OfIncident) (*struct{ Body ward.HotlineOrder }, error) {
	order, err := s.Store.HotlineOrder(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, order, err)
}

func (s *Server) changeHotlineOrder(ctx context.Context, in *struct {
	OfIncident
	Body ward.HotlineChange
},
) (*struct{ Body ward.HotlineOrder }, error) {
	order, err := s.Store.ChangeHotlineOrder(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, s, order, err)
}

// Caller is who called the hotline.
type Caller struct {
	Name  string `json:"name" doc:"来电人"`
	Phone string `json:"phone" doc:"联系电话"`
}

func (s *Server) revealCaller(ctx context.Context, in *struct {
	OfIncident
	Body struct {
		Purpose string `json:"purpose" minLength:"1" maxLength:"100" doc:"为什么要看"`
	}
},
) (*struct{ Body Caller }, error) {
	name, phone, err := s.Store.RevealCaller(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Purpose)
	return answer(ctx, s, Caller{name, phone}, err)
}

// hotlineTitles are the columns that go back to the city: nothing of the caller.
var hotlineTitles = []string{"工单编号", "标题", "本地事件编号", "类别", "办理状态", "承办单位", "首次联系时间", "办结时限", "办结时间", "是否超期", "办理结果", "是否解决", "是否满意", "答复内容"}

func hotlineCells(o ward.HotlineOrder) []string {
	late := ""
	if o.Late {
		late = "是"
	}
	return []string{
		o.Number, o.Title, o.IncidentNumber, o.ClassName, ward.IncidentStates.Label(o.State), o.Unit, momentCell(o.ContactedAt), momentCell(o.Deadline), momentCell(o.ClosedAt), late,
		o.Result, ward.HotlineAnswers.Label(o.Solved), ward.HotlineAnswers.Label(o.Content), o.Reply,
	}
}

func momentCell(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(ward.China).Format("2006-01-02 15:04:05")
}

// exportHotline is the file of results that goes back to the city.
func (s *Server) exportHotline(ctx context.Context, in *struct {
	From  string `query:"from" maxLength:"10" doc:"从哪天导入"`
	To    string `query:"to" maxLength:"10" doc:"到哪天（含）"`
	State string `query:"state" enum:",open,over,late,unsent" doc:"哪些工单"`
},
) (*huma.StreamResponse, error) {
	rows, ids := [][]string{hotlineTitles}, []int64{}
	for f := (ward.HotlineFilter{From: in.From, To: in.To, State: in.State, Limit: ward.MaxLimit}); ; {
		page, err := s.Store.HotlineOrders(ctx, ward.ScopeFrom(ctx), f)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		for _, o := range page.Items {
			rows, ids = append(rows, hotlineCells(o)), append(ids, o.ID)
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if err := s.Store.NoteHotlineExport(ctx, ward.ScopeFrom(ctx), ids); err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", mediaXLSX)
		h.SetHeader("Cache-Control", "no-store")
		h.SetHeader("Content-Disposition", `attachment; filename="hotline-`+s.Now().In(chinaTime).Format(time.DateOnly)+`.xlsx"`)
		_ = writeXLSX(h.BodyWriter(), listed(rows)) // the reader left
	}}, nil
}

func listed(rows [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, cells := range rows {
			if !yield(cells, nil) {
				return
			}
		}
	}
}
