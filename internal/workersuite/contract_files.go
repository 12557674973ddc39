package workersuite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing/iotest"

	"github.com/locust-http/locust-http/load"
)

// fileTests are the contract of load.Depot, and of jobs with files.
func fileTests() []test {
	return []test{
		{"a file is missing until it is stored", storeFile},
		{"files of every size arrive whole", storeSizes},
		{"exactly the file is read", storeReadsNoMore},
		{"content of another size or digest is refused and not kept", storeWrong},
		{"a store that fails or is given up leaves nothing", storeAbandoned},
		{"what is no digest is no file", storeBadDigest},
		{"a job is refused without its files and taken with them", prepareFiles},
		{"a job whose file is named twice is taken", prepareTwice},
		{"send once is refused without its files and plays with them", sendOnceFiles},
		{"calls about files end with their context", filesEndedContext},
	}
}

func fileOf(path, content string) load.File {
	sum := sha256.Sum256([]byte(content))
	return load.File{Path: path, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func (b *bench) depot() load.Depot {
	b.Helper()
	d, ok := b.worker.(load.Depot)
	if !ok {
		b.Fatalf("%T is no load.Depot", b.worker)
	}
	return d
}

func (b *bench) store(path, content string) load.File {
	b.Helper()
	f := fileOf(path, content)
	if err := b.depot().Store(b.ctx, f, strings.NewReader(content)); err != nil {
		b.Fatalf("Store %s: %v", path, err)
	}
	return f
}

// missing compares what the worker does not have with want, in order.
func (b *bench) missing(asked []load.File, want ...load.File) {
	b.Helper()
	got, err := b.depot().Missing(b.ctx, asked)
	if err != nil {
		b.Fatalf("Missing: %v", err)
	}
	if len(got) != len(want) {
		b.Fatalf("missing %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			b.Fatalf("missing %v, want %v", got, want)
		}
	}
}

func storeFile(b *bench) {
	one, two, three := fileOf("data/1", "one"), fileOf("data/2", "two"), fileOf("data/3", "three")
	all := []load.File{one, two, three}
	b.missing(nil)
	b.missing(all, one, two, three)
	b.store("data/2", "two")
	b.missing(all, one, three)
	b.store("data/2", "two") // again
	b.store("elsewhere/2", "two")
	b.missing(all, one, three)
	b.store("data/1", "one")
	b.store("data/3", "three")
	b.missing(all)
	// A file is its content, whatever it is called, and its size is a part of it.
	renamed, longer := two, two
	renamed.Path = "other/name"
	longer.Size++
	b.missing([]load.File{renamed, longer}, longer)
}

func storeSizes(b *bench) {
	var all []load.File
	for i, size := range []int{0, 1, 256 << 10, 256<<10 + 1, 3<<20 + 7} {
		content := strings.Repeat(string(rune('a'+i)), size)
		all = append(all, b.store("data/"+content[:min(size, 1)], content))
	}
	b.missing(all)
}

func storeReadsNoMore(b *bench) {
	content := strings.NewReader("hello, world; and what follows")
	if err := b.depot().Store(b.ctx, fileOf("data/hello", "hello, world"), content); err != nil {
		b.Fatalf("Store: %v", err)
	}
	if rest, _ := io.ReadAll(content); string(rest) != "; and what follows" {
		b.Errorf("%q is left of the reader", rest)
	}
	// The reader may give as little at once as it likes, also together with its end.
	slow := iotest.DataErrReader(iotest.OneByteReader(strings.NewReader("slow")))
	if err := b.depot().Store(b.ctx, fileOf("data/slow", "slow"), slow); err != nil {
		b.Fatalf("Store from a slow reader: %v", err)
	}
	b.missing([]load.File{fileOf("data/hello", "hello, world"), fileOf("data/slow", "slow")})
}

func storeWrong(b *bench) {
	f := fileOf("data/f", "the content")
	for what, content := range map[string]string{"shorter": "the conten", "another": "the_content", "empty": ""} {
		if err := b.depot().Store(b.ctx, f, strings.NewReader(content)); err == nil {
			b.Errorf("%s content was taken", what)
		}
		b.missing([]load.File{f}, f)
	}
	b.store("data/f", "the content") // what was refused does not stand in the way
	b.missing([]load.File{f})
}

func storeAbandoned(b *bench) {
	content := strings.Repeat("0123456789", 100_000)
	f := fileOf("data/f", content)
	half := func() io.Reader { return strings.NewReader(content[:len(content)/2]) }

	broken := errors.New("the disk is gone")
	err := b.depot().Store(b.ctx, f, io.MultiReader(half(), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		b.Errorf("a reader that fails: %v, want its error", err)
	}
	b.missing([]load.File{f}, f)

	ctx, cancel := context.WithCancel(b.ctx)
	err = b.depot().Store(ctx, f, io.MultiReader(half(), readerFunc(func([]byte) (int, error) {
		cancel()
		<-ctx.Done()
		return 0, ctx.Err()
	})))
	if !errors.Is(err, context.Canceled) {
		b.Errorf("a store that was given up: %v, want context.Canceled", err)
	}
	b.missing([]load.File{f}, f)
	b.store("data/f", content)
	b.missing([]load.File{f})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func storeBadDigest(b *bench) {
	f := fileOf("data/f", "content")
	for _, sha := range []string{"", "../../etc/passwd", strings.ToUpper(f.SHA256), f.SHA256 + "0", "/" + f.SHA256[1:], strings.Repeat("\x00", 64)} {
		bad := load.File{Path: "data/f", Size: f.Size, SHA256: sha}
		if err := b.depot().Store(b.ctx, bad, strings.NewReader("content")); err == nil {
			b.Errorf("a file with digest %q was stored", sha)
		}
		job := b.job("r-1", 1, 0)
		job.Files = []load.File{bad}
		if s, err := b.worker.Prepare(b.ctx, job); err == nil {
			s.Close()
			b.Errorf("a job with a file with digest %q was taken", sha)
		}
	}
}

// refused wants a PlanError that names all of the texts.
func (b *bench) refused(err error, texts ...string) {
	b.Helper()
	var bad *load.PlanError
	if !errors.As(err, &bad) {
		b.Fatalf("got %v, want a PlanError", err)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			b.Errorf("%q does not name %s", err, text)
		}
	}
}

func prepareFiles(b *bench) {
	job := b.job("r-1", 1, 0)
	here := b.store("data/here.txt", "it is here")
	job.Files = []load.File{here, fileOf("data/away.txt", "it is not")}
	_, err := b.worker.Prepare(b.ctx, job)
	b.refused(err, "data/away.txt")
	if strings.Contains(err.Error(), "data/here.txt") {
		b.Errorf("%q names a file that is there", err)
	}
	b.store("data/away.txt", "it is not")
	s := b.prepare(job) // it is free, and has them now
	b.begin(s)
	var t tally
	b.until(s, &t, "requests", func(load.Report) bool { return t.requests > 0 })
	b.finish(s, &t)
	b.exact(&t)
	b.missing(job.Files) // they stay for the next run
}

func prepareTwice(b *bench) {
	job := b.job("r-1", 1, 0)
	job.Files = []load.File{b.store("data/a", "same"), b.store("data/b", "same")}
	b.finish(b.prepare(job), &tally{})
}

func sendOnceFiles(b *bench) {
	f := fileOf("data/f", "content")
	r := load.SendRequest{Plan: b.plan(), Transaction: "visit", Files: []load.File{f}}
	_, err := b.worker.SendOnce(b.ctx, r)
	b.refused(err, "data/f")
	if n := b.target.total(); n != 0 {
		b.Errorf("%d requests without the file", n)
	}
	b.store("data/f", "content")
	x, err := b.worker.SendOnce(b.ctx, r)
	if err != nil || !x.OK {
		b.Fatalf("SendOnce with its files: %+v, %v", x, err)
	}
}

func filesEndedContext(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	f := fileOf("data/f", "content")
	if _, err := b.depot().Missing(ctx, []load.File{f}); !errors.Is(err, context.Canceled) {
		b.Errorf("Missing: %v", err)
	}
	if err := b.depot().Store(ctx, f, bytes.NewReader([]byte("content"))); !errors.Is(err, context.Canceled) {
		b.Errorf("Store: %v", err)
	}
	b.missing([]load.File{f}, f)
}
