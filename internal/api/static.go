package api

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"

	"wangge/internal/ward"
	"wangge/web"
)

// pages serves the faces. A face is one page whatever stands behind its name in
// the address; files under assets/ carry a hash and may be kept for ever.
func (s *Server) pages(r chi.Router) {
	files := &pageFiles{fs: web.Files(), gz: map[string][]byte{}, fail: s.Fail}
	for address, file := range map[string]string{
		"/": "login.html", "/login": "login.html", "/tablet": "tablet.html", "/wall": "wall.html", "/planner": "planner.html", "/desk": "desk.html", "/report": "report.html", "/shared": "shared.html",
	} {
		handler := files.page(file)
		r.Get(address, handler)
		if address != "/" {
			r.Get(address+"/*", handler)
		}
	}
	r.Get("/assets/*", files.asset)
	r.Get("/fonts/*", files.asset)
	r.Get("/icons/*", files.asset)
	r.Get("/manifest.webmanifest", files.asset)
	r.Get("/tablet-sw.js", files.worker)
	r.Get("/favicon.ico", files.asset)
	r.Get("/favicon.svg", files.asset)
}

// pageFiles serves the built web app, each text file compressed once.
type pageFiles struct {
	fs   fs.FS
	fail func(http.ResponseWriter, *http.Request, error)
	mu   sync.Mutex
	gz   map[string][]byte
}

func (p *pageFiles) page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := fs.Stat(p.fs, name); err != nil { // built without the web app
			name := "index.html"
			p.send(w, r, name)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		p.send(w, r, name)
	}
}

func (p *pageFiles) asset(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	p.send(w, r, name)
}

// worker serves a service worker, which browsers ask for to learn of a new version.
func (p *pageFiles) worker(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	p.asset(w, r)
}

func (p *pageFiles) send(w http.ResponseWriter, r *http.Request, name string) {
	body, err := fs.ReadFile(p.fs, name)
	if err != nil {
		w.Header().Del("Cache-Control")
		p.fail(w, r, ward.Errorf(ward.NotFound, "没有这个文件"))
		return
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if strings.HasPrefix(kind, "text/javascript") || path.Ext(name) == ".mjs" {
		kind = "text/javascript; charset=utf-8"
	}
	if path.Ext(name) == ".webmanifest" {
		kind = "application/manifest+json"
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	if ext := path.Ext(name); ext == ".woff2" || ext == ".png" {
		_, _ = w.Write(body)
		return
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		body = p.compressed(name, body)
	}
	_, _ = w.Write(body)
}

func (p *pageFiles) compressed(name string, body []byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if gz, ok := p.gz[name]; ok {
		return gz
	}
	var buf bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression) // the level is valid
	_, _ = zw.Write(body)
	_ = zw.Close()
	p.gz[name] = buf.Bytes()
	return buf.Bytes()
}
