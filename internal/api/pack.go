package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// packMargin is how far the map of a grid goes beyond it, metres.
const packMargin = 300

type packOutput struct {
	Status int
	ETag   string `header:"ETag"`
	Cache  string `header:"Cache-Control"`
	Body   ward.Pack
}

// gridPack gives what a device keeps of a grid; a device that has it already
// (If-None-Match) is told so.
func (s *Server) gridPack(ctx context.Context, in *struct {
	Numbered
	Known string `header:"If-None-Match" doc:"已有资料的 ETag"`
},
) (*packOutput, error) {
	pack, err := s.Store.Pack(ctx, ward.ScopeFrom(ctx), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	same := pack
	same.At = time.Time{} // the time of asking is no change
	text, err := json.Marshal(same)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	digest := sha256.Sum256(text)
	out := &packOutput{Status: http.StatusOK, ETag: `"` + hex.EncodeToString(digest[:12]) + `"`, Cache: "private, no-cache", Body: pack}
	if in.Known == out.ETag {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// gridMap gives the map of a grid and a margin as a PMTiles file: by ranges, so
// that a broken download goes on, with its digest (RFC 9530) to check the whole.
func (s *Server) gridMap(ctx context.Context, in *Numbered) (*huma.StreamResponse, error) {
	card, err := s.Store.GridCard(ctx, ward.ScopeFrom(ctx).Masked(), in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if s.Archive == nil || len(card.Bounds) != 4 {
		return nil, s.problem(ctx, ward.Errorf(ward.NotFound, "没有可下载的地图"))
	}
	file, err := s.Archive(ctx, around(card.Bounds, packMargin))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	digest := sha256.Sum256(file)
	return &huma.StreamResponse{Body: func(h huma.Context) {
		r, w := humachi.Unwrap(h)
		w.Header().Set("Content-Type", "application/vnd.pmtiles")
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("ETag", `"`+hex.EncodeToString(digest[:12])+`"`)
		w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(digest[:])+":")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
	}}, nil
}

// around is a box of degrees grown by metres on each side.
func around(bounds []float64, metres float64) orb.Bound {
	const metresPerDegree = 111_320
	north := metres / metresPerDegree
	east := north / math.Cos((bounds[1]+bounds[3])/2*math.Pi/180)
	return orb.Bound{Min: orb.Point{bounds[0] - east, bounds[1] - north}, Max: orb.Point{bounds[2] + east, bounds[3] + north}}
}
