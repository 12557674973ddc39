package modules

import "testing"

func TestTime(t *testing.T) {
	run(t, []vector{
		{`string.format("%.6f", time.now()), time.now_ms(), time.iso()`, "1706691900.123456 | 1706691900123 | 2024-01-31T09:05:00Z"},
		{`time.iso(0), time.iso(-1), time.iso(1.9), time.iso("12")`, "1970-01-01T00:00:00Z | 1969-12-31T23:59:59Z | 1970-01-01T00:00:01Z | 1970-01-01T00:00:12Z"},
		{`time.format(1706691900.123), time.format(1706691900.123, "iso_ms"), time.format(0, "http")`, "2024-01-31T09:05:00Z | 2024-01-31T09:05:00.123Z | Thu, 01 Jan 1970 00:00:00 GMT"},
		{`time.format(0, "iso", "+08:00"), time.format(0, "iso_ms", "-0330"), time.format(0, "http", "+08")`, "1970-01-01T08:00:00+08:00 | 1969-12-31T20:30:00.000-03:30 | Thu, 01 Jan 1970 00:00:00 GMT"},
		{`time.format(1706691900.123456, "%Y %y %m %d %e %j %H %I %M %S %L %f %p %a %A %b %B %z %Z %s %F %T %D %%F")`,
			"2024 24 01 31 31 031 09 09 05 00 123 123456 AM Wed Wednesday Jan January +0000 UTC 1706691900 2024-01-31 09:05:00 01/31/24 %F"},
		{`time.format(0, "%d.%m.%Y %H:%M %Z", "+08:00"), time.format(1706691900, "%Y%m%dT%H%M%SZ"), time.format(0, "January 2006")`, "01.01.1970 08:00 +08:00 | 20240131T090500Z | January 2006"},
		{`time.parse("1970-01-01T08:00:01+08:00"), time.parse("2024-01-31T09:05:00.123Z", "iso_ms"), time.parse("Wed, 31 Jan 2024 09:05:00 GMT", "http")`, "1 | 1.706691900123e+09 | 1706691900"},
		{`time.parse("31.01.2024 09:05", "%d.%m.%Y %H:%M"), time.parse("31.01.2024 09:05", "%d.%m.%Y %H:%M", "+01:00")`, "1706691900 | 1706688300"},
		{`time.parse("wed jan 31 2024 09:05:00 am", "%a %b %d %Y %I:%M:%S %p"), time.parse("12 PM", "%I %p"), time.parse("12 AM", "%I %p"), time.parse("Wednesday January", "%A %B")`, "1706691900 | 43200 | 0 | 0"},
		{`time.parse("1706691900.500", "%s.%L"), time.parse("2024 031", "%Y %j"), time.parse("00 01", "%S %m"), time.parse("1970-01-01 000001", "%F %f"), time.parse("70", "%y"), time.parse("68", "%y")`, "1.7066919005e+09 | 1706659200 | 0 | 1e-06 | 0 | 3092601600"},
		{`time.parse("2024-01-31 10:05 +0100", "%F %H:%M %z"), time.parse("2024-01-31 09:05 UTC", "%F %H:%M %Z"), time.parse("-5", "%s")`, "1706691900 | 1706691900 | -5"},
		{`time.parse("yesterday")`, `nil | not a time in that layout: "yesterday"`},
		{`time.parse("2024-02-30", "%F")`, "nil | not a time: there is no such day"},
		{`time.parse("2023 366", "%Y %j")`, "nil | not a time: there is no such day"},
		{`time.parse("2024-13-01", "%F")`, "nil | not a time in that layout: nothing for %m at byte 5"},
		{`time.parse("2024/01", "%Y-%m")`, `nil | not a time in that layout: "-" is missing at byte 4`},
		{`time.parse("2024 x", "%Y")`, "nil | not a time in that layout: more text at byte 4"},
		{`time.parse("Foo", "%b")`, "nil | not a time in that layout: nothing for %b at byte 0"},
	})
	refuse(t, []vector{
		{`time.iso(1706691900123)`, "time.iso: argument 1 (seconds) is not in the years 0 to 9999; are these milliseconds?"},
		{`time.iso(0/0)`, "time.iso: argument 1 (seconds) is NaN"},
		{`time.format("x")`, "time.format: argument 1 (seconds) is a string, not a number"},
		{`time.format(0, "%Q")`, `time.format: argument 2 (layout) has "%Q", and there are only`},
		{`time.format(0, "50%")`, "time.format: argument 2 (layout) ends with a single %"},
		{`time.format(0, "iso", "Europe/Berlin")`, `time.format: argument 3 (zone) is "Europe/Berlin", neither "UTC" nor an offset`},
		{`time.format(0, ("x"):rep(2000))`, "!time.format: argument 2 (layout) is longer than 1024 bytes"},
		{`time.parse()`, "time.parse: argument 1 (text) is nil, not a string"},
	})
}
