//go:build unix

package send

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A hundred uploads at once cost what is in flight, and not what they upload.
func TestPartsMemory(t *testing.T) {
	const users, size = 100, 8 << 20
	var inFlight atomic.Int64
	all := make(chan bool)
	var once sync.Once
	s := serve(t, func(p *peer) {
		if inFlight.Add(1) == users {
			once.Do(func() { close(all) })
		}
		<-all
		if _, err := io.CopyN(io.Discard, p.r, size); err == nil {
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			p.wait()
		}
	})
	client := NewClient(Options{})
	defer client.Close()
	measure := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := measure()
	var done sync.WaitGroup
	var failed atomic.Int64
	for range users {
		done.Go(func() {
			conns := client.NewConns()
			defer conns.Close()
			var x Exchange
			if err := x.Start("PUT", []byte(s.url("/"))); err != nil {
				failed.Add(1)
				return
			}
			x.SetParts([]BodyPart{{File: zeros{}, Size: size}})
			if o := conns.Do(&x, &Target{Total: time.Minute}); o.Class != "" || o.BytesOut < size {
				failed.Add(1)
			}
		})
	}
	<-all
	during := measure()
	done.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d uploads failed", failed.Load())
	}
	if grown := int64(during) - int64(before); grown > users*4*portion {
		t.Errorf("%d uploads in flight hold %d KiB", users, grown>>10)
	}
}

func BenchmarkUpload(b *testing.B) {
	const size = 8 << 20
	path := filepath.Join(b.TempDir(), "file")
	if err := os.WriteFile(path, randomBytes(size), 0o600); err != nil {
		b.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	s := serve(b, func(p *peer) {
		for {
			for {
				line, err := p.r.ReadSlice('\n')
				if err != nil {
					return
				}
				if len(line) == 2 {
					break
				}
			}
			if _, err := io.CopyN(io.Discard, p.r, size); err != nil || !p.say(ok) {
				return
			}
		}
	})
	client := NewClient(Options{})
	conns := client.NewConns()
	defer conns.Close()
	var x Exchange
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_ = x.Start("PUT", []byte(s.url("/")))
		x.SetParts([]BodyPart{{File: file, Size: size}})
		if o := conns.Do(&x, &Target{Total: time.Minute}); o.Class != "" {
			b.Fatal(o)
		}
	}
}
