package modules

// Times are seconds since 1970 as decimals. A layout is "iso" (the default,
// 2024-01-31T09:05:00Z), "iso_ms" (2024-01-31T09:05:00.123Z), "http" (RFC 9110, Wed,
// 31 Jan 2024 09:05:00 GMT), or letters as in strftime:
//   %Y 2024  %y 24  %m 01  %d 31  %e 31 without zero  %j day of the year  %H 09  %I 09 of 12
//   %M 05  %S 00  %L 123 (milliseconds)  %f 123456 (microseconds)  %p AM  %a Wed
//   %A Wednesday  %b Jan  %B January  %z +0000  %Z UTC or +00:00  %s seconds since 1970
//   %F %Y-%m-%d  %T %H:%M:%S  %D %m/%d/%y  %% a %
// A zone is "UTC" (the default) or an offset, "+08:00": zones by name depend on the host.
//
// time.now() → number: seconds, to the microsecond
//   time.now()  -- 1706691900.123456
// time.now_ms() → number: whole milliseconds
//   time.now_ms()  -- 1706691900123
// time.iso([seconds]) → text: a time, else now, in the layout "iso"
//   time.iso(0)  --> 1970-01-01T00:00:00Z
// time.format(seconds [, layout [, zone]]) → text: a time in a layout
//   time.format(0, "%d.%m.%Y %H:%M", "+08:00")  --> 01.01.1970 08:00
// time.parse(text [, layout [, zone]]) → number, or nil and what is wrong: "iso" and "iso_ms"
//   take any RFC 3339 time; zone is for texts that name none
//   time.parse("1970-01-01T08:00:01+08:00")  --> 1

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

func timeLibrary() *sandbox.Library {
	return library("time", map[string]function{
		"now": func(a args) int { return a.push(lua.LNumber(float64(a.now().UnixMicro()) / 1e6)) },
		"now_ms": func(a args) int {
			return a.push(lua.LNumber(a.now().UnixMilli()))
		},
		"iso":    timeISO,
		"format": timeFormat,
		"parse":  timeParse,
	})
}

func (a args) now() time.Time { return sandbox.FrameOf(a.L).Now() }

// Bounds of times: the years 0 to 9999.
const (
	minSeconds = -62167219200
	maxSeconds = 253402300799
	maxLayout  = 1 << 10
)

// seconds reads a time, to the microsecond, which is what a Lua number has.
func (a args) seconds(n int) time.Time {
	f := a.number(n, "seconds")
	if f < minSeconds || f > maxSeconds {
		a.bad(n, "seconds", "is not in the years 0 to 9999; are these milliseconds?")
	}
	whole := math.Floor(f)
	return time.Unix(int64(whole), int64(math.Round((f-whole)*1e6))*1000).UTC()
}

func timeISO(a args) int {
	t := a.now().UTC()
	if a.isSet(1) {
		t = a.seconds(1)
	}
	return a.text(t.Format("2006-01-02T15:04:05Z"))
}

// layout reads a layout as its parts.
func (a args) layout(n int) []layoutPart {
	text := a.optString(n, "layout", "iso")
	if len(text) > maxLayout {
		a.exceeded("argument %d (layout) is longer than %d bytes", n, maxLayout)
	}
	parts, err := parseLayout(text)
	if err != nil {
		a.bad(n, "layout", err.Error())
	}
	return parts
}

// zone reads a zone.
func (a args) zone(n int) *time.Location {
	text := a.optString(n, "zone", "UTC")
	zone, ok := parseZone(text)
	if !ok {
		a.bad(n, "zone", "is "+quoted(lua.LString(text))+`, neither "UTC" nor an offset like "+08:00"`)
	}
	return zone
}

func timeFormat(a args) int {
	t := a.seconds(1)
	switch a.optString(2, "layout", "iso") {
	case "iso":
		return a.text(t.In(a.zone(3)).Format(time.RFC3339))
	case "iso_ms":
		return a.text(t.In(a.zone(3)).Format("2006-01-02T15:04:05.000Z07:00"))
	case "http":
		return a.text(t.Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	}
	return a.text(formatTime(a.layout(2), t.In(a.zone(3))))
}

func timeParse(a args) int {
	text, zone := a.string(1, "text"), a.zone(3)
	var t time.Time
	var err error
	switch a.optString(2, "layout", "iso") {
	case "iso", "iso_ms":
		t, err = time.Parse(time.RFC3339Nano, text)
	case "http":
		t, err = time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", text)
	default:
		t, err = readTime(a.layout(2), text, zone)
		if err != nil {
			return a.failed(err.Error())
		}
	}
	if err != nil {
		return a.failed("not a time in that layout: " + quoted(lua.LString(text)))
	}
	return a.push(lua.LNumber(float64(t.UnixMicro()) / 1e6))
}
