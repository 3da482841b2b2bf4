// Package web holds the built pages of the faces inside the binary.
package web

import (
	"embed"
	"io/fs"
)

//go:embed style/light.json style/dark.json
var styles embed.FS

// Style is the MapLibre style of the map for other clients, "light" or "dark",
// with {host} where the address of the server belongs; fs.ErrNotExist for any
// other name. It is written from the layers of our own map (npm run gen:style).
func Style(theme string) ([]byte, error) {
	return styles.ReadFile("style/" + theme + ".json")
}

//go:embed all:dist
var dist embed.FS

// Files is what `npm run build` wrote: tablet.html, wall.html, planner.html,
// desk.html, login.html at the root and hashed files under assets/, which may
// be cached for ever. Before the first build it holds only an index.html that
// says how to build.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // cannot happen: the folder is part of the binary
	}
	return files
}
