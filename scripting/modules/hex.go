package modules

// hex.encode(text) → text: two lower-case digits for each byte
//   hex.encode("hi")  --> 6869
// hex.decode(text) → text, or nil and what is wrong: in upper or lower case
//   hex.decode("6869")  --> hi

import (
	"encoding/hex"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

func hexLibrary() *sandbox.Library {
	return library("hex", map[string]function{
		"encode": func(a args) int { return a.text(hex.EncodeToString([]byte(a.string(1, "text")))) },
		"decode": hexDecode,
	})
}

func hexDecode(a args) int {
	decoded, err := hex.DecodeString(a.string(1, "text"))
	if err == nil {
		return a.text(string(decoded))
	}
	if err == hex.ErrLength {
		return a.failed("not hex: an odd number of digits")
	}
	return a.failed("not hex: " + err.Error()[len("encoding/hex: "):])
}
