package main

import (
	"errors"

	"github.com/spf13/pflag"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// cacheFlags say where a worker keeps the files of runs, so that each file travels
// once.
type cacheFlags struct {
	Dir  string
	Size *load.Size
}

func (c *cacheFlags) bind(f *pflag.FlagSet) {
	f.StringVar(&c.Dir, "cache", "", "`FOLDER` for the files of plans (default: locust-http/files in the user's cache folder)")
	f.Var(optional[load.Size]{&c.Size, "SIZE", cacheSize}, "cache-size", "most that the cache keeps, such as 500MiB; what was not used for the longest goes (default: 10GiB)")
}

func cacheSize(text string) (load.Size, error) {
	size, ok := plan.ParseSize(text)
	if !ok || size < 1 {
		return 0, errors.New("must be a size above 0, such as 500MiB or 10GiB")
	}
	return size, nil
}

// open opens the cache, and says where it is.
func (c *cacheFlags) open() (files *blobs.Store, dir string, err error) {
	limit := load.Size(blobs.DefaultLimit)
	if c.Size != nil {
		limit = *c.Size
	}
	if dir = c.Dir; dir == "" {
		if dir, err = blobs.DefaultDir(); err != nil {
			return nil, "", err
		}
	}
	if files, err = blobs.Open(dir, int64(limit)); err != nil {
		return nil, "", err
	}
	return files, dir, nil
}
