package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// write makes a file as a cache holds it: its name says nothing.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "e3b0c442")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, name, text string) *Table {
	t.Helper()
	table, err := Open(write(t, text), load.DataSource{File: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	})
	return table
}

func bind(t testing.TB, table *Table, columns ...string) *Reader {
	t.Helper()
	r, err := table.Bind(columns)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// all is the values of all rows, as kind and text.
func all(t testing.TB, table *Table) [][]string {
	t.Helper()
	r := bind(t, table, table.Columns()...)
	var rows [][]string
	for i := range table.Rows() {
		values, err := r.Row(nil, i)
		if err != nil {
			t.Fatal(err)
		}
		var row []string
		for _, v := range values {
			row = append(row, fmt.Sprint([]string{"-", "s:", "n:", "b:", "0:", "c:"}[v.Kind], v.Text))
		}
		rows = append(rows, row)
	}
	return rows
}

func TestContent(t *testing.T) {
	type rows = [][]string
	for name, c := range map[string]struct {
		file, delimiter, text string
		columns               []string
		rows                  rows
	}{
		"plain":                    {"a.csv", "", "a,b\n1,2\n3,4\n", []string{"a", "b"}, rows{{"s:1", "s:2"}, {"s:3", "s:4"}}},
		"numbers stay text":        {"a.csv", "", "a\n010\n1.10\n", []string{"a"}, rows{{"s:010"}, {"s:1.10"}}},
		"no last line end":         {"a.csv", "", "a,b\n1,", []string{"a", "b"}, rows{{"s:1", "s:"}}},
		"CRLF":                     {"a.csv", "", "a,b\r\n1,2\r\n\r\n3,\"4\"\r\n", []string{"a", "b"}, rows{{"s:1", "s:2"}, {"s:3", "s:4"}}},
		"CR at the very end":       {"a.csv", "", "a\r\n1\r", []string{"a"}, rows{{"s:1"}}},
		"byte order mark":          {"a.csv", "", "\ufeffa,b\n1,2\n", []string{"a", "b"}, rows{{"s:1", "s:2"}}},
		"quotes":                   {"a.csv", "", "\"a\",b\n\"x,\"\"y\"\"\",\"\"\n\"\n\r\n\",\"\"\"\"\n", []string{"a", "b"}, rows{{`s:x,"y"`, "s:"}, {"s:\n\r\n", `s:"`}}},
		"spaces belong to a value": {"a.csv", "", "a, b\n 1 ,2\n", []string{"a", " b"}, rows{{"s: 1 ", "s:2"}}},
		"empty lines":              {"a.csv", "", "\n\r\na\n\n\n1\n\"\"\n\r\n", []string{"a"}, rows{{"s:1"}, {"s:"}}},
		"semicolon":                {"a.CSV", ";", "a;b\n1,5;2\n", []string{"a", "b"}, rows{{"s:1,5", "s:2"}}},
		"tab":                      {"a.csv", "\t", "a\tb\n1\t2\n", []string{"a", "b"}, rows{{"s:1", "s:2"}}},
		"tab as an escape":         {"a.csv", `\t`, "a\tb\n1\t2\n", []string{"a", "b"}, rows{{"s:1", "s:2"}}},
		"delimiter of two bytes":   {"a.csv", "§", "a§b\n¤§\"§\"\n", []string{"a", "b"}, rows{{"s:¤", "s:§"}}},

		"array":         {"a.json", "", ` [ {"a": 1.10, "b": "x"} , {"b":null,"a":true}]` + "\n", []string{"a", "b"}, rows{{"n:1.10", "s:x"}, {"b:true", "0:null"}}},
		"mark":          {"a.json", "", "\ufeff[{\"a\":1}]", []string{"a"}, rows{{"n:1"}}},
		"missing keys":  {"a.json", "", `[{},{"b":1},{"a":-0.5E+7,"b":2}]`, []string{"b", "a"}, rows{{"-", "-"}, {"n:1", "-"}, {"n:2", "n:-0.5E+7"}}},
		"composites":    {"a.json", "", `[{"a":{"x":[1, {"}":"]\""}]},"b":[ ]}]`, []string{"a", "b"}, rows{{`c:{"x":[1, {"}":"]\""}]}`, "c:[ ]"}}},
		"escapes":       {"a.jsonl", "", `{"a":"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\ud83dx\ud83d\u0041\ude00\ude00"}`, []string{"a"}, rows{{"s:\"\\/\b\f\n\r\tä😀\ufffdx\ufffdA\ufffd\ufffd"}}},
		"escaped key":   {"a.jsonl", "", `{"\u0061":1}` + "\n" + `{"a":2}`, []string{"a"}, rows{{"n:1"}, {"n:2"}}},
		"lines":         {"a.jsonl", "", "{\"a\":1}\r\n\n  {\"a\":2}  \n\n", []string{"a"}, rows{{"n:1"}, {"n:2"}}},
		"nested enough": {"a.jsonl", "", `{"a":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + "}", []string{"a"}, rows{{"c:" + strings.Repeat("[", 63) + strings.Repeat("]", 63)}}},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := Open(write(t, c.text), load.DataSource{File: c.file, Delimiter: c.delimiter})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = table.Close() }()
			if got := table.Columns(); !reflect.DeepEqual(got, c.columns) {
				t.Errorf("columns %q, want %q", got, c.columns)
			}
			if got := all(t, table); !reflect.DeepEqual(got, c.rows) {
				t.Errorf("rows %q, want %q", got, c.rows)
			}
		})
	}
}

// Rows are found wherever they are, whatever their lengths.
func TestEveryRowIsFound(t *testing.T) {
	lengths := map[string]func(i int) int{
		"tiny":    func(int) int { return 0 },
		"even":    func(int) int { return 40 },
		"long":    func(int) int { return 1000 },
		"mixed":   func(i int) int { return i * i % 700 },
		"uneven":  func(i int) int { return max(0, i-1900) * 20 },
		"sinking": func(i int) int { return max(0, 100-i) * 60 },
	}
	for name, length := range lengths {
		var csv, array, lines strings.Builder
		csv.WriteString("n,x\n")
		array.WriteString("[")
		for i := range 2000 {
			x := strings.Repeat(",", length(i))
			fmt.Fprintf(&csv, "%d,\"%s\"\n%s", i, x, strings.Repeat("\r\n", i%3))
			fmt.Fprintf(&array, `%s{"n":%d,"x":["{\"%s"]}`, []string{",\n", ""}[min(1, max(0, 1-i))], i, x)
			fmt.Fprintf(&lines, "%s{\"n\":%d,\"x\":\"%s\"}\n", strings.Repeat("\n ", i%3), i, x)
		}
		array.WriteString("]")
		for file, text := range map[string]string{"a.csv": csv.String(), "a.json": array.String(), "a.jsonl": lines.String()} {
			t.Run(name+" "+file, func(t *testing.T) {
				r := bind(t, open(t, file, text), "n")
				if r.table.Rows() != 2000 {
					t.Fatalf("%d rows", r.table.Rows())
				}
				for i := range int64(2000) {
					row := i * 997 % 2000
					if v, err := r.Row(nil, row); err != nil || v[0].Text != fmt.Sprint(row) {
						t.Fatalf("row %d: %v, %v", row, v, err)
					}
				}
				testIndex(t, &r.table.index, 2000)
				if n, most := len(r.table.index.marks), len(text)/spacing+1; n > most {
					t.Fatalf("%d marks for %d bytes, at most %d", n, len(text), most)
				}
			})
		}
	}
}

// testIndex: no mark is nearer before a row than the one that is found.
func testIndex(t *testing.T, x *index, rows int64) {
	t.Helper()
	want := 0
	for row := range rows {
		for want+1 < len(x.marks) && int64(x.marks[want+1].row) <= row {
			want++
		}
		if got := x.before(row, rows); got != x.marks[want] {
			t.Fatalf("before row %d: %v, want %v", row, got, x.marks[want])
		}
	}
}

func TestBind(t *testing.T) {
	table := open(t, "data/users.csv", "user,password,e-mail\nann,secret,a@x\n")
	r := bind(t, table, "e-mail", "user", "e-mail")
	dst := []load.Value{load.StringValue("before")}
	got, err := r.Row(dst, 0)
	want := []load.Value{load.StringValue("before"), load.StringValue("a@x"), load.StringValue("ann"), load.StringValue("a@x")}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := bind(t, table).Row(nil, 0); err != nil || got != nil {
		t.Errorf("no columns: %v, %v", got, err)
	}
	for _, row := range []int64{-1, 1, 1 << 40} {
		if _, err := r.Row(nil, row); err == nil {
			t.Errorf("row %d exists", row)
		}
	}

	_, err = table.Bind([]string{"user", "Passwort"})
	var wrong *ColumnError
	if !errors.As(err, &wrong) || wrong.Index != 1 || wrong.Nearest != "password" {
		t.Fatalf("%#v", err)
	}
	if s := err.Error(); s != `data/users.csv has no column "Passwort", did you mean "password"?; it has "user", "password", "e-mail"` {
		t.Error(s)
	}
}

func TestBindMessages(t *testing.T) {
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprint("column", i))
	}
	for _, c := range []struct{ file, text, column, want string }{
		{"a.csv", "a;b\nx\n", "a", `delimiter: ";"`},
		{"a.csv", strings.Join(many, ",") + "\n" + strings.Repeat(",", 29), "x", `"column19" and 10 more`},
		{"a.json", "[{}]", "a", "none of its rows has any key"},
		{"a.csv", "a\n1", strings.Repeat("x", 1<<20), `xx…"; it has "a"`},
	} {
		_, err := open(t, c.file, c.text).Bind([]string{c.column})
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 2000 {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// Values are copies: they stay good when the mapping has gone.
func TestValuesOutliveTheTable(t *testing.T) {
	table := open(t, "a.jsonl", `{"a":"plain","b":"es\"caped","c":12}`)
	r := bind(t, table, "a", "b", "c")
	values, err := r.Row(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(values) != `[{1 plain} {1 es"caped} {2 12}]` {
		t.Error(values)
	}
	if _, err := r.Row(nil, 0); err == nil {
		t.Error("a row of a closed file")
	}
}

func TestOneAllocationPerRow(t *testing.T) {
	for name, text := range map[string]string{"a.csv": "a,b,c\nx,\"y\"\"\",z\n", "a.json": `[{"a":"x","b":"y\n","c":{"d":1}}]`} {
		r := bind(t, open(t, name, text), "c", "a", "b")
		dst := make([]load.Value, 0, 8)
		if n := testing.AllocsPerRun(100, func() { dst, _ = r.Row(dst[:0], 0) }); n > 1 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestReadersAtOnce(t *testing.T) {
	var text strings.Builder
	text.WriteString("n\n")
	for i := range 5000 {
		fmt.Fprintln(&text, i)
	}
	r := bind(t, open(t, "a.csv", text.String()), "n")
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range int64(5000) {
				row := (i*7 + int64(g)) % 5000
				if v, err := r.Row(nil, row); err != nil || v[0].Text != fmt.Sprint(row) {
					t.Errorf("row %d: %v, %v", row, v, err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestInspect(t *testing.T) {
	path := write(t, "a,b\n1,2\n3,4\n")
	source := load.DataSource{File: "a.csv"}
	if n, err := Inspect(path, source, []string{"b"}); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	var wrong *ColumnError
	if _, err := Inspect(path, source, []string{"c"}); !errors.As(err, &wrong) {
		t.Error(err)
	}
	if _, err := Inspect(path+"x", source, nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Inspect(t.TempDir(), source, nil); err == nil {
		t.Error("a folder is a data file")
	}
}

// A file that breaks the rule and changes under its mapping is an error, not a panic.
func TestChangedUnderTheTable(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // read into memory there
	}
	for name, text := range map[string]string{"a.csv": "aa,b\n1,2\n", "a.json": "[{\"aa\":1,\"b\":2}]"} {
		path := write(t, text)
		table, err := Open(path, load.DataSource{File: name})
		if err != nil {
			t.Fatal(err)
		}
		r := bind(t, table, "aa", "b")
		if err := os.WriteFile(path+"2", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(strings.Repeat("\"", len(text))); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		if _, err := r.Row(nil, 0); err == nil || !strings.Contains(err.Error(), "changed") {
			t.Errorf("%s: %v", name, err)
		}
		_ = table.Close()
	}
}
