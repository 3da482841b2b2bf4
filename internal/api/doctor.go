package api

import (
	"context"

	"wangge/internal/ward"
)

func (s *Server) doctorChecks(ctx context.Context, _ *struct{}) (*struct{ Body []ward.DoctorCheck }, error) {
	checks, err := s.Store.DoctorChecks(ctx, ward.ScopeFrom(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.DoctorCheck }{checks}, nil
}

type doctorCasesOutput struct{ Body ward.Page[ward.DoctorCase] }

func (s *Server) doctorCases(ctx context.Context, in *struct {
	Check string `path:"check" maxLength:"40" doc:"体检项"`
	Area  int64  `query:"area" minimum:"0" doc:"辖区编号：只看这个区、街道或社区"`
	After string `query:"after" maxLength:"100" doc:"上一页给出的 next"`
	Limit int    `query:"limit" default:"50" minimum:"1" maximum:"500" doc:"每页条数"`
},
) (*doctorCasesOutput, error) {
	page, err := s.Store.DoctorCases(ctx, ward.ScopeFrom(ctx), in.Check, ward.Filter{Area: in.Area, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &doctorCasesOutput{page}, nil
}

type doctorFixOutput struct{ Body ward.DoctorFix }

func (s *Server) doctorAct(ctx context.Context, in *struct {
	Keyed
	Check string `path:"check" maxLength:"40" doc:"体检项"`
	Case  string `path:"case" maxLength:"41" doc:"清单里的编号"`
	Body  ward.DoctorOrder
},
) (*doctorFixOutput, error) {
	fix, err := s.Store.DoctorAct(ctx, ward.ScopeFrom(ctx), in.Key, in.Check, in.Case, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &doctorFixOutput{fix}, nil
}

func (s *Server) doctorUndo(ctx context.Context, in *struct {
	Keyed
	ID int64 `path:"id" minimum:"1" doc:"处理记录的编号"`
},
) (*doctorFixOutput, error) {
	fix, err := s.Store.DoctorUndo(ctx, ward.ScopeFrom(ctx), in.Key, in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &doctorFixOutput{fix}, nil
}
