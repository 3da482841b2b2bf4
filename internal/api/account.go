package api

import (
	"context"
	"slices"

	"wangge/internal/ward"
)

// sessionNumbers is a session store that knows the number of a session, which
// is shown instead of its token.
type sessionNumbers interface {
	SessionNumber(ctx context.Context, token string) (int64, error)
}

type (
	accountOutput  struct{ Body ward.Account }
	secretOutput   struct{ Body ward.AccountSecret }
	sessionsOutput struct{ Body []ward.LiveSession }
	rulesOutput    struct{ Body []ward.RoleRule }
)

func (s *Server) account(ctx context.Context, in *Numbered) (*accountOutput, error) {
	a, err := s.Store.AccountCard(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &accountOutput{a}, nil
}

func (s *Server) openAccount(ctx context.Context, in *struct {
	Keyed
	Body ward.AccountDraft
},
) (*secretOutput, error) {
	out, err := s.Store.OpenAccount(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &secretOutput{out}, nil
}

func (s *Server) changeAccount(ctx context.Context, in *struct {
	Keyed
	Numbered
	Body ward.AccountChange
},
) (*accountOutput, error) {
	a, err := s.Store.ChangeAccount(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &accountOutput{a}, nil
}

func (s *Server) resetPassword(ctx context.Context, in *struct {
	Keyed
	Numbered
},
) (*secretOutput, error) {
	out, err := s.Store.ResetPassword(ctx, ward.ScopeFrom(ctx), in.Key, in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &secretOutput{out}, nil
}

func (s *Server) resetTOTP(ctx context.Context, in *struct {
	Keyed
	Numbered
},
) (*accountOutput, error) {
	a, err := s.Store.ResetTOTP(ctx, ward.ScopeFrom(ctx), in.Key, in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &accountOutput{a}, nil
}

func (s *Server) accountSessions(ctx context.Context, in *Numbered) (*sessionsOutput, error) {
	list, err := s.Store.AccountSessions(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &sessionsOutput{list}, nil
}

func (s *Server) endAccountSession(ctx context.Context, in *struct {
	Numbered
	Session int64 `path:"session" minimum:"0" doc:"登录编号；0 为全部"`
},
) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.EndAccountSession(ctx, ward.ScopeFrom(ctx), in.ID, in.Session))
}

func (s *Server) mySessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	list, err := s.Store.Sessions(ctx, ward.ScopeFrom(ctx).Actor())
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if numbers, ok := s.Sessions.(sessionNumbers); ok {
		own, err := numbers.SessionNumber(ctx, s.sessions.Token(ctx))
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if i := slices.IndexFunc(list, func(l ward.LiveSession) bool { return l.ID == own }); i >= 0 {
			list[i].Own = true
		}
	}
	return &sessionsOutput{list}, nil
}

func (s *Server) endMySession(ctx context.Context, in *struct {
	ID int64 `path:"id" minimum:"0" doc:"登录编号；0 为全部"`
},
) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.EndSession(ctx, ward.ScopeFrom(ctx).Actor(), in.ID))
}

func (s *Server) beginTOTP(ctx context.Context, _ *struct{}) (*struct{ Body ward.Enrolment }, error) {
	e, err := s.Store.BeginTOTP(ctx, ward.ScopeFrom(ctx).Actor())
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Enrolment }{e}, nil
}

func (s *Server) confirmTOTP(ctx context.Context, in *struct {
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"10" doc:"动态口令"`
	}
},
) (*struct{ Body []string }, error) {
	codes, err := s.Store.ConfirmTOTP(ctx, ward.ScopeFrom(ctx).Actor(), in.Body.Code)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []string }{codes}, nil
}

func (s *Server) dropTOTP(ctx context.Context, in *struct {
	Body struct {
		Password string `json:"password" maxLength:"200" doc:"密码"`
	}
},
) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.DropTOTP(ctx, ward.ScopeFrom(ctx).Actor(), in.Body.Password))
}

func (s *Server) roleRules(ctx context.Context, _ *struct{}) (*rulesOutput, error) {
	rules, err := s.Store.RoleRules(ctx, ward.ScopeFrom(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &rulesOutput{rules}, nil
}

func (s *Server) changeRoleRule(ctx context.Context, in *struct {
	Body struct {
		Role ward.Role `json:"role" enum:"grid_leader,grid_staff,secretary,intake,dispatcher,duty_head,handler,planner,party_office,member,admin" doc:"角色"`
		TOTP bool      `json:"totp" doc:"必须启用动态口令"`
	}
},
) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.ChangeRoleRule(ctx, ward.ScopeFrom(ctx), ward.RoleRule{Role: in.Body.Role, TOTP: in.Body.TOTP}))
}
