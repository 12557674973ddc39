package worker

import "github.com/locust-http/locust-http/load"

// Bounds of the reports that are kept of one run until its master has them. A count is
// never given up: at either bound the daemon takes no further report, and the engine
// joins what it counts meanwhile. Samples are: beyond theirs only the message is kept.
const (
	MaxBacklog        = 256      // reports
	MaxBacklogBytes   = 64 << 20 // of memory, of all of them
	maxBacklogSamples = 16 << 20 // of that, of requests, responses and variables
)

// backlog is the reports that the master has not acknowledged, in order.
type backlog struct {
	reports []load.Report
	sizes   []reportSize // of each
	total   reportSize
}

// reportSize is about how much memory a report takes; details are a part of all.
type reportSize struct{ all, details int64 }

func (b *backlog) len() int { return len(b.reports) }

// full says that nothing more may be taken.
func (b *backlog) full() bool { return len(b.reports) >= MaxBacklog || b.total.all >= MaxBacklogBytes }

func (b *backlog) add(r load.Report) {
	size := sizeOf(&r)
	if b.total.details+size.details > maxBacklogSamples {
		dropDetails(&r)
		size.all, size.details = size.all-size.details, 0
	}
	b.reports, b.sizes = append(b.reports, r), append(b.sizes, size)
	b.total.all += size.all
	b.total.details += size.details
}

// dropTo forgets the reports up to seq.
func (b *backlog) dropTo(seq uint64) {
	for len(b.reports) > 0 && b.reports[0].Seq <= seq {
		b.total.all -= b.sizes[0].all
		b.total.details -= b.sizes[0].details
		b.reports[0] = load.Report{}
		b.reports, b.sizes = b.reports[1:], b.sizes[1:]
	}
}

// dropDetails leaves of each sample what fits on a line. The engine's slices may be
// looked at by others, so they are not changed.
func dropDetails(r *load.Report) {
	failures := make([]load.ErrorDelta, len(r.Errors))
	copy(failures, r.Errors)
	for i := range failures {
		samples := make([]load.Sample, len(failures[i].Samples))
		copy(samples, failures[i].Samples)
		for k := range samples {
			samples[k].Request, samples[k].Response, samples[k].Vars, samples[k].Stack = nil, nil, nil, ""
		}
		failures[i].Samples = samples
	}
	r.Errors = failures
}

// What things take in memory beside their texts, rounded up.
const (
	bytesOfReport   = 512
	bytesOfRow      = 512 // of a row of an interval, without its buckets
	bytesOfInterval = 512
	bytesOfBucket   = 8
	bytesOfMetric   = 64
	bytesOfSample   = 256
	bytesOfString   = 16
)

func sizeOf(r *load.Report) (s reportSize) {
	s.all = bytesOfReport + int64(len(r.Reason))
	if r.Abort != nil {
		s.all += bytesOfSample + int64(2*len(r.Abort.Text)) // what it is about is in the text, too
	}
	for _, k := range r.Rows {
		s.all += 4*bytesOfString + int64(len(k.Scenario)+len(k.Transaction)+len(k.Step))
	}
	for i := range r.Intervals {
		s.all += bytesOfInterval + int64(len(r.Intervals[i].Loads))*bytesOfSample
		for j := range r.Intervals[i].Rows {
			d := &r.Intervals[i].Rows[j]
			s.all += bytesOfRow + bytesOfBucket*int64(len(d.OK.Buckets)+len(d.Failed.Buckets)+len(d.Scheduled.Buckets))
		}
	}
	for i := range r.Intervals {
		for _, m := range r.Intervals[i].Metrics {
			s.all += bytesOfMetric + int64(len(m.Name)) + bytesOfBucket*int64(len(m.Buckets))
		}
	}
	for _, d := range r.Data {
		s.all += bytesOfSample + int64(len(d.Source))
	}
	for _, l := range r.Logs {
		s.all += bytesOfSample + int64(len(l.Message)+len(l.Worker)+len(l.Place))
	}
	for i := range r.Errors {
		e := &r.Errors[i]
		s.all += bytesOfSample + int64(len(e.Rule)) + bytesOfString*int64(len(e.Seconds))
		for k := range e.Samples {
			details := sizeOfDetails(&e.Samples[k])
			s.details += details
			s.all += bytesOfSample + int64(len(e.Samples[k].Message)+len(e.Samples[k].Place)) + details
		}
	}
	return s
}

func sizeOfDetails(s *load.Sample) (n int64) {
	n = int64(len(s.Stack))
	if r := s.Request; r != nil {
		n += bytesOfSample + int64(len(r.Method)+len(r.URL)+len(r.Body)) + sizeOfHeader(r.Header)
	}
	if r := s.Response; r != nil {
		n += bytesOfSample + int64(len(r.Body)) + sizeOfHeader(r.Header)
	}
	for name, v := range s.Vars {
		n += 4*bytesOfString + int64(len(name)+len(v.Text))
	}
	return n
}

func sizeOfHeader(header []load.Header) (n int64) {
	for _, h := range header {
		n += 2*bytesOfString + int64(len(h.Name)+len(h.Value))
	}
	return n
}
