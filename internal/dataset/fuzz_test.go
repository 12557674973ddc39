package dataset

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// opened opens data without a file, or is nil when it is refused as it should be.
func opened(t *testing.T, name string, data []byte) *Table {
	table := &Table{file: name, data: data, release: func() error { return nil }}
	read, err := table.reading(load.DataSource{File: name})
	if err != nil {
		t.Fatal(err)
	}
	f := table.check(read)
	if f == nil {
		return table
	}
	if problem := table.problem(f); problem.Line < 1 || problem.Message == "" {
		t.Fatalf("refused with %v", problem)
	}
	return nil
}

// FuzzCSV: what is accepted is what encoding/csv reads. That makes LF of CRLF within
// quotes, where nothing is changed here.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "\ufeffa\r\n\"x\"\"\r\n\"\r\n\r\n", "a\n\"", "a\r1", "a,b\n\"1\",\n,\"\"", "a\n1\r", strings.Repeat("a\n", 300),
		"a\n" + strings.Repeat("\"\r\n\"\"\n\"\n", 60),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table := opened(t, "a.csv", data)
		if table == nil {
			return
		}
		want, err := stdcsv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatalf("accepted, but encoding/csv: %v", err)
		}
		got := [][]string{table.Columns()}
		reader := bind(t, table, table.Columns()...)
		for row := range table.Rows() {
			values, err := reader.Row(nil, row)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, v := range values {
				texts = append(texts, v.Text)
			}
			got = append(got, texts)
		}
		for _, row := range got {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q, encoding/csv %q", got, want)
		}
	})
}

var jsonSeeds = []string{
	`[{"a":1.10,"b":[1,{}]},{"c":null}]`, `[{"a":"\ud83d\ude00\u0000\"","\u0061b":true}]`, `[{"a":{"b":"]}"}} , {} ]`,
	`[{"a":-0.0e-10},{"a":"\ud800"}]`, `[{"a":[`, `[{"a":1,"a":2}]`, "[" + strings.Repeat(`{"a":{}},`, 100) + "{}]",
}

// FuzzJSON: what is accepted is what encoding/json reads.
func FuzzJSON(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if table := opened(t, "a.json", data); table != nil {
			var want []map[string]json.RawMessage
			if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &want); err != nil {
				t.Fatalf("accepted, but encoding/json: %v", err)
			}
			sameRows(t, table, want)
		}
	})
}

// FuzzLines: what is accepted is, line by line, what encoding/json reads.
func FuzzLines(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(strings.ReplaceAll(strings.Trim(s, "[]"), "},", "}\n")))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table := opened(t, "a.jsonl", data)
		if table == nil {
			return
		}
		var want []map[string]json.RawMessage
		for line := range bytes.SplitSeq(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\n")) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			var row map[string]json.RawMessage
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatalf("accepted, but encoding/json: %v", err)
			}
			want = append(want, row)
		}
		sameRows(t, table, want)
	})
}

func sameRows(t *testing.T, table *Table, want []map[string]json.RawMessage) {
	if int(table.Rows()) != len(want) {
		t.Fatalf("%d rows, encoding/json %d", table.Rows(), len(want))
	}
	columns := table.Columns()
	reader := bind(t, table, columns...)
	for i, row := range want {
		values, err := reader.Row(nil, int64(i))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range values {
			raw, has := row[columns[k]]
			if has == (v.Kind == load.Unset) {
				t.Fatalf("row %d: %q is %v, encoding/json %s", i, columns[k], v, raw)
			}
			if has {
				sameValue(t, v, raw)
				delete(row, columns[k])
			}
		}
		if len(row) > 0 {
			t.Fatalf("row %d: no columns for %v", i, row)
		}
	}
}

func sameValue(t *testing.T, v load.Value, raw json.RawMessage) {
	kind, text := load.Number, string(raw)
	switch raw[0] {
	case '"':
		kind = load.String
		if err := json.Unmarshal(raw, &text); err != nil {
			t.Fatal(err)
		}
	case '{', '[':
		kind = load.Composite
	case 't', 'f':
		kind = load.Bool
	case 'n':
		kind = load.Null
	}
	if v.Kind != kind || v.Text != text {
		t.Fatalf("%d %q, encoding/json %d %q", v.Kind, v.Text, kind, text)
	}
}
