package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// filled is about size bytes of rows.
func filled(size int, head string, row func(i int) string, foot string) string {
	var b strings.Builder
	b.Grow(size + 1000)
	b.WriteString(head)
	for i := 0; b.Len() < size; i++ {
		b.WriteString(row(i))
	}
	b.WriteString(foot)
	return b.String()
}

func csvRow(i int) string { return fmt.Sprintf("user%d,\"pass, word\",%d,some@example.com\n", i, i*7) }

func jsonRow(i int) string {
	return fmt.Sprintf(`{"user":"user%d","password":"pass\u00e4","n":%d,"tags":["a","b"]}`+"\n", i, i*7)
}

func BenchmarkOpen(b *testing.B) {
	const size = 16 << 20
	for _, c := range []struct{ name, file, text string }{
		{"csv", "a.csv", filled(size, "user,password,n,mail\n", csvRow, "")},
		{"csv of 2 bytes", "a.csv", "a\n" + strings.Repeat("1\n", size/2)},
		{"jsonl", "a.jsonl", filled(size, "", jsonRow, "")},
		{"json", "a.json", filled(size, "[", func(i int) string { return jsonRow(i) + "," }, "{}]")},
	} {
		b.Run(c.name, func(b *testing.B) {
			path := write(b, c.text)
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				table, err := Open(path, load.DataSource{File: c.file})
				if err != nil {
					b.Fatal(err)
				}
				_ = table.Close()
			}
		})
	}
}

func BenchmarkRow(b *testing.B) {
	const size = 16 << 20
	for _, c := range []struct {
		name, file, text string
		columns          []string
	}{
		{"csv", "a.csv", filled(size, "user,password,n,mail\n", csvRow, ""), []string{"user", "password"}},
		{"csv of 2 bytes", "a.csv", "a\n" + strings.Repeat("1\n", size/2), []string{"a"}},
		{"jsonl", "a.jsonl", filled(size, "", jsonRow, ""), []string{"user", "password"}},
	} {
		table := open(b, c.file, c.text)
		reader := bind(b, table, c.columns...)
		for order, step := range map[string]int64{"rising": 1, "scattered": 1_000_003} {
			b.Run(c.name+" "+order, func(b *testing.B) {
				b.ReportAllocs()
				dst := make([]load.Value, 0, 4)
				for row := int64(0); b.Loop(); row = (row + step) % table.Rows() {
					var err error
					if dst, err = reader.Row(dst[:0], row); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
