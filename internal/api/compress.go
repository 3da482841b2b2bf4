package api

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// worthCompressing is from how many bytes on an answer is compressed: below, it
// costs a twentieth of a whole visit and saves no packet.
const worthCompressing = 1024

// compressed wraps handlers so that answers of these media types are compressed
// for clients that accept it.
func compressed(types ...string) func(http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(worthCompressing), gzhttp.ContentTypes(types), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err) // of the settings above
	}
	return func(next http.Handler) http.Handler { return wrap(next) }
}
