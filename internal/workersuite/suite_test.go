package workersuite_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestFakeKeepsTheContract(t *testing.T) {
	workersuite.Run(t, func(*testing.T) load.Worker {
		return &workersuite.Fake{Cadence: 20 * time.Millisecond, Skew: time.Hour}
	}, workersuite.Options{Skew: time.Hour, Files: true, Rows: true})
}
