package load

import "testing"

// Edges and rows are two views of one scale.
func TestHeatRows(t *testing.T) {
	for row := range HeatRows {
		low, high := HeatLow(row)*1000, HeatLow(row+1)*1000
		if got := HeatRow(int64((low + high) / 2)); got != row {
			t.Errorf("the middle of row %d is in row %d", row, got)
		}
	}
	for us, want := range map[int64]int{-5: 0, 0: 0, 1000: 0, 60_000_000: HeatRows - 1, 1 << 60: HeatRows - 1} {
		if got := HeatRow(us); got != want {
			t.Errorf("%d µs: row %d, want %d", us, got, want)
		}
	}
	if HeatLow(0) != 1 || HeatLow(HeatRows) < 59_999 || HeatLow(HeatRows) > 60_001 {
		t.Errorf("the map is of %v to %v ms", HeatLow(0), HeatLow(HeatRows))
	}
}
