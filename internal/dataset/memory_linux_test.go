package dataset

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// readerOf in the environment makes this binary a process that opens the named file
// and reads rows all over it.
const readerOf = "DATASET_READER_OF"

func TestMain(m *testing.M) {
	if path := os.Getenv(readerOf); path != "" {
		if err := readAll(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// readAll prints by how many bytes the process has grown at most.
func readAll(path string) error {
	before, err := status("VmRSS")
	if err != nil {
		return err
	}
	table, err := Open(path, load.DataSource{File: filepath.Base(path)})
	if err != nil {
		return err
	}
	reader, err := table.Bind(table.Columns())
	if err != nil {
		return err
	}
	var values []load.Value
	for row := int64(0); row < table.Rows(); row += max(1, table.Rows()/200_000) {
		if values, err = reader.Row(values[:0], row); err != nil {
			return err
		}
	}
	peak, err := status("VmHWM")
	if err != nil {
		return err
	}
	fmt.Println(table.Rows(), peak-before)
	return table.Close()
}

// status is a number of bytes out of /proc/self/status.
func status(key string) (int64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), key+":")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " kB")
	n, err := strconv.ParseInt(kilobytes, 10, 64)
	return n << 10, err
}

// 100 MiB cost a worker at most 130 MB, the pages of the file included, whether its
// rows are two bytes long or as long as may be.
func TestMemoryOfALargeFile(t *testing.T) {
	const most = 130_000_000
	// The race detector needs memory and time of its own, so the process has none.
	binary := filepath.Join(t.TempDir(), "reader")
	if out, err := exec.Command("go", "test", "-c", "-race=false", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct{ file, head, row string }{
		{"short.csv", "a\n", "1\n"},
		{"usual.csv", "user,password,mail\n", "somebody,\"pass, word \"\"7\"\"\",somebody@example.com\n"},
		{"long.jsonl", "", `{"text":"` + strings.Repeat("x", MaxRow-12) + "\"}\n"},
	} {
		t.Run(c.file, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			rows := writeLarge(t, path, c.head, c.row)
			child := exec.Command(binary)
			child.Env = append(os.Environ(), readerOf+"="+path)
			child.Stderr = os.Stderr
			out, err := child.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got, grown int64
			if _, err := fmt.Sscan(string(out), &got, &grown); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			t.Logf("%d rows, %d bytes more", got, grown)
			if got != rows {
				t.Errorf("%d rows, want %d", got, rows)
			}
			// Less than a tenth of the file: nothing was measured.
			if grown > most || grown < load.MaxDataFile/10 {
				t.Errorf("the process has grown by %d bytes, at most %d are allowed", grown, most)
			}
		})
	}
}

// writeLarge writes as many rows as a data file may have.
func writeLarge(t *testing.T, path, head, row string) (rows int64) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.WriteString(head)
	rows = int64((load.MaxDataFile - len(head)) / len(row))
	block := max(1, 1<<16/len(row))
	blocks := strings.Repeat(row, block)
	for n := rows; n > 0; n -= int64(block) {
		_, _ = w.WriteString(blocks[:min(int64(block), n)*int64(len(row))])
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return rows
}
