package modules

// base64.encode(text) → text: RFC 4648 with padding
//   base64.encode("any?")  --> YW55Pw==
// base64.decode(text) → text, or nil and what is wrong: padding may be missing, line ends
//   are skipped
//   base64.decode("YW55Pw")  --> any?
// base64.url_encode(text) → text: the alphabet for URLs and file names, without padding
//   base64.url_encode("any?>")  --> YW55Pz4
// base64.url_decode(text) → text, or nil and what is wrong: padding may be there
//   base64.url_decode("YW55Pz4")  --> any?>

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

func base64Library() *sandbox.Library {
	return library("base64", map[string]function{
		"encode":     func(a args) int { return a.text(base64.StdEncoding.EncodeToString([]byte(a.string(1, "text")))) },
		"decode":     func(a args) int { return base64Decode(a, base64.RawStdEncoding) },
		"url_encode": func(a args) int { return a.text(base64.RawURLEncoding.EncodeToString([]byte(a.string(1, "text")))) },
		"url_decode": func(a args) int { return base64Decode(a, base64.RawURLEncoding) },
	})
}

func base64Decode(a args, encoding *base64.Encoding) int {
	text := a.string(1, "text")
	bare := strings.TrimRight(text, "\r\n")
	bare = strings.TrimSuffix(strings.TrimSuffix(bare, "="), "=")
	decoded, err := encoding.DecodeString(bare)
	if err != nil {
		var at base64.CorruptInputError
		if errors.As(err, &at) && int(at) < len(text) {
			return a.failed(fmt.Sprintf("not base64: %q at byte %d", text[at], int64(at)))
		}
		return a.failed("not base64: it ends too early")
	}
	return a.text(string(decoded))
}
