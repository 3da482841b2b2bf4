// Package web holds the built pages of the faces inside the binary.
package web

import (
	"embed"
	"io/fs"
)

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
