package master

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// JoinConfig is how workers reach the registry of a master.
type JoinConfig struct {
	Etcd  []string // host:port, or URLs
	Flags []string // that a worker needs beside --etcd and --token-file
}

// Join is the answer of GET /join.
type Join struct {
	Etcd        []string `json:"etcd"`
	TokenNeeded bool     `json:"token_needed"`
	// Local: only workers on the master's own machine reach it there.
	Local   bool   `json:"local"`
	Command string `json:"command"` // for a load host; it names the token's file, never the token
	// Here: POST /workers starts a worker on the master's own machine.
	Here bool `json:"here"`
}

func (m *Master) getJoin(w http.ResponseWriter, r *http.Request) {
	j := Join{Etcd: []string{}, TokenNeeded: m.config.Token != "", Here: m.config.StartHere != nil}
	for _, endpoint := range m.config.Join.Etcd {
		endpoint = reachable(endpoint, r.Host)
		j.Local = j.Local || isLocal(endpoint)
		j.Etcd = append(j.Etcd, endpoint)
	}
	words := append([]string{"locust-http", "worker", "--etcd", strings.Join(j.Etcd, ",")}, m.config.Join.Flags...)
	if j.TokenNeeded {
		words = append(words, "--token-file", "token")
	}
	for i, word := range words {
		words[i] = shellWord(word)
	}
	j.Command = strings.Join(words, " ")
	answer(w, http.StatusOK, j)
}

// reachable is an endpoint that listens on all addresses by the name by which the caller
// has reached the master.
func reachable(endpoint, called string) string {
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return endpoint
	}
	if ip, err := netip.ParseAddr(host); host != "" && (err != nil || !ip.IsUnspecified()) {
		return endpoint
	}
	if name, _, err := net.SplitHostPort(called); err == nil {
		called = name
	}
	return net.JoinHostPort(strings.Trim(called, "[]"), port)
}

// isLocal says whether an endpoint is one of the loopback.
func isLocal(endpoint string) bool {
	_, rest, isURL := strings.Cut(endpoint, "://")
	if !isURL {
		rest = endpoint
	}
	host, _, err := net.SplitHostPort(strings.TrimSuffix(rest, "/"))
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// shellWord is a word as a shell reads it.
func shellWord(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=@%+[]"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
