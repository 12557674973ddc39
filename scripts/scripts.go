// Package scripts holds the Lua libraries that every plan can require: expect, faker,
// graphql, jwt, oauth2, sign and totp. Each is one file, with its tests beside it in
// NAME_test.lua. A library of the same name in the workspace of a plan takes its place.
package scripts

import "embed"

// Files are the libraries (NAME.lua) and their tests (NAME_test.lua).
//
//go:embed *.lua
var Files embed.FS
