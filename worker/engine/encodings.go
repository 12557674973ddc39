package engine

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// encodings is how a secret may look where a template or a target has put it, the value
// itself among them; none for an empty one.
func encodings(value string) []string {
	inLine := strings.NewReplacer("\r", " ", "\n", " ").Replace(value) // as in a header
	query := url.QueryEscape(value)
	forms := []string{
		value, inLine, strings.TrimSpace(value), strings.TrimSpace(inLine),
		query, strings.ReplaceAll(query, "+", "%20"), url.PathEscape(value), inTarget(value),
		quoted(value, true), quoted(value, false), strings.ReplaceAll(quoted(value, false), "/", `\/`),
		unquoted(strconv.Quote(value)), html.EscapeString(value),
	}
	for _, form := range forms {
		forms = append(forms, lowerPercent(form))
	}
	forms = append(forms, base64Forms(value)...)
	slices.Sort(forms)
	return slices.DeleteFunc(slices.Compact(forms), func(s string) bool { return s == "" })
}

// inTarget is value as it stands in a URL that it was put into as it is: only what no
// request line can carry is encoded.
func inTarget(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		if c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// lowerPercent is s with the percent-encoded bytes in lower case, as some targets write
// them.
func lowerPercent(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(b)
}

// quoted is value as it stands in a JSON string.
func quoted(value string, html bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(html)
	_ = e.Encode(value) // of a string never fails
	return unquoted(strings.TrimSuffix(b.String(), "\n"))
}

// unquoted is a quoted text without its quotes.
func unquoted(s string) string { return s[1 : len(s)-1] }

// leastBase64 is the length from which a stretch of base64 says so much that it is
// taken for a secret; a shorter one may well be something else.
const leastBase64 = 8

// base64Forms is value in base64, and what of it does not depend on the bytes around it
// where it is a part of something longer, as in "user:password".
func base64Forms(value string) (forms []string) {
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		if value != "" {
			forms = append(forms, e.EncodeToString([]byte(value)), e.WithPadding(base64.NoPadding).EncodeToString([]byte(value)))
		}
		for before := range 3 {
			text := e.EncodeToString(append(make([]byte, before), value...))
			from := (before*8 + 5) / 6
			to := (before + len(value)) * 8 / 6
			if to-from >= leastBase64 {
				forms = append(forms, text[from:to])
			}
		}
	}
	return forms
}
