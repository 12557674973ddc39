package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

// missing is those of files that the master does not have.
func (a *api) missing(ctx context.Context, files []load.File) ([]load.File, error) {
	var out master.MissingFiles
	if err := a.call(ctx, http.MethodPost, "/files", master.OfferFiles{Files: master.FilesOf(files)}, &out); err != nil {
		return nil, err
	}
	missing := make([]load.File, len(out.Missing))
	for i, f := range out.Missing {
		missing[i] = load.File(f)
	}
	return missing, nil
}

// put brings one file to the master. It has no deadline of its own: the master gives
// up a file of which nothing arrives.
func (a *api) put(ctx context.Context, f load.File, content io.Reader) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, a.base+"/files/"+f.SHA256, content)
	if err != nil {
		return err
	}
	req.ContentLength = f.Size
	if f.Size == 0 {
		req.Body = http.NoBody
	}
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	res, err := (&http.Client{Transport: a.http.Transport}).Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if res.StatusCode >= 300 {
		return readAPIError(res, text)
	}
	return nil
}

// counted tells how much is read.
type counted struct {
	from  io.Reader
	count func(n int)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.count(n)
	return n, err
}
