package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/locust-http/locust-http/load"
)

// optional is the value of a flag that changes something only when it is given.
type optional[T any] struct {
	to    **T
	kind  string // in --help
	parse func(string) (T, error)
}

func (o optional[T]) Set(text string) error {
	v, err := o.parse(text)
	if err != nil {
		return err
	}
	*o.to = &v
	return nil
}

func (o optional[T]) Type() string { return o.kind }

func (o optional[T]) String() string {
	if o.to == nil || *o.to == nil {
		return ""
	}
	return fmt.Sprint(**o.to)
}

func positiveInt(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errors.New("must be a whole number from 1")
	}
	return n, nil
}

func positiveRate(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return 0, errors.New("must be a number above 0")
	}
	return v, nil
}

func positiveDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a duration above 0, such as 30s or 5m")
	}
	return d, nil
}

func seed(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, errors.New("must be a whole number from 0")
	}
	return n, nil
}

// overrideFlags are the flags that change what a plan says.
type overrideFlags struct {
	BaseURL   string
	Vars      []string
	Tags      []string
	Users     *int
	SpawnRate *float64
	Rate      *float64
	MaxUsers  *int
	Duration  *time.Duration
	Seed      *uint64
	Scenario  string
	Scale     *float64
}

// bind offers all of them.
func (o *overrideFlags) bind(f *pflag.FlagSet) {
	o.bindLoad(f)
	o.bindRequests(f)
	f.StringArrayVar(&o.Tags, "tag", nil, "tag of the run, `name=value`; repeatable")
}

// bindRequests offers those that change what is sent.
func (o *overrideFlags) bindRequests(f *pflag.FlagSet) {
	f.Var(optional[uint64]{&o.Seed, "N", seed}, "seed", "of every random choice (default: the plan's, else a new one)")
	f.StringVar(&o.BaseURL, "base-url", "", "`URL` that paths are resolved against (default: the plan's base_url)")
	f.StringArrayVar(&o.Vars, "var", nil, "variable `name=value`; repeatable")
}

// bindLoad offers those that change how hard it is sent.
func (o *overrideFlags) bindLoad(f *pflag.FlagSet) {
	f.Var(optional[int]{&o.Users, "N", positiveInt}, "users", "users at the peak: replaces the plan's load (default: the plan's)")
	f.Var(optional[float64]{&o.SpawnRate, "N", positiveRate}, "spawn-rate", "users let in per second (default: all at once)")
	f.Var(optional[float64]{&o.Rate, "N", positiveRate}, "rate", "transactions begun per second, instead of users (default: the plan's)")
	f.Var(optional[int]{&o.MaxUsers, "N", positiveInt}, "max-users", "most users of a --rate load (default: the plan's, or one per start of a second, at least 50)")
	f.Var(optional[time.Duration]{&o.Duration, "DURATION", positiveDuration}, "duration", "how long the load lasts (default: the plan's)")
	f.StringVar(&o.Scenario, "scenario", "", "`NAME` of the scenario that the load flags are about, in a plan with scenarios")
	f.Var(optional[float64]{&o.Scale, "N", positiveRate}, "scale", "multiplies the load: of all scenarios, or of --scenario (default: 1)")
}

func (o *overrideFlags) overrides() (load.Overrides, error) {
	vars, err := pairs("var", o.Vars)
	if err != nil {
		return load.Overrides{}, err
	}
	tags, err := pairs("tag", o.Tags)
	if err != nil {
		return load.Overrides{}, err
	}
	if u, err := url.Parse(o.BaseURL); o.BaseURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return load.Overrides{}, usage("for example: --base-url http://127.0.0.1:8080", "--base-url %q is not an http:// or https:// URL", o.BaseURL)
	}
	if o.Users != nil && o.Rate != nil {
		return load.Overrides{}, usage("a load is either so many users or so many starts per second", "--users and --rate exclude each other")
	}
	var scale float64
	if o.Scale != nil {
		scale = *o.Scale
	}
	return load.Overrides{
		Scenario: o.Scenario, Scale: scale, BaseURL: o.BaseURL, Variables: vars, Users: o.Users, SpawnRate: o.SpawnRate, Rate: o.Rate,
		MaxUsers: o.MaxUsers, Duration: o.Duration, Seed: o.Seed, Tags: tags,
	}, nil
}

// logFlags say how much a long-lived process tells.
type logFlags struct{ Level logLevel }

// logLevel is a flag of slog.Level.
type logLevel slog.Level

func (l *logLevel) Set(text string) error {
	if err := (*slog.Level)(l).UnmarshalText([]byte(text)); err != nil {
		return errors.New("must be debug, info, warn or error")
	}
	return nil
}

func (l *logLevel) String() string { return strings.ToLower(slog.Level(*l).String()) }
func (l *logLevel) Type() string   { return "LEVEL" }

func (l *logFlags) bind(f *pflag.FlagSet) {
	f.Var(&l.Level, "log-level", "what is logged: debug, info, warn or error")
}

func (l *logFlags) log(w io.Writer) *slog.Logger { return logTo(w, slog.Level(l.Level)) }
