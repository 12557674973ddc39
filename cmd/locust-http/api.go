package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/fleet"
)

// api is a master's HTTP API, as a client sees it.
type api struct {
	base  string // without a slash at the end
	token string
	http  *http.Client
}

// Bounds of one call.
const (
	apiTimeout = 15 * time.Second
	// slowTimeout is for calls in which the master waits for a worker, or reads files.
	slowTimeout = 2 * time.Minute
	maxAnswer   = 256 << 20
)

func newAPI(address, token string) (*api, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usage("for example: --master http://10.0.0.1:8088", "--master %q is not an http:// or https:// URL", address)
	}
	return &api{
		base:  strings.TrimSuffix(u.Scheme+"://"+u.Host+u.Path, "/") + "/api/v1",
		token: token,
		http:  &http.Client{}, // every call has a limit of its own
	}, nil
}

// apiError is an answer that is no success.
type apiError struct {
	Status int
	Body   master.Error
}

func (e *apiError) Error() string { return "master: " + e.Body.Message }

// limitOf is how long a call may take.
func limitOf(method, path string) time.Duration {
	if method == http.MethodPost {
		switch path {
		case "/runs", "/files", "/preflight", "/send":
			return slowTimeout
		}
	}
	return apiTimeout
}

// call sends in, if any, as JSON and reads the answer into out, if any.
func (a *api) call(ctx context.Context, method, path string, in, out any) error {
	body, err := encodeBody(in)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limitOf(method, path))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return a.do(req, out)
}

// do makes a call and reads the answer into out, if any.
func (a *api) do(req *http.Request, out any) error {
	req.Header.Set("Accept", "application/json")
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	res, err := a.http.Do(req)
	if err != nil {
		var told *url.Error // names the method and the whole URL first
		if errors.As(err, &told) {
			err = told.Err
		}
		return &exitError{
			code: codeBroken, hint: "is it running, and can it be reached from here?",
			err: fmt.Errorf("the master at %s does not answer: %w", strings.TrimSuffix(a.base, "/api/v1"), err),
		}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	path := strings.TrimPrefix(req.URL.String(), a.base)
	if err != nil {
		return fmt.Errorf("master: read the answer of %s: %w", path, err)
	}
	if res.StatusCode >= 300 {
		return readAPIError(res, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("master: read the answer of %s: %w", path, err)
	}
	return nil
}

func encodeBody(in any) (io.Reader, error) {
	if in == nil {
		return http.NoBody, nil
	}
	text, err := json.Marshal(in)
	return bytes.NewReader(text), err
}

// readAPIError makes an error of an answer that is no success.
func readAPIError(res *http.Response, text []byte) error {
	var answer struct{ Error master.Error }
	if json.Unmarshal(text, &answer) != nil || answer.Error.Message == "" {
		answer.Error.Message = fmt.Sprintf("%s %s: %s", res.Request.Method, res.Request.URL.Path, res.Status)
	}
	if res.StatusCode == http.StatusUnauthorized {
		answer.Error.Hint = "give the master's token with --token-file"
	}
	return &apiError{Status: res.StatusCode, Body: answer.Error}
}

// readyWorkers is how many workers the master could use now.
func (a *api) readyWorkers(ctx context.Context) (int, error) {
	var list []fleet.Worker
	err := a.call(ctx, http.MethodGet, "/workers", nil, &list)
	n := 0
	for _, w := range list {
		if w.State == fleet.Ready {
			n++
		}
	}
	return n, err
}
