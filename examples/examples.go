// Package examples holds plans for the sample shop: tests as an experienced load tester
// writes them, and one plan per part of the format. They are the demo, the first thing to
// copy from, and a test. The folder is a workspace: data files and environments stand
// beside the plans.
package examples

import "embed"

// Files are the plans (*.yaml), and the folders data and environments.
//
//go:embed *.yaml data environments
var Files embed.FS
