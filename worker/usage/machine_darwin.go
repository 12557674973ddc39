package usage

import "golang.org/x/sys/unix"

// MachineMemory is how many bytes of memory the machine has; 0: not known.
func MachineMemory() int64 {
	total, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(total)
}
