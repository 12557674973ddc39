package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func names(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%sc%d", []string{",", ""}[min(1, max(0, 1-i))], i)
	}
	return b.String()
}

// quotes is a header whose names are short but take more than MaxRow bytes to write.
func quotes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\"%s%d\",", strings.Repeat(`""`, 1000), i)
	}
	return b.String() + "last\n"
}

// Every refusal says where and why, and shows nothing of the values.
func TestRefused(t *testing.T) {
	long := strings.Repeat("x", MaxRow)
	for name, c := range map[string]struct {
		file, text string
		line       int
		want       string
	}{
		"empty file":          {"a.csv", "", 0, "empty"},
		"only a mark":         {"a.csv", "\ufeff", 1, "a header"},
		"only line ends":      {"a.csv", "\n\r\n", 3, "a header"},
		"only a header":       {"a.csv", "a,b\n", 2, "no rows"},
		"too few fields":      {"a.csv", "a,b\n1,2\n\nsecret\n", 4, "fields of this row: 1, of the header: 2"},
		"too many fields":     {"a.csv", "a,b\n1,2,secret\n", 2, "fields of this row: 3, of the header: 2"},
		"another delimiter":   {"a.csv", "a;b\n1,5;secret\n", 2, `delimiter: ";"`},
		"no name":             {"a.csv", "a,,b\n1,2,3\n", 1, "no name for column 2"},
		"no last name":        {"a.csv", "a,\n1,2\n", 1, "no name for column 2"},
		"name twice":          {"a.csv", "a,b,\"a\"\n1,2,3\n", 1, `names the column "a" twice`},
		"long name":           {"a.csv", strings.Repeat("n", MaxName+1) + "\n1\n", 1, "a column name of 1025 bytes"},
		"too many columns":    {"a.csv", names(MaxColumns+1) + "\n", 1, "more than 1000 columns"},
		"unclosed quote":      {"a.csv", "a,b\n1,2\n\"\n\",\"secret\n\n", 4, "a quote that is not closed"},
		"unclosed for long":   {"a.csv", "a\n1\n\"" + long + "\n", 3, "longer than 1 MiB"},
		"long row":            {"a.csv", "a\n1\n" + long + "\n", 3, "longer than 1 MiB"},
		"long header":         {"a.csv", quotes(600), 1, "longer than 1 MiB"},
		"text behind a quote": {"a.csv", "a\n\"1\"secret\n", 2, "behind a closing quote"},
		"quote within":        {"a.csv", "a\nsecret\"\n", 2, "a quote within a value"},
		"CR alone":            {"a.csv", "a,b\r1,2\r", 1, "carriage return"},
		"not UTF-8":           {"a.csv", "a\n\xe4\n", 2, "not UTF-8"},
		"not UTF-8, then NUL": {"a.csv", "a\n\xe4\n\x00", 2, "not UTF-8"},
		"NUL":                 {"a.csv", "a\n\n1\x00\n\xe4", 3, "NUL"},
		"UTF-16, little":      {"a.csv", "\xff\xfea\x00\n\x00", 1, "UTF-16: save the file as UTF-8"},
		"UTF-16, big":         {"a.jsonl", "\xfe\xff\x00{", 1, "UTF-16: save the file as UTF-8"},
		"UTF-16, unmarked":    {"a.json", "[\x00{\x00", 1, "UTF-16"},
		"spreadsheet":         {"a.csv", "PK\x03\x04\x00", 1, "spreadsheet"},
		"another ending":      {"a.txt", "a\n1\n", 0, "must end in .csv, .json or .jsonl"},
		"no ending":           {"csv", "a\n1\n", 0, "must end in .csv, .json or .jsonl"},

		"no array":              {"a.json", `{"a":1}`, 1, "must end in .jsonl"},
		"a word":                {"a.json", "secret", 1, "an array of objects"},
		"empty array":           {"a.json", "[ ]\n", 2, "no rows"},
		"array of numbers":      {"a.json", "[\n{},\n7]", 3, "a row as an object"},
		"array of arrays":       {"a.json", "[[]]", 1, "a row as an object"},
		"comma at the end":      {"a.json", "[{},]", 1, "a row as an object"},
		"no comma":              {"a.json", "[{}{}]", 1, "a comma"},
		"more behind":           {"a.json", "[{}]\n]", 2, "nothing more"},
		"empty, more behind":    {"a.json", "[]\n{}", 2, "nothing more"},
		"unclosed array":        {"a.json", "[{}\n", 2, "not the end"},
		"key twice":             {"a.json", "[{\"a\":1,\n\"\\u0061\":\"secret\"}]", 2, `the key "a" stands twice`},
		"key twice, later row":  {"a.json", "[{\"a\":1,\"b\":2},\n{\"b\":1,\"a\":2,\"b\":3}]", 2, `the key "b" stands twice`},
		"key without quotes":    {"a.json", "[{secret:1}]", 1, "a key in double quotes"},
		"no colon":              {"a.json", "[{\"a\" 1}]", 1, "a colon"},
		"comma in an object":    {"a.json", "[{\"a\":1,}]", 1, "a key in double quotes"},
		"leading zero":          {"a.json", "[{\"a\":010}]", 1, "a comma or }"},
		"no number":             {"a.json", "[{\"a\":-}]", 1, "a digit"},
		"no exponent":           {"a.json", "[{\"a\":1e}]", 1, "a digit"},
		"no fraction":           {"a.json", "[{\"a\":1.}]", 1, "a digit"},
		"no word":               {"a.json", "[{\"a\":tru}]", 1, "true, false, null"},
		"no value":              {"a.json", "[{\"a\":}]", 1, "a value"},
		"unknown escape":        {"a.json", `[{"a":"\x"}]`, 1, "an escape"},
		"short escape":          {"a.json", `[{"a":"\u12"}]`, 1, "an escape"},
		"control character":     {"a.json", "[{\"a\":\"sec\tret\"}]", 1, "control character"},
		"line end in text":      {"a.jsonl", "{}\n{\"a\":\"secret\n\"}", 2, "JSON lines have one object on each line"},
		"unclosed text":         {"a.json", "[{\"a\":\"secret", 1, "a quote that is not closed"},
		"too deep":              {"a.json", "[{},\n{\"a\":" + strings.Repeat("[", 64) + strings.Repeat("]", 64) + "}]", 2, "deeper than 64"},
		"much too deep":         {"a.jsonl", "{\"a\":" + strings.Repeat("[", 1<<19), 1, "deeper than 64"},
		"long object":           {"a.json", "[{},\n{\"a\":\"" + long + "\"}]", 2, "longer than 1 MiB"},
		"long line":             {"a.jsonl", "{}\n{\"a\":\"" + long + "\"}\n{}", 2, "longer than 1 MiB"},
		"many keys":             {"a.jsonl", "{}\n" + `{"` + strings.ReplaceAll(names(MaxColumns+1), ",", `":1,"`) + `":1}`, 2, "more than 1000 columns"},
		"long key":              {"a.jsonl", `{"` + strings.Repeat("n", MaxName+1) + `":1}`, 1, "a column name of 1025 bytes"},
		"array of lines":        {"a.jsonl", "[\n{}]", 1, "must end in .json"},
		"line of two":           {"a.jsonl", "{}\n{} {}\n", 2, "one object on each line"},
		"line with more behind": {"a.jsonl", "{}\n{},\n{}", 2, "one object on each line"},
		"object over lines":     {"a.jsonl", "{}\n\n{\n\"a\":1}\n", 3, "one object on each line"},
		"line that is no row":   {"a.jsonl", "{}\n7\n", 2, "a row as an object"},
		"unclosed line":         {"a.jsonl", "{}\n{\"a\":1", 2, "not the end"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(write(t, c.text), load.DataSource{File: c.file})
			var problem *Error
			if !errors.As(err, &problem) {
				t.Fatalf("%v", err)
			}
			if problem.File != c.file || problem.Line != c.line || !strings.Contains(problem.Message, c.want) {
				t.Errorf("%v\nwant line %d: %s", err, c.line, c.want)
			}
			if s := err.Error(); strings.Contains(s, "secret") || len(s) > 400 {
				t.Errorf("shows a value or is long: %.500s", s)
			}
		})
	}
}

func TestDelimiters(t *testing.T) {
	path := write(t, "a,b\n1,2\n")
	for _, delimiter := range []string{",,", "\"", "\n", "\r", "\x00", "\xff", "\ufeff", `\n`, strings.Repeat(";", 1000)} {
		if _, err := Open(path, load.DataSource{File: "a.csv", Delimiter: delimiter}); err == nil || len(err.Error()) > 200 {
			t.Errorf("%q: %v", delimiter, err)
		}
	}
	if _, err := Open(path, load.DataSource{File: "a.json", Delimiter: ";"}); err == nil || !strings.Contains(err.Error(), "for .csv only") {
		t.Error(err)
	}
}

// The longest row that is allowed is read in full.
func TestLongestRows(t *testing.T) {
	x := strings.Repeat("x", MaxRow-10)
	for file, text := range map[string]string{
		"a.csv":   "a\n" + x + "\n" + x + strings.Repeat("y", 9) + "\n1\n",
		"a.json":  `[{"a":"` + x + `"},` + "\n" + `{"a":"` + x + `z"}, {"a":1}]`,
		"a.jsonl": `{"a":"` + x + `"}` + "\n" + `{"a":"` + x + `yz"}` + "\n{}",
	} {
		v, err := bind(t, open(t, file, text), "a").Row(nil, 1)
		if err != nil || len(v[0].Text) < len(x)+1 {
			t.Error(err)
		}
	}
}

func TestTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(load.MaxDataFile+1), f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, load.DataSource{File: "a.csv"}); err == nil || !strings.Contains(err.Error(), "over the limit of 100 MiB") {
		t.Error(err)
	}
}
