package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

// Sounds makes recordings safe to play and keeps them.
type Sounds interface {
	// Clean: invalid for what is no recording, too_large for what is too long.
	Clean(raw []byte) (ward.Sound, error)
	Keep(s ward.Sound) error
	// Read returns the WebM of a hash; not_found when it is not there.
	Read(hash string) ([]byte, error)
	// Drop takes the file of a hash away; none is no error.
	Drop(hash string) error
}

var noSounds = ward.Errorf(ward.NotFound, "本服务没有录音目录，请设置 WANGGE_PHOTOS")

// sendRecording takes a recording; sent again under the same id it is the same.
func (s *Server) sendRecording(ctx context.Context, in *struct {
	ward.RecordingDraft
	RawBody []byte `contentType:"application/octet-stream"`
},
) (*struct{ Body ward.Recording }, error) {
	kept, err := s.keepRecording(ctx, in.RecordingDraft, in.RawBody)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Recording }{kept}, nil
}

// keepRecording writes the file first: a row without its file would be a
// recording nobody can hear.
func (s *Server) keepRecording(ctx context.Context, d ward.RecordingDraft, raw []byte) (r ward.Recording, err error) {
	if s.Sounds == nil {
		return r, noSounds
	}
	if err := d.Validate(); err != nil {
		return r, err
	}
	sound, err := s.Sounds.Clean(raw)
	if err != nil {
		return r, err
	}
	if err := s.Sounds.Keep(sound); err != nil {
		return r, err
	}
	return s.Store.KeepRecording(ctx, ward.ScopeFrom(ctx), d, sound)
}

// deleteRecording takes the row first: a sound without its row is heard by nobody,
// and asked again the file goes too.
func (s *Server) deleteRecording(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*struct{}, error) {
	if s.Sounds == nil {
		return nil, s.problem(ctx, noSounds)
	}
	hash, err := s.Store.DeleteRecording(ctx, ward.ScopeFrom(ctx), in.ID)
	if err == nil && hash != "" {
		err = s.Sounds.Drop(hash)
	}
	return nil, s.problem(ctx, err)
}

// listenRecording serves a sound to those who may see the thing it belongs to;
// each time is written down, so nothing of it may be kept in between.
func (s *Server) listenRecording(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*huma.StreamResponse, error) {
	if s.Sounds == nil {
		return nil, s.problem(ctx, noSounds)
	}
	r, err := s.Store.HearRecording(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	body, err := s.Sounds.Read(r.Hash)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "audio/webm")
		h.SetHeader("Content-Disposition", `attachment; filename="`+r.ID.String()+`.webm"`)
		h.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		h.SetHeader("X-Content-Type-Options", "nosniff")
		h.SetHeader("Cache-Control", "no-store")
		_, _ = h.BodyWriter().Write(body)
	}}, nil
}

// recordings lists the recordings of an incident or a visit.
func (s *Server) recordings(ctx context.Context, in *struct {
	Noun   string    `query:"noun" required:"true" enum:"incident,visit" doc:"属于什么"`
	Entity uuid.UUID `query:"entity" required:"true" doc:"属于哪一件"`
},
) (*struct{ Body []ward.Recording }, error) {
	list, err := s.Store.RecordingsOf(ctx, ward.ScopeFrom(ctx), in.Noun, in.Entity)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.Recording }{list}, nil
}
