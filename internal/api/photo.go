package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"wangge/internal/ward"
)

// Photographs makes pictures safe to show and keeps them.
type Photographs interface {
	// Clean: invalid for what is no picture, too_large for too many pixels.
	Clean(ctx context.Context, raw []byte) (ward.Picture, error)
	Keep(p ward.Picture) error
	// Read returns the JPEG of a hash; not_found when it is not there.
	Read(hash string) ([]byte, error)
}

// sendPhoto takes a photo. Sent again under the same id it is the same photo,
// so a tablet may repeat it until an answer comes.
func (s *Server) sendPhoto(ctx context.Context, in *struct {
	ward.PhotoDraft
	RawBody []byte `contentType:"application/octet-stream"`
},
) (*struct{ Body ward.Photo }, error) {
	if s.Photos == nil {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "本服务没有照片目录，请设置 WANGGE_PHOTOS"))
	}
	if err := in.Validate(); err != nil {
		return nil, s.problem(ctx, err)
	}
	picture, err := s.Photos.Clean(ctx, in.RawBody)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	// The file first: a row without its file would be a photo nobody can see.
	if err := s.Photos.Keep(picture); err != nil {
		return nil, s.problem(ctx, err)
	}
	kept, err := s.Store.KeepPhoto(ctx, ward.ScopeFrom(ctx), in.PhotoDraft, picture)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Photo }{kept}, nil
}

// photo serves a picture to those who may see the thing it belongs to.
func (s *Server) photo(ctx context.Context, in *struct {
	ID uuid.UUID `path:"id"`
},
) (*huma.StreamResponse, error) {
	p, err := s.Store.Photo(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return s.picture(ctx, p)
}

// picture answers with the JPEG of a photo somebody may see.
func (s *Server) picture(ctx context.Context, p ward.Photo) (*huma.StreamResponse, error) {
	if s.Photos == nil {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "本服务没有照片目录，请设置 WANGGE_PHOTOS"))
	}
	body, err := s.Photos.Read(p.Hash)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "image/jpeg")
		h.SetHeader("Content-Disposition", `inline; filename="`+p.ID.String()+`.jpg"`)
		h.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		h.SetHeader("X-Content-Type-Options", "nosniff")
		// Who may see it may change, so a browser asks again after five minutes; what
		// is private is not left on a device at all.
		h.SetHeader("Cache-Control", "private, max-age=300")
		if p.Private {
			h.SetHeader("Cache-Control", "no-store")
		}
		_, _ = h.BodyWriter().Write(body)
	}}, nil
}

// photos lists the photos of an incident or a visit.
func (s *Server) photos(ctx context.Context, in *struct {
	Noun   string    `query:"noun" required:"true" enum:"incident,visit" doc:"属于什么"`
	Entity uuid.UUID `query:"entity" required:"true" doc:"属于哪一件"`
},
) (*struct{ Body []ward.Photo }, error) {
	list, err := s.Store.PhotosOf(ctx, ward.ScopeFrom(ctx), in.Noun, in.Entity)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.Photo }{list}, nil
}
