package engine

import (
	"context"
	"runtime/pprof"
	"strconv"
	"strings"
)

// scriptLabel is the name of a script on the goroutine that runs its hook: with
// LabelledTraces, the traceback of an engine that dies has it, and so have CPU profiles.
// Made once per script; the zero value names none. Immutable.
type scriptLabel struct{ ctx context.Context }

// LabelledTraces is the setting of GODEBUG with which a process that dies shows the script
// that ran.
const LabelledTraces = "tracebacklabels=1"

const labelKey = "script"

// newScriptLabel names the script that errors call file.
func newScriptLabel(file string) scriptLabel {
	return scriptLabel{pprof.WithLabels(context.Background(), pprof.Labels(labelKey, file))}
}

// set puts l on this goroutine in place of any other label, some 10 ns. Whoever sets one
// has to set the one before again, or the zero value, before the goroutine does anything
// else: goroutines that it starts meanwhile have the label, too.
func (l scriptLabel) set() {
	if l.ctx == nil {
		l.ctx = context.Background()
	}
	pprof.SetGoroutineLabels(l.ctx)
}

// LabelledScript is the script that a line of a traceback names: the head of the goroutine
// that died, which comes first. It is false for other lines.
//
//	goroutine 22 [running labels:{"script": "plans/shop.yaml"}]:
func LabelledScript(line string) (file string, ok bool) {
	if !strings.HasPrefix(line, "goroutine ") {
		return "", false
	}
	_, list, found := strings.Cut(line, " labels:{")
	for found {
		var key string
		if key, list, found = unquotePrefix(list); !found {
			break
		}
		var value string
		if value, list, found = unquotePrefix(strings.TrimPrefix(list, ": ")); !found {
			break
		}
		if key == labelKey {
			return value, true
		}
		list, found = strings.CutPrefix(list, ", ")
	}
	return "", false
}

// unquotePrefix takes the Go string at the beginning of s.
func unquotePrefix(s string) (text, rest string, ok bool) {
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", s, false
	}
	text, err = strconv.Unquote(quoted)
	return text, s[len(quoted):], err == nil
}
