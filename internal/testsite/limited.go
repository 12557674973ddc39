package testsite

import "net/http"

// serveLimited lets in whoever shows a certificate that the server's CA has signed, on
// a connection of TLS; see Options.
func serveLimited(w http.ResponseWriter, r *http.Request) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		writeError(w, http.StatusForbidden, "no client certificate")
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Client     string `json:"client"`
		ServerName string `json:"server_name"` // that the client has asked for
	}{r.TLS.PeerCertificates[0].Subject.CommonName, r.TLS.ServerName})
}
