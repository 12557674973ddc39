package plan

import (
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// encodeTail encodes dst[start:] in place.
func encodeTail(dst []byte, start int, kind load.Kind, p place) []byte {
	end := len(dst)
	dst = appendEncoded(dst, sharedText(dst[start:end]), kind, p)
	return moveTail(dst, start, end)
}

// moveTail replaces dst[start:end] by dst[end:].
func moveTail(dst []byte, start, end int) []byte {
	n := copy(dst[start:], dst[end:])
	return dst[:start+n]
}

// appendEncoded appends a value as its place needs it. text may be a part of dst.
func appendEncoded(dst []byte, text string, kind load.Kind, p place) []byte {
	switch p {
	case inJSONString:
		return appendJSONText(dst, text)
	case inJSON:
		return appendJSON(dst, load.Value{Kind: kind, Text: text})
	case inQuery:
		return appendPercent(dst, text, false)
	case inForm:
		return appendPercent(dst, text, true)
	case inPartName, inPartType:
		return appendPartName(dst, text, p == inPartName)
	}
	return append(dst, text...)
}

// appendJSON appends v as a JSON value: text is quoted, everything else is as written.
func appendJSON(dst []byte, v load.Value) []byte {
	if v.Kind != load.String {
		return append(dst, v.Text...)
	}
	dst = append(dst, '"')
	dst = appendJSONText(dst, v.Text)
	return append(dst, '"')
}

const (
	lowerHex = "0123456789abcdef"
	upperHex = "0123456789ABCDEF"
)

// appendJSONText appends s as it stands between the quotes of a JSON string. Bytes
// that are no UTF-8 become U+FFFD.
func appendJSONText(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && plainInJSON(s[i]) {
			i++
		}
		dst = append(dst, s[from:i]...)
		if i == len(s) {
			break
		}
		if c := s[i]; c < utf8.RuneSelf {
			dst = appendJSONEscape(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst
}

func plainInJSON(c byte) bool { return c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' }

func appendJSONEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
}

// appendPercent percent-encodes everything but the unreserved characters of RFC 3986,
// 2.3; in a form a space is +.
func appendPercent(dst []byte, s string, form bool) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case unreserved(c):
			dst = append(dst, c)
		case c == ' ' && form:
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

// appendPartName appends a name as browsers write it between the quotes of
// Content-Disposition (the multipart/form-data encoding of the HTML standard).
func appendPartName(dst []byte, s string, quotes bool) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' && quotes:
			dst = append(dst, "%22"...)
		case c == '\r':
			dst = append(dst, "%0D"...)
		case c == '\n':
			dst = append(dst, "%0A"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
