package etcd

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what is read from etcd, which others can write to.
const (
	maxIDBytes   = 128
	maxNodeBytes = 64 << 10
	maxNodes     = 10_000
)

// entry is a worker's value in etcd. Unknown fields are ignored, so that workers of
// different versions can be listed together; Protocol decides about the rest.
type entry struct {
	ID       string    `json:"id"`
	Address  string    `json:"address"`
	Host     string    `json:"host"`
	Labels   []label   `json:"labels,omitempty"`
	Version  string    `json:"version"`
	Protocol int       `json:"protocol"`
	OS       string    `json:"os"`
	CPUs     int       `json:"cpus"`
	Started  time.Time `json:"started"`
	// Instance tells two processes with one id apart.
	Instance string `json:"instance"`
}

type label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func encodeNode(n load.Node, instance string) (string, error) {
	if err := checkID(n.ID); err != nil {
		return "", fmt.Errorf("announce worker: %w", err)
	}
	if n.Address == "" {
		return "", fmt.Errorf("announce worker %s: it has no address that a master could dial", n.ID)
	}
	e := entry{n.ID, n.Address, n.Host, nil, n.Version, n.Protocol, n.OS, n.CPUs, n.Started, instance}
	for _, l := range n.Labels {
		e.Labels = append(e.Labels, label(l))
	}
	b, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("announce worker %s: %w", n.ID, err)
	}
	if len(b) > maxNodeBytes {
		return "", fmt.Errorf("announce worker %s: its description has %d bytes, at most %d fit: fewer labels", n.ID, len(b), maxNodeBytes)
	}
	return string(b), nil
}

// decodeNode reads the value of the key that ends with id.
func decodeNode(id string, value []byte) (load.Node, string, error) {
	var e entry
	if len(value) > maxNodeBytes {
		return load.Node{}, "", fmt.Errorf("%d bytes are no worker", len(value))
	}
	if err := json.Unmarshal(value, &e); err != nil {
		return load.Node{}, "", err
	}
	if e.ID != id || checkID(id) != nil {
		return load.Node{}, "", fmt.Errorf("its id is %.40q", e.ID)
	}
	if e.Address == "" {
		return load.Node{}, "", errors.New("it has no address")
	}
	n := load.Node{ID: e.ID, Address: e.Address, Host: e.Host, Version: e.Version, Protocol: e.Protocol,
		OS: e.OS, CPUs: e.CPUs, Started: e.Started}
	for _, l := range e.Labels {
		n.Labels = append(n.Labels, load.Label(l))
	}
	return n, e.Instance, nil
}

// checkID refuses ids that cannot be the last part of a key.
func checkID(id string) error {
	bad := func(c rune) bool { return c == '/' || unicode.IsSpace(c) || !unicode.IsPrint(c) }
	if id == "" || len(id) > maxIDBytes || strings.ContainsFunc(id, bad) {
		return fmt.Errorf("%.200q cannot be a worker's id: 1 to %d bytes without spaces and slashes can", id, maxIDBytes)
	}
	return nil
}
