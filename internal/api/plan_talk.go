package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"

	"wangge/internal/ward"
)

func (s *Server) planComments(ctx context.Context, in *Numbered) (*struct{ Body []ward.PlanComment }, error) {
	list, err := s.Store.PlanComments(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, list, err)
}

func (s *Server) commentPlan(ctx context.Context, in *struct {
	Keyed
	Numbered
	Body ward.PlanRemark
},
) (*struct{ Body ward.PlanComment }, error) {
	c, err := s.Store.CommentPlan(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answer(ctx, s, c, err)
}

func (s *Server) resolveComment(ctx context.Context, in *struct {
	Numbered
	Body struct {
		Version  int64 `json:"version" doc:"看到的版本"`
		Resolved bool  `json:"resolved" doc:"已解决"`
	}
},
) (*struct{ Body ward.PlanComment }, error) {
	c, err := s.Store.ResolveComment(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Version, in.Body.Resolved)
	return answer(ctx, s, c, err)
}

func (s *Server) attendPlan(ctx context.Context, in *struct {
	Numbered
	Body ward.PlanAttendance
},
) (*struct{ Body []ward.PlanPresence }, error) {
	others, err := s.Store.AttendPlan(ctx, ward.ScopeFrom(ctx), in.ID, in.Body)
	return answer(ctx, s, others, err)
}

func (s *Server) sharePlan(ctx context.Context, in *Numbered) (*struct{ Body ward.PlanLink }, error) {
	link, err := s.Store.SharePlan(ctx, ward.ScopeFrom(ctx), in.ID)
	return answer(ctx, s, link, err)
}

func (s *Server) unsharePlan(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.UnsharePlan(ctx, ward.ScopeFrom(ctx), in.ID))
}

func (s *Server) sharedPlan(ctx context.Context, in *struct {
	Token string `path:"token" minLength:"20" maxLength:"64" doc:"链接中的口令"`
},
) (*struct{ Body ward.SharedPlan }, error) {
	p, err := s.Store.SharedPlan(ctx, in.Token)
	return answer(ctx, s, p, err)
}

// csvFile is a table as a download.
type csvFile struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

// exportPlan writes the assignment table of a plan: the same columns that
// create-plan reads, with a byte order mark for spreadsheets.
func (s *Server) exportPlan(ctx context.Context, in *Numbered) (*csvFile, error) {
	rows, err := s.Store.PlanAssignments(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"地块", "楼栋编码", "网格"}) // a buffer does not fail
	for _, r := range rows {
		_ = w.Write([]string{strconv.FormatInt(r.Cell, 10), r.Building, r.Grid})
	}
	w.Flush()
	return &csvFile{ContentType: "text/csv; charset=utf-8", ContentDisposition: `attachment; filename="plan-` + strconv.FormatInt(in.ID, 10) + `.csv"`, Body: b.Bytes()}, nil
}
