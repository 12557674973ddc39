package lint_test

import (
	"slices"
	"testing"

	"github.com/locust-http/locust-http/scripting/lint"
)

func TestSecrets(t *testing.T) {
	for text, want := range map[string][]string{
		`req.headers.A = secret.KEY .. secret.KEY .. secret [ "OTHER" ]`: {"KEY", "OTHER"},
		`f(_G.secret.A, secret['B'], secret[ [[C]] ])`:                   {"A", "B", "C"},
		`-- secret.A
		--[[ secret.B ]] local s = "secret.C"`: nil,
		`user.vars.secret.A = x:secret.B`:           nil,
		`secret[name]; secret.; secret["a`:          nil,
		`f(secret.A) local secret = {} f(secret.B)`: {"A"},
		`secret`:                            nil,
		`secret["a\98"]`:                    nil,
		`mysecret.A; secret2.B; secret.C.x`: {"C"},
		``:                                  nil,
	} {
		if got := lint.Secrets(text); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
