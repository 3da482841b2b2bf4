package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// tileBody is a tile as it is sent. It is never changed once made; the header
// values are ready-made slices because they cost more than the rest of a hit.
type tileBody struct {
	gz     []byte // nil for an empty tile
	etag   []string
	length []string
	// The tag of the uncompressed form: a strong tag names one sequence of bytes.
	plainETag []string
	plain     int // length uncompressed
}

// tileOverhead is what a stored tile costs beside its bytes: entry, headers,
// place in the maps.
const tileOverhead = 512

func (t *tileBody) size() int64 { return int64(len(t.gz)) + tileOverhead }

// Level 6 is 20 % smaller than level 1; it is paid once per tile. zstd gains
// nothing on such tiles and fewer clients take it.
const tileGzipLevel = 6

// tilePacker compresses tiles. A writer is 800 kB of tables, so they are kept.
type tilePacker struct{ writers sync.Pool }

func (p *tilePacker) pack(mvt []byte) (*tileBody, error) {
	sum := sha256.Sum256(mvt)
	tag := hex.EncodeToString(sum[:12])
	t := &tileBody{
		etag:      []string{`"` + tag + `"`},
		plainETag: []string{`"` + tag + `-0"`},
		plain:     len(mvt),
		length:    []string{"0"},
	}
	// An empty tile is 200 with an empty body: MapLibre reads it as a tile
	// without layers, and browsers keep it for revalidation, unlike a 204.
	if len(mvt) == 0 {
		return t, nil
	}
	var b bytes.Buffer
	w, _ := p.writers.Get().(*gzip.Writer)
	if w == nil {
		var err error
		if w, err = gzip.NewWriterLevel(nil, tileGzipLevel); err != nil {
			return nil, fmt.Errorf("making a compressor: %w", err)
		}
	}
	defer p.writers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(mvt); err != nil {
		return nil, fmt.Errorf("compressing a tile: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing a tile: %w", err)
	}
	t.gz = bytes.Clone(b.Bytes()) // without the buffer's spare room
	t.length[0] = strconv.Itoa(len(t.gz))
	return t, nil
}

// Header values shared by all answers; read only.
func tileHeaders(h http.Header) {
	h["Content-Type"] = tileContentType
	h["Cache-Control"] = tileCacheControl
	h["Vary"] = tileVary
}

var (
	tileContentType  = []string{"application/vnd.mapbox-vector-tile"}
	tileCacheControl = []string{"private, no-cache"}
	tileVary         = []string{"Accept-Encoding"}
	tileGzip         = []string{"gzip"}
)

// send answers with the tile, or 304 when the client has it.
func (t *tileBody) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	tileHeaders(h)
	zipped := len(t.gz) > 0 && acceptsGzip(r.Header["Accept-Encoding"])
	etag := t.etag
	if !zipped && len(t.gz) > 0 {
		etag = t.plainETag
	}
	h["Etag"] = etag
	if has := r.Header["If-None-Match"]; len(has) > 0 && matchesETag(has, etag[0]) {
		delete(h, "Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if zipped {
		h["Content-Encoding"] = tileGzip
	}
	if zipped || len(t.gz) == 0 {
		h["Content-Length"] = t.length
		_, _ = w.Write(t.gz) // a client that left
		return
	}
	t.sendPlain(w)
}

// sendPlain is for the rare client that does not take gzip.
func (t *tileBody) sendPlain(w http.ResponseWriter) {
	w.Header().Set("Content-Length", strconv.Itoa(t.plain))
	zr, err := gzip.NewReader(bytes.NewReader(t.gz))
	if err != nil { // we wrote these bytes ourselves
		panic(fmt.Sprintf("api: reading back a tile: %v", err))
	}
	_, _ = zr.WriteTo(w) // a client that left
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3).
func acceptsGzip(values []string) bool {
	any := false
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			name, q, _ := strings.Cut(part, ";")
			allowed := !isZeroQuality(q)
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, "gzip"):
				return allowed
			case name == "*":
				any = allowed
			}
		}
	}
	return any
}

// isZeroQuality reports whether a parameter says q=0, q=0.0 and so on.
func isZeroQuality(q string) bool {
	value, ok := strings.CutPrefix(strings.TrimSpace(q), "q=")
	return ok && strings.Trim(value, "0.") == "" && value != ""
}

// matchesETag compares weakly, as If-None-Match asks: a proxy may have weakened
// the tag.
func matchesETag(values []string, etag string) bool {
	for _, value := range values {
		if value == etag {
			return true
		}
		for part := range strings.SplitSeq(value, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == etag {
				return true
			}
		}
	}
	return false
}
