package value

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// name reads the name of a member; the same ones of a list of objects share memory.
func (d *decoder) name() (string, error) {
	start := d.pos
	s, plain, err := d.scan()
	if err != nil {
		return "", err
	}
	if !plain {
		return unescaped(s), nil
	}
	if d.owned || s == "" {
		return s, nil
	}
	place := &d.seen[(int(s[0])+7*int(s[len(s)-1])+len(s))%len(d.seen)]
	if *place != s {
		*place = strings.Clone(s)
		return *place, d.payAt(start, len(s))
	}
	return *place, nil
}

func (d *decoder) payAt(start, cost int) error {
	err := d.pay(cost)
	if e, ok := err.(*SyntaxError); ok {
		e.Offset = start
	}
	return err
}

func (d *decoder) string() (string, error) {
	s, plain, err := d.scan()
	if err != nil {
		return "", err
	}
	if plain {
		return d.kept(s), nil
	}
	return unescaped(s), nil
}

// scan steps over a string and gives what is between its quotes; plain says that it
// stands for itself.
func (d *decoder) scan() (inner string, plain bool, err error) {
	start := d.pos + 1
	plain = true
	ascii := true
	for i := start; i < len(d.text); {
		c := d.text[i]
		switch {
		case c == '"':
			d.pos = i + 1
			inner = d.text[start:i]
			return inner, plain && (ascii || utf8.ValidString(inner)), nil
		case c == '\\':
			n := escapeLength(d.text[i:])
			if n == 0 {
				d.pos = i
				return "", false, d.unexpected("a valid escape")
			}
			plain = false
			i += n
		case c < ' ':
			d.pos = i
			return "", false, d.unexpected("an escape for a control character")
		default:
			ascii = ascii && c < utf8.RuneSelf
			i++
		}
	}
	d.pos = len(d.text)
	return "", false, d.unexpected("a closing quote")
}

// escapeLength is the length of the escape at the start of s, 0 when it is none.
func escapeLength(s string) int {
	switch {
	case len(s) < 2:
		return 0
	case strings.IndexByte(`"\/bfnrt`, s[1]) >= 0:
		return 2
	case s[1] == 'u' && hex4(s) >= 0:
		return 6
	}
	return 0
}

// hex4 is the number in \uXXXX at the start of s, or -1.
func hex4(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case c-'0' <= 9:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return -1
		}
	}
	return r
}

// unescaped is the text that s, which has only valid escapes, stands for; half a
// surrogate pair and what is no UTF-8 is U+FFFD.
func unescaped(s string) string {
	dst := make([]byte, 0, len(s))
	for s != "" {
		if s[0] != '\\' {
			r, n := utf8.DecodeRuneInString(s)
			dst, s = utf8.AppendRune(dst, r), s[n:]
			continue
		}
		if s[1] != 'u' {
			i := strings.IndexByte(`"\/bfnrt`, s[1])
			dst, s = append(dst, "\"\\/\b\f\n\r\t"[i]), s[2:]
			continue
		}
		r, n := hex4(s), 6
		if utf16.IsSurrogate(r) {
			if r = utf16.DecodeRune(r, hex4(s[6:])); r != utf8.RuneError {
				n = 12
			}
		}
		dst, s = utf8.AppendRune(dst, r), s[n:]
	}
	return string(dst)
}
