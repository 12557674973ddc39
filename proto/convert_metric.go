package proto

import (
	"fmt"
	"math"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func metricToPB(m load.MetricDelta) *pb.MetricDelta {
	return &pb.MetricDelta{Name: spoken(m.Name), Sum: m.Sum, Min: m.Min, Max: m.Max, Buckets: packBuckets(m.Buckets)}
}

func metricsFromPB(metrics []*pb.MetricDelta) ([]load.MetricDelta, error) {
	if len(metrics) > load.MaxMetrics {
		return nil, fmt.Errorf("%d metrics; at most %d", len(metrics), load.MaxMetrics)
	}
	return eachChecked(metrics, "metrics", metricFromPB)
}

// metricFromPB refuses what no sum or comparison would survive.
func metricFromPB(m *pb.MetricDelta) (load.MetricDelta, error) {
	for _, v := range []float64{m.GetSum(), m.GetMin(), m.GetMax()} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return load.MetricDelta{}, fmt.Errorf("%v is no number", v)
		}
	}
	buckets, err := unpackBuckets(m.GetBuckets(), load.NumTrendBuckets)
	return load.MetricDelta{Name: m.GetName(), Sum: m.GetSum(), Min: m.GetMin(), Max: m.GetMax(), Buckets: buckets}, err
}
