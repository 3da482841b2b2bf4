package api

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func (s *Server) publicSign(ctx context.Context, in *struct {
	Token string `path:"token" pattern:"^[a-z2-7]{16}$" doc:"二维码中的代号"`
},
) (*struct{ Body ward.PublicSign }, error) {
	sign, err := s.Store.PublicSign(ctx, in.Token)
	return answer(ctx, s, sign, err)
}

func (s *Server) sendReport(ctx context.Context, in *struct {
	Keyed
	Body ward.ResidentReport
},
) (*struct{ Body ward.ReportReceipt }, error) {
	receipt, err := s.Store.SendReport(ctx, in.Key, in.Body, addressOf(ctx))
	return answer(ctx, s, receipt, err)
}

// sendReportPhoto asks for the secret before it spends time on the picture.
func (s *Server) sendReportPhoto(ctx context.Context, in *struct {
	Photo   uuid.UUID `query:"photo" required:"true" doc:"UUIDv7，由设备生成；重发时不变"`
	Number  string    `header:"Report-Number" required:"true" maxLength:"20" doc:"编号"`
	Secret  string    `header:"Report-Secret" required:"true" maxLength:"20" doc:"查询码"`
	RawBody []byte    `contentType:"application/octet-stream"`
},
) (*struct{}, error) {
	of := ward.ReportReceipt{Number: in.Number, Secret: in.Secret}
	if err := s.Store.OpensReport(ctx, of, addressOf(ctx)); err != nil {
		return nil, s.problem(ctx, err)
	}
	if s.Photos == nil {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "本服务不收照片，文字已收到"))
	}
	picture, err := s.Photos.Clean(ctx, in.RawBody)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if err := s.Photos.Keep(picture); err != nil {
		return nil, s.problem(ctx, err)
	}
	return nil, s.problem(ctx, s.Store.SendReportPhoto(ctx, of, in.Photo, picture, addressOf(ctx)))
}

func (s *Server) reportStatus(ctx context.Context, in *struct{ Body ward.ReportReceipt }) (*struct{ Body ward.ReportStatus }, error) {
	status, err := s.Store.ReportStatus(ctx, in.Body, addressOf(ctx))
	return answer(ctx, s, status, err)
}

func (s *Server) answerReport(ctx context.Context, in *struct {
	Keyed
	Body ward.ReportAnswer
},
) (*struct{ Body ward.ReportStatus }, error) {
	status, err := s.Store.AnswerReport(ctx, in.Key, in.Body, addressOf(ctx))
	return answer(ctx, s, status, err)
}

func (s *Server) revealReporter(ctx context.Context, in *struct {
	ID   uuid.UUID `path:"id"`
	Body struct {
		Purpose string `json:"purpose" minLength:"1" maxLength:"100" doc:"为什么要看"`
	}
},
) (*struct {
	Body ward.Contact
}, error,
) {
	contact, err := s.Store.RevealReporter(ctx, ward.ScopeFrom(ctx), in.ID, in.Body.Purpose)
	return answer(ctx, s, contact, err)
}

func (s *Server) hideOpenPhotos(ctx context.Context, in *OfIncident) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.HideOpenPhotos(ctx, ward.ScopeFrom(ctx), in.ID))
}

func (s *Server) markSpam(ctx context.Context, in *struct {
	Keyed
	ID   uuid.UUID `path:"id"`
	Body struct {
		Version int64 `json:"version" minimum:"1" doc:"您看到的版本"`
	}
},
) (*incidentOutput, error) {
	i, err := s.Store.MarkSpam(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body.Version)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &incidentOutput{i}, nil
}

func (s *Server) signs(ctx context.Context, in *struct {
	ward.Filter
	Base string `query:"base" maxLength:"100" pattern:"^(https?://[A-Za-z0-9.:-]+)?$" doc:"居民打开本服务的地址，给出则附二维码"`
},
) (*struct{ Body ward.Page[ward.Sign] }, error) {
	page, err := s.Store.Signs(ctx, ward.ScopeFrom(ctx), in.Filter, in.Base)
	return answer(ctx, s, page, err)
}

func (s *Server) makeSigns(ctx context.Context, in *struct {
	Keyed
	Body ward.SignOrder
},
) (*struct {
	Body struct {
		Made int `json:"made" doc:"新生成几块"`
	}
}, error,
) {
	made, err := s.Store.MakeSigns(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answer(ctx, s, struct {
		Made int `json:"made" doc:"新生成几块"`
	}{made}, err)
}

func (s *Server) retireSign(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.RetireSign(ctx, ward.ScopeFrom(ctx), in.ID))
}

func (s *Server) publicForms(ctx context.Context, _ *struct{}) (*struct{ Body []ward.PublicForm }, error) {
	forms, err := s.Store.PublicForms(ctx, ward.ScopeFrom(ctx))
	return answer(ctx, s, forms, err)
}

func (s *Server) changePublicForm(ctx context.Context, in *struct {
	Area int64 `path:"area" minimum:"1" doc:"街道编号"`
	Body ward.PublicFormChange
},
) (*struct{ Body ward.PublicForm }, error) {
	form, err := s.Store.ChangePublicForm(ctx, ward.ScopeFrom(ctx), in.Area, in.Body)
	return answer(ctx, s, form, err)
}
