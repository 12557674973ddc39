package worker

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
)

func TestStandingSaysWhoHasTheWorkerAndForHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, d := newLab(nil)
		defer d.Close()
		if s := d.Standing(); s.Draining || len(s.Tenures) > 0 {
			t.Errorf("%+v", s)
		}
		job := load.Job{Run: "r1", Epoch: 1, Owner: "ann", Grace: 30 * time.Second, Shares: []load.Share{{Profile: load.Profile{GracefulStop: 10 * time.Second}}}}
		if _, err := d.Prepare(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		s := d.Standing()
		if h, ok := s.Holder(); !ok || h.Run != "r1" || h.Owner != "ann" || h.FreeIn != 0 || h.Began.IsZero() {
			t.Errorf("%+v", s)
		}
		time.Sleep(9 * time.Second)
		s = d.Standing()
		if h, _ := s.Holder(); h.Silent != 10*time.Second || h.FreeIn != 30*time.Second {
			t.Errorf("silent for 10 s: %+v", h)
		}
		time.Sleep(2 * time.Minute) // the switch goes off; the load ends within 3 s
		s = d.Standing()
		if _, held := s.Holder(); held || len(s.Tenures) != 1 || !s.Tenures[0].Ended {
			t.Errorf("its reports wait: %+v", s)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, d := newLab(nil)
		defer d.Close()
		s, err := d.Prepare(t.Context(), load.Job{Run: "r1", Epoch: 1})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := d.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if !d.Standing().Draining {
			t.Error("it does not say so")
		}
		if _, err := d.Prepare(t.Context(), load.Job{Run: "r2", Epoch: 1}); !errors.Is(err, load.ErrBusy) {
			t.Errorf("another run: %v", err)
		}
		if _, err := d.SendOnce(t.Context(), load.SendRequest{}); !errors.Is(err, load.ErrBusy) {
			t.Errorf("send once: %v", err)
		}
		// Its master may come again, and the run goes on for as long as it takes.
		if again, err := d.Prepare(t.Context(), load.Job{Run: "r1", Epoch: 1}); err != nil || again != s {
			t.Errorf("the same run: %v", err)
		}
		go func() {
			for r := range s.Reports() {
				s.Ack(r.Seq)
			}
		}()
		time.Sleep(time.Hour)
		select {
		case <-d.Drained():
			t.Fatal("it ends with a run under way")
		default:
		}
		if err := s.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-d.Drained()
		if _, err := d.Prepare(t.Context(), load.Job{Run: "r2", Epoch: 1}); !errors.Is(err, load.ErrBusy) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestDrainOfAnIdleWorkerAndOfReportsThatNobodyFetches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, idle := newLab(nil)
		defer idle.Close()
		if err := idle.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-idle.Drained()

		_, d := newLab(nil)
		defer d.Close()
		if _, err := d.Prepare(t.Context(), load.Job{Run: "r1", Epoch: 1, Grace: 10 * time.Second}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		began := time.Now()
		if err := d.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-d.Drained()
		if took := time.Since(began); took != parkedPatience {
			t.Errorf("it waited %v", took)
		}
		d.Close()
		if err := d.Drain(t.Context()); !errors.Is(err, errClosed) {
			t.Errorf("%v", err)
		}
	})
}

func TestJournal(t *testing.T) {
	var shown bytes.Buffer
	j := new(Journal)
	log := slog.New(j.Handler(slog.NewTextHandler(&shown, &slog.HandlerOptions{Level: slog.LevelWarn})))
	log.Debug("nobody wants it")
	log.Info("a run begins", "run", "r1", slog.Group("of", "n", 3))
	log.With("worker", "w 1").WithGroup("g").Warn("slow", "by", 2*time.Second)
	if strings.Contains(shown.String(), "a run begins") || !strings.Contains(shown.String(), "slow") {
		t.Errorf("on the screen: %s", &shown)
	}
	lines, last := j.read(load.LogQuery{})
	if len(lines) != 2 || last != 2 || lines[0].Message != "a run begins run=r1 of.n=3" || lines[1].Message != `slow worker="w 1" g.by=2s` || lines[1].Level != "warn" {
		t.Errorf("%+v", lines)
	}
	w := j.Writer(&shown)
	if _, err := w.Write([]byte("engine: time=x level=ERROR msg=boom\nengine: panic: y\n")); err != nil {
		t.Fatal(err)
	}
	if lines, _ = j.read(load.LogQuery{Level: "error"}); len(lines) != 1 || !strings.Contains(lines[0].Message, "boom") {
		t.Errorf("errors: %+v", lines)
	}
	if lines, last = j.read(load.LogQuery{After: 2, Limit: 1}); len(lines) != 1 || lines[0].Number != 4 || last != 4 {
		t.Errorf("after 2, one: %+v", lines)
	}
	// However much is written, a bound holds.
	for range 3 * maxJournal {
		log.Info("x")
	}
	if len(j.lines) != maxJournal {
		t.Errorf("%d lines", len(j.lines))
	}
	for range 300 {
		log.Info(strings.Repeat("long", 5000))
	}
	size := 0
	for _, l := range j.lines {
		size += len(l.Message)
	}
	if size > maxJournalBytes || size != j.size {
		t.Errorf("%d bytes, it says %d", size, j.size)
	}
	if lines, _ = j.read(load.LogQuery{Limit: 1 << 30}); len(lines) > load.MaxDaemonLines {
		t.Errorf("%d lines at once", len(lines))
	}
}

// Secrets of a run never get into the journal: of its engine's last words neither.
func TestJournalHidesSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := new(Journal)
		l := &lab{}
		d := NewDaemon(Config{Start: l.start, Log: slog.New(j.Handler(slog.DiscardHandler)), Journal: j, Mask: func(secrets map[string]string) func(string) string {
			return func(s string) string {
				for _, v := range secrets {
					s = strings.ReplaceAll(s, v, load.Masked)
				}
				return s
			}
		}})
		defer d.Close()
		if _, err := d.Prepare(t.Context(), load.Job{Run: "r1", Secrets: map[string]string{"KEY": `hush "now"`}}); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Writer(new(bytes.Buffer)).Write([]byte("engine: it was hush \"now\"\n")); err != nil {
			t.Fatal(err)
		}
		l.last().die(errors.New(`panic: hush "now" is no number`))
		time.Sleep(time.Minute)
		i, err := d.Inspect(context.Background(), load.LogQuery{})
		if err != nil {
			t.Fatal(err)
		}
		died := false
		for _, line := range i.Lines {
			died = died || strings.Contains(line.Message, "panic: *** is no number")
			if strings.Contains(line.Message, "hush") {
				t.Errorf("%s", line.Message)
			}
		}
		if !died {
			t.Errorf("how it died is not told: %+v", i.Lines)
		}
	})
}
