package usage

import (
	"runtime"
	"time"

	"golang.org/x/sys/windows"
)

// cpuTime is the processor time of this process so far, user and system.
func cpuTime() time.Duration {
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user) != nil {
		return 0
	}
	return time.Duration(span(kernel) + span(user))
}

// span is a duration in a Filetime, in nanoseconds; Filetime.Nanoseconds counts from
// 1601 to 1970 and is for dates.
func span(f windows.Filetime) int64 {
	return (int64(f.HighDateTime)<<32 + int64(f.LowDateTime)) * 100
}

// residentMemory is what the Go runtime has from the system.
func residentMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

// OpenFiles is how many files and connections this process may have at once: not bounded here.
func OpenFiles() int64 { return 0 }
