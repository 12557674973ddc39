package modules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// layoutPart is one letter of a layout, or text as it is.
type layoutPart struct {
	letter byte // 0: text
	text   string
}

// letters of a layout; those of groups stand for others.
const letters = "YymdejHIMSLfpaAbBzZs"

func parseLayout(layout string) ([]layoutPart, error) {
	layout = strings.NewReplacer("%%", "%%", "%F", "%Y-%m-%d", "%T", "%H:%M:%S", "%D", "%m/%d/%y").Replace(layout)
	var parts []layoutPart
	for layout != "" {
		i := strings.IndexByte(layout, '%')
		if i < 0 {
			i = len(layout)
		}
		if i > 0 {
			parts = append(parts, layoutPart{text: layout[:i]})
		}
		if layout = layout[i:]; layout == "" {
			break
		}
		switch {
		case len(layout) == 1:
			return nil, fmt.Errorf("ends with a single %%")
		case layout[1] == '%':
			parts = append(parts, layoutPart{text: "%"})
		case strings.IndexByte(letters, layout[1]) < 0:
			return nil, fmt.Errorf("has %q, and there are only: %%F %%T %%D %%%% and %% with one of %s", layout[:2], letters)
		default:
			parts = append(parts, layoutPart{letter: layout[1]})
		}
		layout = layout[2:]
	}
	return parts, nil
}

// parseZone reads UTC, Z, or an offset with or without a colon.
func parseZone(text string) (*time.Location, bool) {
	if text == "UTC" || text == "Z" || text == "GMT" {
		return time.UTC, true
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if t, err := time.Parse(layout, text); err == nil {
			_, offset := t.Zone()
			return fixedZone(offset), true
		}
	}
	return nil, false
}

func fixedZone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

// goLayouts are the letters whose text package time makes.
var goLayouts = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "2", 'j': "002", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
	'p': "PM", 'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'z': "-0700",
}

func formatTime(parts []layoutPart, t time.Time) string {
	var dst []byte
	for _, p := range parts {
		switch p.letter {
		case 0:
			dst = append(dst, p.text...)
		case 'L':
			dst = fmt.Appendf(dst, "%03d", t.Nanosecond()/1e6)
		case 'f':
			dst = fmt.Appendf(dst, "%06d", t.Nanosecond()/1e3)
		case 's':
			dst = strconv.AppendInt(dst, t.Unix(), 10)
		case 'Z':
			if t.Location() == time.UTC {
				dst = append(dst, "UTC"...)
			} else {
				dst = t.AppendFormat(dst, "-07:00")
			}
		default:
			dst = t.AppendFormat(dst, goLayouts[p.letter])
		}
	}
	return string(dst)
}

// reading is a time as far as it was read.
type reading struct {
	year, month, day, hour, minute, second, nanos int
	yearDay                                       int // 0: not given
	twelve, afternoon                             bool
	zone                                          *time.Location
	unix                                          int64
	isUnix                                        bool
	rest                                          string
}

// readTime reads text by a layout.
func readTime(parts []layoutPart, text string, zone *time.Location) (time.Time, error) {
	r := reading{year: 1970, month: 1, day: 1, zone: zone, rest: text}
	for _, p := range parts {
		if !r.part(p) {
			at := len(text) - len(r.rest)
			if p.letter == 0 {
				return time.Time{}, fmt.Errorf("not a time in that layout: %q is missing at byte %d", p.text, at)
			}
			return time.Time{}, fmt.Errorf("not a time in that layout: nothing for %%%c at byte %d", p.letter, at)
		}
	}
	if r.rest != "" {
		return time.Time{}, fmt.Errorf("not a time in that layout: more text at byte %d", len(text)-len(r.rest))
	}
	return r.time()
}

func (r *reading) time() (time.Time, error) {
	if r.isUnix {
		return time.Unix(r.unix, int64(r.nanos)), nil
	}
	if r.twelve {
		r.hour %= 12
		if r.afternoon {
			r.hour += 12
		}
	}
	if r.yearDay > 0 {
		r.month, r.day = 1, r.yearDay
	}
	t := time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.second, r.nanos, r.zone)
	if r.yearDay == 0 && t.Day() != r.day || t.Year() != r.year || t.Hour() != r.hour {
		return time.Time{}, fmt.Errorf("not a time: there is no such day")
	}
	return t, nil
}

// part reads one part of a layout.
func (r *reading) part(p layoutPart) (ok bool) {
	switch p.letter {
	case 0:
		r.rest, ok = strings.CutPrefix(r.rest, p.text)
		return ok
	case 'Y':
		return r.digits(&r.year, 4, 4, 0, 9999)
	case 'y':
		ok = r.digits(&r.year, 2, 2, 0, 99)
		if r.year += 1900; r.year < 1969 {
			r.year += 100 // as POSIX has it
		}
		return ok
	case 'm':
		return r.digits(&r.month, 1, 2, 1, 12)
	case 'd', 'e':
		r.rest = strings.TrimPrefix(r.rest, " ")
		return r.digits(&r.day, 1, 2, 1, 31)
	case 'j':
		return r.digits(&r.yearDay, 1, 3, 1, 366)
	case 'H':
		return r.digits(&r.hour, 1, 2, 0, 23)
	case 'I':
		r.twelve = true
		return r.digits(&r.hour, 1, 2, 1, 12)
	case 'M':
		return r.digits(&r.minute, 1, 2, 0, 59)
	case 'S':
		return r.digits(&r.second, 1, 2, 0, 59)
	case 'L':
		return r.fraction(3)
	case 'f':
		return r.fraction(6)
	case 's':
		return r.seconds()
	}
	return r.word(p.letter)
}

// word reads names and zones.
func (r *reading) word(letter byte) bool {
	switch letter {
	case 'p':
		half, ok := r.name([]string{"AM", "PM"}, 2)
		r.afternoon = half == 1
		return ok
	case 'a':
		_, ok := r.name(weekdays(), 3)
		return ok
	case 'A':
		_, ok := r.name(weekdays(), 0)
		return ok
	case 'b', 'B':
		length := 0
		if letter == 'b' {
			length = 3
		}
		month, ok := r.name(months(), length)
		r.month = month + 1
		return ok
	}
	return r.offset()
}

func weekdays() []string {
	names := make([]string, 7)
	for i := range names {
		names[i] = time.Weekday(i).String()
	}
	return names
}

func months() []string {
	names := make([]string, 12)
	for i := range names {
		names[i] = time.Month(i + 1).String()
	}
	return names
}

// name reads one of some names, of which the first length letters count; 0: all.
func (r *reading) name(names []string, length int) (int, bool) {
	for i, name := range names {
		if length > 0 {
			name = name[:length]
		}
		if len(r.rest) >= len(name) && strings.EqualFold(r.rest[:len(name)], name) {
			r.rest = r.rest[len(name):]
			return i, true
		}
	}
	return 0, false
}

// offset reads a zone: Z, UTC, GMT, +0800 or +08:00.
func (r *reading) offset() bool {
	for _, n := range []int{6, 5, 3, 1} {
		if len(r.rest) < n {
			continue
		}
		if zone, ok := parseZone(r.rest[:n]); ok {
			r.zone, r.rest = zone, r.rest[n:]
			return true
		}
	}
	return false
}

// digits reads a number of low to high digits.
func (r *reading) digits(n *int, low, high, least, most int) bool {
	i := 0
	for i < len(r.rest) && i < high && r.rest[i]-'0' <= 9 {
		i++
	}
	v, err := strconv.Atoi(r.rest[:i])
	if err != nil || i < low || v < least || v > most {
		return false
	}
	*n, r.rest = v, r.rest[i:]
	return true
}

// fraction reads digits behind a decimal point, as nanoseconds.
func (r *reading) fraction(places int) bool {
	n := 0
	if !r.digits(&n, places, places, 0, 999999) {
		return false
	}
	for ; places < 9; places++ {
		n *= 10
	}
	r.nanos = n
	return true
}

func (r *reading) seconds() bool {
	i := 0
	for i < len(r.rest) && (r.rest[i]-'0' <= 9 || i == 0 && r.rest[i] == '-') {
		i++
	}
	n, err := strconv.ParseInt(r.rest[:i], 10, 64)
	if err != nil || n < minSeconds || n > maxSeconds {
		return false
	}
	r.unix, r.isUnix, r.rest = n, true, r.rest[i:]
	return true
}
