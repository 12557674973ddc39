package testsite

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// IDHeader carries the id of an attempt when a plan asks for it (run.tag_requests).
const IDHeader = "X-LT-Id"

const (
	logShards   = 16
	logSeconds  = 3600    // seconds that PerSecond tells apart; later requests count in the last
	maxEntries  = 1 << 20 // of one log; more are counted in Unkept
	shardBlocks = maxEntries / logShards
)

// Entry is one request as the server saw it.
type Entry struct {
	ID     string // of IDHeader; empty when there was none
	Method string
	Path   string
	// Read is the instant, on the monotonic clock and since the log began, at which
	// headers and body had been read in full.
	Read time.Duration
	// Latency is from Read until the whole answer was handed to the connection; 0
	// while the request is being answered.
	Latency time.Duration
	Status  int // 0: no answer yet, or none at all
}

// Log is a server's own account. A request counts once its headers and its whole body
// have been read; one that breaks off earlier was not seen. Counting is two atomic
// additions; entries are kept only where asked for. Methods may be called from any
// goroutine, also while the server serves.
type Log struct {
	began    time.Time
	keep     bool
	seen     atomic.Int64
	answered atomic.Int64
	conns    atomic.Int64
	unkept   atomic.Int64
	first    atomic.Int64 // ns since began of the first request, plus one; 0: none yet
	seconds  [logSeconds]atomic.Int64
	shards   [logShards]logShard
}

type logShard struct {
	mu      sync.Mutex // guards entries
	entries []Entry
	_       [32]byte // keeps the locks on cache lines of their own
}

// NewLog is an empty log; with keep it remembers every request, up to about a
// million.
func NewLog(keep bool) *Log { return &Log{began: time.Now(), keep: keep} }

// Seen is how many complete requests the server has read.
func (l *Log) Seen() int64 { return l.seen.Load() }

// Answered is how many of them got a complete answer, as far as the server can tell:
// it was handed to the connection without an error.
func (l *Log) Answered() int64 { return l.answered.Load() }

// Connections is how many connections were accepted.
func (l *Log) Connections() int64 { return l.conns.Load() }

// Unkept is how many requests found the log full and have no entry.
func (l *Log) Unkept() int64 { return l.unkept.Load() }

// PerSecond is how many requests were read in each second since the first one.
func (l *Log) PerSecond() []int64 {
	var counts []int64
	for i := range l.seconds {
		n := l.seconds[i].Load()
		if n != 0 {
			counts = append(counts, make([]int64, i+1-len(counts))...)
			counts[i] = n
		}
	}
	return counts
}

// Entries are the requests kept so far, in order of Read; empty unless the log keeps
// them.
func (l *Log) Entries() []Entry {
	var all []Entry
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		all = append(all, s.entries...)
		s.mu.Unlock()
	}
	slices.SortStableFunc(all, func(a, b Entry) int { return int(a.Read - b.Read) })
	return all
}

// Duplicates are the ids that came more than once, sorted: of a tester that neither
// retries nor repeats itself there are none.
func (l *Log) Duplicates() []string {
	times := make(map[string]int)
	var twice []string
	for _, e := range l.Entries() {
		if e.ID == "" {
			continue
		}
		if times[e.ID]++; times[e.ID] == 2 {
			twice = append(twice, e.ID)
		}
	}
	slices.Sort(twice)
	return twice
}

// Latencies are the service times of all answered entries, sorted: what Quantile
// takes.
func (l *Log) Latencies() []time.Duration {
	var all []time.Duration
	for _, e := range l.Entries() {
		if e.Status != 0 {
			all = append(all, e.Latency)
		}
	}
	slices.Sort(all)
	return all
}

// place is where the entry of a request is kept, until its answer is known.
type place struct {
	shard, index int
	read         time.Time
}

// unkeptPlace marks a request without an entry.
const unkeptPlace = -1

// read counts a request that has been read in full just now.
func (l *Log) read(e Entry) place {
	now := time.Now()
	e.Read = now.Sub(l.began)
	n := l.seen.Add(1)
	l.seconds[l.second(e.Read)].Add(1)
	at := place{shard: int(n % logShards), index: unkeptPlace, read: now}
	if !l.keep {
		return at
	}
	s := &l.shards[at.shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.entries) >= shardBlocks {
		l.unkept.Add(1)
		return at
	}
	at.index = len(s.entries)
	s.entries = append(s.entries, e)
	return at
}

// second is the slot of PerSecond for an instant since the log began.
func (l *Log) second(read time.Duration) int {
	first := l.first.Load()
	if first == 0 {
		l.first.CompareAndSwap(0, int64(read)+1)
		first = l.first.Load()
	}
	// A request that was read a moment before the one that won is of second 0 too.
	s := max(0, int64(read)-(first-1)) / int64(time.Second)
	return int(min(s, logSeconds-1))
}

// done notes that the answer to the request at p has been written.
func (l *Log) done(p place, status int) {
	l.answered.Add(1)
	if p.index == unkeptPlace {
		return
	}
	latency := time.Since(p.read)
	s := &l.shards[p.shard]
	s.mu.Lock()
	s.entries[p.index].Latency = latency
	s.entries[p.index].Status = status
	s.mu.Unlock()
}
