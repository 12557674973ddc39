package proto

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func fileOf(path string, content []byte) load.File {
	sum := sha256.Sum256(content)
	return load.File{Path: path, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

// cutReader loses the connection the first time that its middle is reached.
type cutReader struct {
	*bytes.Reader
	cut  func()
	once sync.Once
}

func (r *cutReader) Read(b []byte) (int, error) {
	if r.Len() <= int(r.Size())/2 {
		r.once.Do(r.cut)
	}
	return r.Reader.Read(b)
}

func TestStoreThroughACut(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<19) // 8 MiB: more than is under way at once
	f := fileOf("data/f", content)
	worker := fake()
	p := newProxy(t, serve(t, worker, ServerOptions{}))
	c := dial(t, p.address(), DialOptions{})

	// What cannot be read again fails at once, and leaves nothing.
	once := &cutReader{Reader: bytes.NewReader(content), cut: p.cut}
	err := c.Store(bounded(t), f, struct{ io.Reader }{once})
	if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "data/f") {
		t.Errorf("a reader that cannot begin again: %v", err)
	}
	if missing, err := c.Missing(bounded(t), []load.File{f}); err != nil || len(missing) != 1 {
		t.Errorf("missing after it: %v, %v", missing, err)
	}
	// What can, begins again where it stood.
	again := &cutReader{Reader: bytes.NewReader(append([]byte("before"), content...)), cut: p.cut}
	again.Seek(int64(len("before")), io.SeekStart)
	before := worker.Stores.Load()
	if err := c.Store(bounded(t), f, again); err != nil {
		t.Fatalf("a reader that can begin again: %v", err)
	}
	if n := worker.Stores.Load() - before; n != 2 {
		t.Errorf("stored in %d attempts, want 2", n)
	}
	if missing, err := c.Missing(bounded(t), []load.File{f}); err != nil || len(missing) != 0 {
		t.Errorf("missing at the end: %v, %v", missing, err)
	}
}

// lazyDepot does with content what a test likes.
type lazyDepot struct {
	load.Worker
	store   func(ctx context.Context, content io.Reader) error
	missing func([]load.File) []load.File
}

func (d *lazyDepot) Store(ctx context.Context, _ load.File, content io.Reader) error {
	return d.store(ctx, content)
}

func (d *lazyDepot) Missing(_ context.Context, files []load.File) ([]load.File, error) {
	return d.missing(files), nil
}

// endless is content without end that counts what is read of it.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(b []byte) (int, error) { e.read.Add(int64(len(b))); return len(b), nil }

// TestStoreWaitsForTheWorker: what is read of the content is what is on its way.
func TestStoreWaitsForTheWorker(t *testing.T) {
	worker := &lazyDepot{Worker: fake(), store: func(ctx context.Context, content io.Reader) error {
		content.Read(make([]byte, 1))
		<-ctx.Done() // a slow disk
		return ctx.Err()
	}}
	c := dial(t, serve(t, worker, ServerOptions{}), DialOptions{})
	ctx, cancel := context.WithCancel(bounded(t))
	content := &endless{}
	ended := make(chan error, 1)
	go func() {
		ended <- c.Store(ctx, load.File{Path: "big", Size: 1 << 40, SHA256: fileOf("", nil).SHA256}, content)
	}()
	for last := int64(-1); ; {
		now := content.read.Load()
		if now > 0 && now == last {
			break
		}
		if now > 64<<20 {
			t.Errorf("%d MiB were read for a worker that takes none", now>>20)
			break
		}
		last = now
		time.Sleep(200 * time.Millisecond)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// TestStoreStopsWhenTheWorkerHasSeenEnough: a refusal does not wait for the rest.
func TestStoreStopsWhenTheWorkerHasSeenEnough(t *testing.T) {
	worker := &lazyDepot{Worker: fake(), store: func(context.Context, io.Reader) error { return errors.New("the disk is full") }}
	c := dial(t, serve(t, worker, ServerOptions{}), DialOptions{})
	err := c.Store(bounded(t), load.File{Path: "big", Size: 1 << 40}, &endless{})
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("got %v", err)
	}
}

// TestStalledStore: a sender that is alive and silent does not keep a worker for ever.
func TestStalledStore(t *testing.T) {
	l := listen(t)
	s := NewServer(fake(), ServerOptions{})
	s.storeStall = 20 * time.Millisecond
	serveServer(t, l, s)
	stream, err := pb.NewWorkerClient(rawConn(t, l.Addr().String())).Store(bounded(t))
	if err != nil {
		t.Fatal(err)
	}
	f := fileOf("data/f", []byte("content"))
	stream.Send(&pb.StoreRequest{Protocol: load.Protocol, Body: &pb.StoreRequest_File{File: fileToPB(f)}})
	stream.Send(&pb.StoreRequest{Body: &pb.StoreRequest_Chunk{Chunk: []byte("con")}})
	var reply pb.StoreReply
	if err := stream.RecvMsg(&reply); err != nil || !strings.Contains(reply.GetFault().GetText(), "nothing came for 20ms") {
		t.Errorf("got %v, %v", reply.GetFault(), err)
	}
}

// TestHostileStores: streams that do not keep to the conversation are refused, and
// nothing is kept.
func TestHostileStores(t *testing.T) {
	content := bytes.Repeat([]byte("x"), chunkSize+1)
	f := fileOf("data/f", content)
	worker := fake()
	client := pb.NewWorkerClient(rawConn(t, serve(t, worker, ServerOptions{})))
	name := &pb.StoreRequest{Protocol: load.Protocol, Body: &pb.StoreRequest_File{File: fileToPB(f)}}
	chunk := func(b []byte) *pb.StoreRequest { return &pb.StoreRequest{Body: &pb.StoreRequest_Chunk{Chunk: b}} }
	for what, messages := range map[string][]*pb.StoreRequest{
		"nothing":           {},
		"no name":           {chunk(content[:10])},
		"empty message":     {{}},
		"another protocol":  {{Protocol: 99, Body: name.Body}},
		"a chunk too large": {name, chunk(content)},
		"an empty chunk":    {name, chunk(nil), chunk(content[:chunkSize]), chunk(content[chunkSize:])},
		"two names":         {name, name},
		"only a name":       {name},
	} {
		stream, err := client.Store(bounded(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			stream.Send(m)
		}
		reply, err := stream.CloseAndRecv()
		if err == nil && reply.GetFault() == nil {
			t.Errorf("%s: taken", what)
		}
		if status.Code(err) == codes.DeadlineExceeded {
			t.Errorf("%s: the stream goes on", what)
		}
	}
	if missing, _ := worker.Missing(t.Context(), []load.File{f}); len(missing) != 1 {
		t.Error("something was kept")
	}
}

// TestAWorkerNamesNoFiles: a master is told which of its own files to send, by number,
// so that a worker cannot ask for others.
func TestAWorkerNamesNoFiles(t *testing.T) {
	mine := []load.File{fileOf("a", []byte("a")), fileOf("b", []byte("b")), fileOf("c", []byte("c"))}
	worker := &lazyDepot{Worker: fake(), missing: func(files []load.File) []load.File {
		return []load.File{{Path: "/etc/shadow", SHA256: files[0].SHA256}, files[2]}
	}}
	got, err := dial(t, serve(t, worker, ServerOptions{}), DialOptions{}).Missing(bounded(t), mine)
	if err != nil || len(got) != 1 || got[0] != mine[2] {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := pick(mine, []byte{0xff}); err != nil || len(got) != 3 {
		t.Errorf("bits over the end: %v, %v", got, err)
	}
	if got, err := pick(mine, []byte{0, 1}); err == nil {
		t.Errorf("bytes over the end: %v", got)
	}
}

func TestAWorkerWithoutFiles(t *testing.T) {
	c := dial(t, serve(t, struct{ load.Worker }{fake()}, ServerOptions{}), DialOptions{})
	f := fileOf("a", []byte("a"))
	if _, err := c.Missing(bounded(t), []load.File{f}); err == nil || !strings.Contains(err.Error(), errNoDepot.Error()) {
		t.Errorf("Missing: %v", err)
	}
	if err := c.Store(bounded(t), f, strings.NewReader("a")); err == nil || !strings.Contains(err.Error(), errNoDepot.Error()) {
		t.Errorf("Store: %v", err)
	}
}

// TestAsManyFilesAsARunMayHave fit into one question and one job.
func TestAsManyFilesAsARunMayHave(t *testing.T) {
	url, _ := shop(t)
	c := dial(t, serve(t, fake(), ServerOptions{}), DialOptions{})
	files := make([]load.File, load.MaxFiles)
	for i := range files {
		files[i] = fileOf(fmt.Sprintf("data/files/a/folder/with/some/depth/%06d.bin", i), []byte(fmt.Sprint(i)))
	}
	missing, err := c.Missing(bounded(t), files)
	if err != nil || len(missing) != len(files) {
		t.Fatalf("%d missing, %v", len(missing), err)
	}
	job := jobFor(url)
	job.Files = files
	var bad *load.PlanError
	if _, err := c.Prepare(bounded(t), job); !errors.As(err, &bad) {
		t.Errorf("a job without its files: %v", err)
	}
}
