// Package examples holds plans for the sample shop, one per feature: they are the
// demo, the first thing to copy from, and a test.
package examples

import "embed"

// Plans are the plan files of this folder.
//
//go:embed *.yaml
var Plans embed.FS
