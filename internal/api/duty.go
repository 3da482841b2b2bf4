package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"

	"wangge/internal/ward"
)

type dutyOutput struct{ Body ward.TeamDuty }

func (s *Server) duties(ctx context.Context, _ *struct{}) (*struct{ Body []ward.TeamDuty }, error) {
	list, err := s.Store.Duties(ctx, ward.ScopeFrom(ctx))
	return answer(ctx, s, list, err)
}

func (s *Server) startDuty(ctx context.Context, in *struct {
	Keyed
	Body ward.DutyDraft
},
) (*dutyOutput, error) {
	d, err := s.Store.StartDuty(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answered(s, ctx, dutyOutput{d}, err)
}

func (s *Server) changeDuty(ctx context.Context, in *struct {
	Keyed
	Numbered
	Body ward.DutyChange
},
) (*dutyOutput, error) {
	d, err := s.Store.ChangeDuty(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answered(s, ctx, dutyOutput{d}, err)
}

func (s *Server) createTracker(ctx context.Context, in *struct{ Body ward.TrackerDraft }) (*struct{ Body ward.NewTracker }, error) {
	token := strings.ToLower(rand.Text()) // 26 letters and digits, 128 bits: people type it into a phone
	k, err := s.Store.CreateTracker(ctx, ward.ScopeFrom(ctx), in.Body, sha256.Sum256([]byte(token)))
	return answer(ctx, s, ward.NewTracker{Tracker: k, Token: token}, err)
}

func (s *Server) revokeTracker(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.RevokeTracker(ctx, ward.ScopeFrom(ctx), in.ID))
}
