package etcd

import (
	"os"
	"os/exec"
	"syscall"
)

// dieWithParent keeps a console's Ctrl-C from the child. It dies with its parent by
// the end of its stdin.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// terminate does nothing: there is no such signal, the end of stdin says it.
func terminate(*os.Process) {}
