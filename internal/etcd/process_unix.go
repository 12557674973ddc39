//go:build unix && !linux

package etcd

import (
	"os"
	"os/exec"
	"syscall"
)

// dieWithParent keeps a terminal's Ctrl-C from the child. It dies with its parent by
// the end of its stdin.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func terminate(p *os.Process) { _ = p.Signal(syscall.SIGTERM) }
