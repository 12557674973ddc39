// Package plan is a plan's text: it decodes YAML and JSON with the place of every
// problem, writes the canonical form, generates the JSON Schema, and compiles a
// plan's templates, extractors and checks once for all users of a run.
package plan
