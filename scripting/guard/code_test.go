package guard

import "testing"

func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		"a.b = 1 -- c":                      "a . b = 1 ",
		"--[[ x\n]] y --[==[ ]] ]==] z --e": "y z ",
		`s = "-- no comment" .. '--'`:       `s = "-- no comment" .. '--' `,
		"t = [[ -- kept ]] -- gone":         "t = [[ -- kept ]] ",
		"a --[[ never closed":               "a ",
		"":                                  "",
	} {
		if got := Code(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
