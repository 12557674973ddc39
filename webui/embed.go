// Package webui is the web page: its source, and the build of it that is committed and
// embedded, so that a master can be built without Node. `npm run build` makes the build
// anew; CI fails when that changes anything.
package webui

import (
	"embed"
	"io/fs"
)

// With "all:", since names of chunks may begin with "_", which are left out otherwise.
//
//go:embed all:dist
var dist embed.FS

// Files are the files of the page: index.html, and what that asks for.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid name
	}
	return files
}
