package worker_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/worker"
)

func TestVitals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var v worker.Vitals
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { v.Run(ctx); close(ended) }()
		synctest.Wait()
		if now := v.Now(); now.Memory <= 0 || !now.Clock.Equal(time.Now()) {
			t.Errorf("at once: %+v", now)
		}
		time.Sleep(11 * time.Second)
		if now := v.Now(); now.CPU < 0 || now.CPU > 1 || now.Lag < 0 || now.Memory <= 0 {
			t.Errorf("later: %+v", now)
		}
		cancel()
		<-ended
	})
}
