package plan

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// DefaultThreshold is the rule of a plan that names none.
func DefaultThreshold() load.Threshold {
	t, err := ParseThreshold("failures < 1%")
	if err != nil {
		panic(err) // a constant text
	}
	t.Default = true
	return t
}

// ThresholdsOf are the rules of p: its own, or the default when it has none. An
// empty list in the plan stays empty.
func ThresholdsOf(p *load.Plan) []load.Threshold {
	if p.Thresholds == nil {
		return []load.Threshold{DefaultThreshold()}
	}
	return p.Thresholds
}

// ParseThreshold reads one rule:
//
//	metric [scheduled] [(target)] op value [over D] [after D] [abort]
//	(p95 | mean | min | max) (name) op number …
//	name op number …
//
// metric is p50 … p99.9 or any pN, mean, max, failures, rps, or dropped. target is a
// transaction, or a transaction / step; its latency is compared with a duration. name is
// a metric of a script, whose values have no unit; by itself it stands for its mean. No
// name is looked up here.
func ParseThreshold(text string) (load.Threshold, error) {
	t := load.Threshold{Rule: text}
	left, op, right, err := splitRule(text)
	if err != nil {
		return t, err
	}
	t.Op = op
	if err := parseSubject(&t, left); err != nil {
		return t, err
	}
	value, options, _ := strings.Cut(right, " ")
	if err := parseLimit(&t, value); err != nil {
		return t, err
	}
	splitTarget(&t)
	return t, parseOptions(&t, strings.Fields(options))
}

// splitRule cuts a rule at its operator, which is the first one outside of
// parentheses: names of transactions may hold any sign.
func splitRule(text string) (left, op, right string, err error) {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		case '<', '>':
			if depth > 0 {
				continue
			}
			op = text[i : i+1]
			right = text[i+1:]
			if strings.HasPrefix(right, "=") {
				op, right = op+"=", right[1:]
			}
			return strings.TrimSpace(text[:i]), op, strings.TrimSpace(right), nil
		}
	}
	if depth != 0 {
		return "", "", "", errors.New("a parenthesis is not closed")
	}
	return "", "", "", errors.New("no comparison: write, for example, p95(buy) < 200ms or failures < 1%")
}

func parseSubject(t *load.Threshold, s string) error {
	s, target, ok := strings.Cut(s, "(")
	if ok {
		inside, found := strings.CutSuffix(strings.TrimSpace(target), ")")
		if !found {
			return errors.New("after the target in parentheses comes the comparison")
		}
		if t.Target = strings.TrimSpace(inside); t.Target == "" {
			return errors.New("the parentheses name no transaction and no metric")
		}
	}
	words := strings.Fields(s)
	switch {
	case len(words) == 2 && words[1] == "scheduled":
		t.Scheduled = true
	case len(words) == 0:
		return errors.New("no metric: for example p95, mean, failures, rps")
	case len(words) > 1:
		return fmt.Errorf("%q is no metric; a transaction is named in parentheses: p95(buy) < 1s", strings.Join(words, " "))
	}
	return parseMetric(t, words[0])
}

func parseMetric(t *load.Threshold, name string) error {
	t.Metric = name
	switch {
	case name == "p":
		return errors.New("p needs a number: p50, p95, p99.9")
	case name == "min" && t.Target == "":
		return errors.New("min is of a metric of a script: min(cart_size) > 0")
	}
	if n, ok := strings.CutPrefix(name, "p"); ok && isJSONNumber(n) && !strings.ContainsAny(n, "eE-") {
		// The exponent keeps the nearest binary number: 99.9/100 is not 0.999.
		q, err := strconv.ParseFloat(n+"e-2", 64)
		if err != nil || q <= 0 || q > 1 {
			return fmt.Errorf("%s: a percentile is above 0 and at most 100; three nines are p99.9", name)
		}
		t.Metric, t.Quantile = "p", q
	}
	if !isBuiltIn(t.Metric) && t.Metric != "min" {
		if t.Target != "" {
			return fmt.Errorf("%s(%s): of a transaction or a metric there are p50 … p99.9, mean and max, of a metric also min, of a transaction also failures and rps", name, t.Target)
		}
		return trend(t, "mean", name)
	}
	if t.Scheduled && !isLatency(t.Metric) {
		return fmt.Errorf("%s has no scheduled form: only latencies have", name)
	}
	if t.Metric == "dropped" && t.Target != "" {
		return errors.New("dropped is of the whole load and takes no target")
	}
	return nil
}

// trend makes t a rule on a metric of a script.
func trend(t *load.Threshold, metric, name string) error {
	if t.Scheduled {
		return fmt.Errorf("%s has no scheduled form: only latencies of transactions have", name)
	}
	t.Metric, t.Trend, t.Target = metric, name, ""
	return load.CheckMetricName(name)
}

func isLatency(metric string) bool { return metric == "p" || metric == "mean" || metric == "max" }

// isBuiltIn says that a metric is measured without any script.
func isBuiltIn(metric string) bool {
	return isLatency(metric) || metric == "failures" || metric == "rps" || metric == "dropped"
}

func parseLimit(t *load.Threshold, s string) error {
	switch {
	case s == "":
		return errors.New("no value after the comparison")
	case t.Trend != "":
		return numberLimit(t, s)
	case (isLatency(t.Metric) && t.Target != "" && !t.Scheduled || t.Metric == "min") && isJSONNumber(s):
		if err := trend(t, t.Metric, t.Target); err != nil {
			return err
		}
		return numberLimit(t, s)
	case t.Metric == "min":
		return fmt.Errorf("min(%s): of a transaction there are p50 … p99.9, mean and max; the values of a metric have no unit", t.Target)
	case isLatency(t.Metric):
		return latencyLimit(t, s)
	case strings.HasSuffix(s, "%"):
		return shareLimit(t, strings.TrimSuffix(s, "%"))
	}
	return numberLimit(t, s)
}

func numberLimit(t *load.Threshold, s string) error {
	if !isJSONNumber(s) {
		if t.Trend != "" {
			return fmt.Errorf("%q is not a number; the values of a metric (%s) have no unit", s, t.Trend)
		}
		return fmt.Errorf("%q is not a number", s)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fmt.Errorf("%s is out of range", s)
	}
	t.Value = v
	return nil
}

// splitTarget tells a transaction from its step.
func splitTarget(t *load.Threshold) {
	if name, step, ok := strings.Cut(t.Target, " / "); ok {
		t.Target, t.Step = strings.TrimSpace(name), strings.TrimSpace(step)
	}
}

func latencyLimit(t *load.Threshold, s string) error {
	if isJSONNumber(s) {
		return fmt.Errorf("%s has no unit: write %sms or %ss", s, s, s)
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is not a duration such as 200ms", s)
	}
	t.Value = float64(d) / float64(time.Millisecond)
	return nil
}

func shareLimit(t *load.Threshold, s string) error {
	if t.Metric != "failures" {
		return fmt.Errorf("%s is not a share: no %% here", t.Metric)
	}
	v, err := strconv.ParseFloat(s+"e-2", 64)
	if err != nil || !isJSONNumber(s) || v < 0 || v > 1 {
		return fmt.Errorf("%s%% is not between 0%% and 100%%", s)
	}
	t.Value, t.Share = v, true
	return nil
}

func parseOptions(t *load.Threshold, words []string) error {
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch word {
		case "abort":
			t.Abort = true
			continue
		case "over", "after":
		default:
			return fmt.Errorf("%q does not belong here: over, after or abort may follow the value", word)
		}
		if len(words) == 0 {
			return fmt.Errorf("%s needs a duration: %s 10s", word, word)
		}
		d, err := parseDuration(&node{text: words[0]})
		if err != nil || d == 0 {
			return fmt.Errorf("%q after %s is not a duration such as 10s", words[0], word)
		}
		if words = words[1:]; word == "over" {
			t.Over = d
		} else {
			t.After = d
		}
	}
	return nil
}

// threshold reads one rule of a plan and refuses those that nothing can judge yet.
func (d *decoder) threshold(n *node, t *load.Threshold, path string) {
	text := d.string(n, path)
	if n.kind != scalarNode {
		return
	}
	parsed, err := ParseThreshold(text)
	if err != nil {
		d.fail(n, path, "threshold: "+err.Error(), "")
		return
	}
	*t = parsed
	switch {
	case t.Over != 0:
		d.refuseLater(n, path, notYet("Threshold", "over"))
	case t.After != 0:
		d.refuseLater(n, path, notYet("Threshold", "after"))
	}
}
