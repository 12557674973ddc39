package archtest

import (
	"slices"
	"strings"
)

const module = "github.com/locust-http/locust-http"

// rule forbids the packages of a room (a folder of this module and all below it) to
// reach other packages, directly or through others. Patterns ending in /... mean the
// package and all below it; a pattern that begins with ./ is of this module.
type rule struct {
	room     string
	never    []string
	except   []string // of never, or of standard
	standard bool     // nothing but the standard library and except
	because  string
}

// owner is a third-party module that exactly one package may import.
type owner struct {
	imports []string // patterns
	only    []string // patterns of packages of this module
	because string
}

var rules = []rule{
	{
		room: "./load", standard: true,
		because: "the nouns know no verbs; Validate checks structure, plan what needs a parser",
	},
	{
		room: "./plan", never: []string{"./master/...", "./worker/...", "./scripting/...", "./proto/..."},
		because: "it is text in, nouns and compiled parts out",
	},
	{
		room: "./master", never: []string{
			"./worker/...", "./scripting/...", "./proto/...", "./internal/etcd/...",
			"github.com/valyala/fasthttp/...", "github.com/myzhan/boomer/...", "github.com/yuin/gopher-lua/...",
		},
		because: "it meets workers as load.Worker, etcd as load.Registry, plan and Lua checks through functions handed in by cmd",
	},
	{
		room: "./worker", never: []string{
			"./master/...", "./proto/...", "./internal/etcd/...", "./internal/workspace/...",
			"google.golang.org/grpc/...", "github.com/gorilla/websocket/...",
		},
		because: "cmd puts it on the wire, and hands the daemon the function that starts an engine child and returns it as a load.Worker; files reach it by digest, never by a path of somebody's folder",
	},
	{
		room: "./scripting", never: []string{"./worker/...", "./master/...", "./internal/workspace/...", "./proto/...", "github.com/valyala/fasthttp/...", "google.golang.org/grpc/..."},
		because: "it is given a Send function",
	},
	{
		room: "./master/history", standard: true, except: []string{
			"./load", "modernc.org/...", // and what SQLite is made of:
			"github.com/dustin/go-humanize", "github.com/google/uuid", "github.com/mattn/go-isatty",
			"github.com/ncruces/go-strftime", "github.com/remyoudompheng/bigfft", "golang.org/x/sys/...",
		},
		because: "it keeps what it is given: a run, a plan or a viewer it does not know, so a file of last year is read without them",
	},
	{
		room: "./internal/blobs", standard: true, except: []string{"./load", "./internal/filelock", "golang.org/x/sys/..."},
		because: "it keeps bytes for master and worker alike and knows nothing of what is in them",
	},
	{
		room: "./internal/dataset", standard: true, except: []string{"./load", "golang.org/x/sys/..."},
		because: "rows are read by the engine, and wherever a run is started",
	},
	{
		room: "./internal/workspace", never: []string{"./..."}, except: []string{"./load", "./plan", "./internal/dataset"},
		because: "it is read where a run is started, on a master or by a command, and knows neither",
	},
}

var owners = []owner{
	{
		imports: []string{"github.com/myzhan/boomer/..."}, only: []string{"./worker/engine/...", "./worker/crowd/..."},
		because: "boomer is a pool of goroutines behind our gate; it can be replaced in an afternoon",
	},
	{
		imports: []string{"github.com/valyala/fasthttp/..."}, only: []string{"./worker/send"},
		because: "the HTTP codec can be replaced in an afternoon",
	},
	{
		imports: []string{"github.com/gorilla/websocket/..."}, only: []string{"./master/live"},
		because: "the live hub is the only place that knows how a viewer is reached",
	},
	{
		imports: []string{"go.etcd.io/..."}, only: []string{"./internal/etcd"},
		because: "the registry is load.Registry to everybody else",
	},
	{
		imports: []string{"github.com/yuin/gopher-lua/..."}, only: []string{"./scripting/..."},
		because: "everybody else knows scripts as functions",
	},
	{
		imports: []string{"modernc.org/sqlite/...", "github.com/mattn/go-sqlite3/..."}, only: []string{"./master/history"},
		because: "the history is the only place that knows how runs are stored",
	},
}

// matches says whether path is meant by pattern.
func matches(pattern, path string) bool {
	if rest, ours := strings.CutPrefix(pattern, "./"); ours {
		pattern = module + "/" + rest
	}
	if prefix, below := strings.CutSuffix(pattern, "/..."); below {
		return path == prefix || strings.HasPrefix(path, prefix+"/")
	}
	return path == pattern
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, path) })
}

// forbids says whether r shuts the door to path.
func (r *rule) forbids(path string, standard bool) bool {
	if r.standard {
		return !standard && !matchesAny(r.except, path)
	}
	return matchesAny(r.never, path) && !matchesAny(r.except, path)
}
