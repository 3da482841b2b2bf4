package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"wangge/internal/ward"
	"wangge/web"
)

type tileJSON struct {
	TileJSON     string            `json:"tilejson"`
	Name         string            `json:"name"`
	Scheme       string            `json:"scheme"`
	Tiles        []string          `json:"tiles"`
	MinZoom      int               `json:"minzoom"`
	MaxZoom      int               `json:"maxzoom"`
	VectorLayers []tileVectorLayer `json:"vector_layers"`
}

type tileVectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

func (t *Tiles) serveTileJSON(w http.ResponseWriter, r *http.Request, layer string) {
	l, err := ward.LookUpTileLayer(layer)
	if err != nil {
		t.fail(w, r, err)
		return
	}
	body, err := json.Marshal(tileJSON{
		TileJSON: "3.0.0", Name: l.Title, Scheme: "xyz",
		Tiles:   []string{host(r) + "/tiles/" + l.Name + "/{z}/{x}/{y}.mvt"},
		MinZoom: l.MinZoom, MaxZoom: l.MaxZoom,
		VectorLayers: []tileVectorLayer{{l.Name, l.Title, l.MinZoom, l.MaxZoom, l.Fields}},
	})
	if err != nil {
		t.fail(w, r, err)
		return
	}
	sendJSON(w, body)
}

// serveStyle sends the MapLibre style that draws the tiles as our own map does.
func (t *Tiles) serveStyle(w http.ResponseWriter, r *http.Request, theme string) {
	style, err := web.Style(theme)
	if err != nil {
		t.fail(w, r, ward.Errorf(ward.NotFound, "没有这个样式，可用的有 light（浅色）和 dark（深色）"))
		return
	}
	sendJSON(w, bytes.ReplaceAll(style, []byte("{host}"), []byte(host(r))))
}

// host is the address the client called, whole, because MapLibre does not
// resolve relative ones.
func host(r *http.Request) string {
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func sendJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Cache-Control", "private, no-cache")
	_, _ = w.Write(body) // a client that left
}
