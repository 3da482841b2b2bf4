package api

import (
	"context"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

type helpOutput struct{ Body ward.HelpCall }

// helpCalls lists calls for help; a wall is told where, not who.
func (s *Server) helpCalls(ctx context.Context, _ *struct{}) (*struct{ Body []ward.HelpCall }, error) {
	list, err := s.Store.HelpCalls(ctx, ward.ScopeFrom(ctx))
	if actor, _ := ward.ActorFrom(ctx); isWall(actor) {
		for i := range list {
			list[i] = list[i].Discreet()
		}
	}
	return answer(ctx, s, list, err)
}

func (s *Server) callHelp(ctx context.Context, in *struct {
	Keyed
	Body ward.HelpDraft
},
) (*helpOutput, error) {
	in.Body.Skew = ward.Skew(in.Device, s.Now())
	h, err := s.Store.CallHelp(ctx, ward.ScopeFrom(ctx), in.Key, in.Body)
	return answered(s, ctx, helpOutput{h}, err)
}

func (s *Server) stepHelp(ctx context.Context, in *struct {
	Keyed
	ID   uuid.UUID `path:"id"`
	Body ward.HelpStep
},
) (*helpOutput, error) {
	h, err := s.Store.StepHelp(ctx, ward.ScopeFrom(ctx), in.Key, in.ID, in.Body)
	return answered(s, ctx, helpOutput{h}, err)
}
