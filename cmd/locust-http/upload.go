package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/plan"
)

// order is the plan as a master is asked to play it: its text as it is, with what the
// flags change beside it.
func (q *prepared) order() master.Order {
	inline, _ := json.Marshal(string(q.text)) // of a string never fails
	o := master.Order{
		Inline: inline, File: q.flags.Plan, Overrides: master.OverridesOf(q.overrides), Env: q.env, Secrets: q.secrets,
		Files: master.FilesOf(q.files.List()), Scripts: workspace.ScriptFiles(q.plan, q.scripts),
	}
	if e := q.overrides.Environment; e != nil {
		text, _ := plan.EncodeEnvironment(e) // it has been decoded, so it can be encoded
		o.Environment, o.EnvironmentText = e.Name, string(text)
	}
	return o
}

// upload brings to the master what it does not have of the plan's files.
func (q *prepared) upload(ctx context.Context, a *api) error {
	list := q.files.List()
	if len(list) == 0 {
		return nil
	}
	missing, err := a.missing(ctx, list)
	if err != nil {
		return err
	}
	var done, total int64
	for _, f := range missing {
		if !slices.Contains(list, f) {
			return fmt.Errorf("the master asks for %q, which is no file of this plan", load.Clip(f.Path, 200))
		}
		total += f.Size
	}
	news := newByteNews(q.screen, "sending files to the master")
	defer q.screen.Clear()
	for _, f := range missing {
		content, err := q.files.Open(f)
		if err != nil {
			return err
		}
		err = a.put(ctx, f, &counted{from: content, count: func(n int) { done += int64(n); news.tell(done, total) }})
		content.Close()
		if err != nil {
			return fmt.Errorf("send %s to the master: %w", f.Path, err)
		}
	}
	return nil
}

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
	return a.do(req, nil)
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
