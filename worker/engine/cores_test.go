package engine

import "testing"

func TestIsLocal(t *testing.T) {
	for base, want := range map[string]bool{
		"http://127.0.0.1:8099": true, "http://localhost/x": true, "https://[::1]:8443": true,
		"http://shop.example": false, "http://192.0.2.7": false, "http://{{host}}": false, "": false, "http://localhost.example": false,
	} {
		if isLocal(base) != want {
			t.Errorf("isLocal(%q) is %v", base, !want)
		}
	}
}
