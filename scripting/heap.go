package scripting

import (
	"bytes"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
)

// heap watches how much memory this process uses.
type heap struct {
	limit   uint64
	samples []metrics.Sample
	// doubted is the number of collections up to which what is known of the heap may be of
	// calls that are over.
	doubted uint64
}

func newHeap(limit int64) *heap {
	if limit <= 0 {
		limit = defaultHeapLimit()
	}
	h := &heap{limit: uint64(limit), samples: []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
	}}
	_, _, h.doubted = h.read()
	return h
}

func (h *heap) read() (objects, live, collections uint64) {
	metrics.Read(h.samples)
	return h.samples[0].Value.Uint64(), h.samples[1].Value.Uint64(), h.samples[2].Value.Uint64()
}

// exceeded says whether there is more on the heap than may be. Garbage that waits for its
// collection counts only from twice the limit on: how much of it there is says more about
// the settings of the collector than about scripts.
func (h *heap) exceeded() bool {
	objects, live, collections := h.read()
	if objects > h.limit && collections <= h.doubted {
		runtime.GC()
		objects, live, _ = h.read()
	}
	return objects > h.limit && (live > h.limit/2 || objects > 2*h.limit)
}

// collect frees what the calls that were ended have left. Some of it they may have had in
// hand until just now, so the next calls are not ended for it before it was collected again.
func (h *heap) collect() {
	runtime.GC()
	_, _, h.doubted = h.read()
}

const maxHeapLimit = 4 << 30

// defaultHeapLimit is half of the memory that this process may have, at most 4 GiB.
func defaultHeapLimit() int64 {
	limit := int64(maxHeapLimit)
	for _, memory := range []int64{machineMemory(), groupMemory()} {
		if memory > 0 {
			limit = min(limit, memory/2)
		}
	}
	return limit
}

// machineMemory is the memory of this machine; 0: unknown.
func machineMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		if fields := strings.Fields(string(line)); len(fields) >= 2 && fields[0] == "MemTotal:" {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			return n << 10
		}
	}
	return 0
}

// groupMemory is what the control group of this process may use, in version 2 or 1 as it
// is seen within a container; 0: there is no limit.
func groupMemory() int64 {
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			return n
		}
	}
	return 0
}
