package dataset

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestPeek(t *testing.T) {
	for name, c := range map[string]struct {
		file, delimiter, text string
		more                  bool
		columns               []string
		rows                  [][]string
		total                 int64
		problem               string
	}{
		"csv":          {file: "a.csv", text: "name,age\nanna,\"1,5\"\nbert,7\ncleo,8\n", columns: []string{"name", "age"}, rows: [][]string{{"anna", "1,5"}, {"bert", "7"}}, total: 3},
		"semicolons":   {file: "a.csv", delimiter: ";", text: "\ufeffa;b\r\n1;2\r\n", columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}}, total: 1},
		"tabs":         {file: "A.CSV", delimiter: `\t`, text: "a\tb\n1\t2", columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}}, total: 1},
		"bad row":      {file: "a.csv", text: "a,b\n1,2\n3\n4,5\n", columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}}, total: 1, problem: "a.csv:3: fields"},
		"bad header":   {file: "a.csv", text: "a,a\n1,2\n", problem: "a.csv:1: the header names"},
		"no rows":      {file: "a.csv", text: "a,b\n", columns: []string{"a", "b"}, problem: "no rows"},
		"empty":        {file: "a.csv", problem: "empty"},
		"latin 1":      {file: "a.csv", text: "a,b\n1,2\nM\xfcller,3\n", columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}}, total: 1, problem: "a.csv:3: a byte that is not UTF-8"},
		"utf-16":       {file: "a.csv", text: "\xff\xfea\x00", problem: "UTF-16"},
		"spreadsheet":  {file: "a.csv", text: "PK\x03\x04...", problem: "spreadsheet"},
		"cut":          {file: "a.csv", more: true, text: "a,b\n1,2\n3,4\n5,", columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}, {"3", "4"}}, total: 2},
		"cut in quote": {file: "a.csv", more: true, text: "a,b\n1,2\n3,\"x\ny", columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}}, total: 1},
		"cut rune":     {file: "a.csv", more: true, text: "a\n1\n\xe4\xb8", columns: []string{"a"}, rows: [][]string{{"1"}}, total: 1},
		"json":         {file: "a.json", text: `[{"a": 1, "b": "x"}, {"b": [2], "c": null}]`, columns: []string{"a", "b", "c"}, rows: [][]string{{"1", "x", ""}, {"", "[2]", "null"}}, total: 2},
		"json, bad":    {file: "a.json", text: "[{\"a\": 1},\n{\"a\": 2},\n{\"a\": }]", columns: []string{"a"}, rows: [][]string{{"1"}, {"2"}}, total: 2, problem: "a.json:3:"},
		"json, cut":    {file: "a.json", more: true, text: "[{\"a\": 1},\n{\"a\":\n 2", columns: []string{"a"}, rows: [][]string{{"1"}}, total: 1},
		"lines":        {file: "a.jsonl", text: "{\"a\": true}\n\n{\"a\": \"\\u00e4\"}\n", columns: []string{"a"}, rows: [][]string{{"true"}, {"ä"}}, total: 2},
		"lines, bad":   {file: "a.jsonl", text: "{\"a\": 1}\n[2]\n", columns: []string{"a"}, rows: [][]string{{"1"}}, total: 1, problem: "a.jsonl:2:"},
		"other":        {file: "a.txt", text: "x", problem: "must end in .csv"},
		"delimiter":    {file: "a.csv", delimiter: "ab", text: "x", problem: "one character"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Peek([]byte(c.text), c.more, load.DataSource{File: c.file, Delimiter: c.delimiter}, 2)
			problem := ""
			if got.Problem != nil {
				problem = got.Problem.Error()
			}
			if (c.problem == "") != (problem == "") || !strings.Contains(problem, c.problem) {
				t.Errorf("problem %q, want %q", problem, c.problem)
			}
			if fmt.Sprint(got.Columns) != fmt.Sprint(c.columns) || got.Columns == nil || got.Rows == nil || len(c.rows)+len(got.Rows) > 0 && !reflect.DeepEqual(got.Rows, c.rows) || got.Total != c.total {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestPeekIsBounded(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	got := Peek([]byte("a\n"+long+"\n"), false, load.DataSource{File: "a.csv"}, 10)
	if len(got.Rows) != 1 || len(got.Rows[0][0]) > 310 {
		t.Errorf("%d rows", len(got.Rows))
	}
	var columns, row []string
	for i := range MaxColumns {
		columns = append(columns, fmt.Sprint("c", i))
		row = append(row, strings.Repeat("y", 200))
	}
	text := strings.Join(columns, ",") + "\n" + strings.Repeat(strings.Join(row, ",")+"\n", 50)
	if got := Peek([]byte(text), false, load.DataSource{File: "a.csv"}, 50); len(got.Rows) > 6 || got.Total != 50 {
		t.Errorf("%d rows of %d", len(got.Rows), got.Total)
	}
}
