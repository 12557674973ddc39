package guard

import (
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/parse"
)

// The scanner finds the same tokens as gopher-lua's, on the same lines, and ends where that
// ends or fails.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{
		"local a, b = 1, 'x' -- y\nreturn a .. b", "x = [==[ a ]] ]=] ]==]", "--[[ a\n]] b", "--[=[ a ]] ]=] c", "--[x\ny", "--\n--",
		"1e5 1e+5 0x1F 0x 1e 3..2 .5 1.2.3 0..1 00 01.5", "1e(", "1e\"x\"", "'a\\\nb' \"\\065\\x\\\"\"", "'a\nb'", "a\r\nb\n\rc\rd",
		"a~=b<=c>=d==e<f>g=h", "...a..b.c::d:e", "~", "@", "[=x", "a[b[1]]", "a[[b]]", "é", "'\\", "1e", "--[", "--[=", "]]", "#{};,%^",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		mine := scanner{text: text, line: 1}
		theirs := parse.NewScanner(strings.NewReader(text), "text")
		lexer := &parse.Lexer{}
		for {
			got := mine.scan()
			want, err := theirs.Scan(lexer)
			lexer.PrevTokenType = want.Type
			if over := err != nil || want.Type == parse.EOF; over || got.kind == end {
				if !over || got.kind != end {
					t.Fatalf("%q: %+v where gopher-lua has %+v, %v", text, got, want, err)
				}
				return
			}
			if wantKind := kindOf(want.Type); got.kind != wantKind || (wantKind == name || wantKind == symbol) && got.text != want.Str && want.Str != "" {
				t.Fatalf("%q: %+v where gopher-lua has %+v", text, got, want)
			}
			if theirs.Pos.Line != parse.EOF && mine.line != theirs.Pos.Line {
				t.Fatalf("%q: line %d where gopher-lua is at %d", text, mine.line, theirs.Pos.Line)
			}
		}
	})
}

func kindOf(typ int) kind {
	switch {
	case typ == parse.TIdent:
		return name
	case typ == parse.TNumber:
		return number
	case typ == parse.TString:
		return literal
	case typ >= parse.TAnd && typ <= parse.TGoto:
		return word
	}
	return symbol
}
