//go:build !linux && !darwin

package usage

// MachineMemory is how many bytes of memory the machine has: not known here.
func MachineMemory() int64 { return 0 }
