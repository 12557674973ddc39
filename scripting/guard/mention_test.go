package guard

import "testing"

func TestHasWord(t *testing.T) {
	const text = `function after() return user.data.cars end use "log_in"`
	for word, want := range map[string]bool{
		"cars": true, "car": false, "ars": false, "log_in": true, "log": false, "": false, "data": true, "function": true,
	} {
		if HasWord(text, word) != want {
			t.Errorf("%s: %v", word, !want)
		}
	}
	if !HasWord("last", "last") || HasWord("lasting last", "las") {
		t.Error("at the edges")
	}
}
