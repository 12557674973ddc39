package master

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/locust-http/locust-http/internal/filelock"
)

// ErrInUse: another master has the workspace. Test with errors.Is.
var ErrInUse = errors.New("another master uses the workspace")

// lockWait is how long a predecessor that is still going down is waited for.
const lockWait = 5 * time.Second

// WorkspaceLock keeps other masters out of a workspace: a second one would take the runs of
// the first for those of one that is gone, and end them.
type WorkspaceLock struct{ file *os.File }

// LockWorkspace takes a workspace for one master, or is ErrInUse. Where files cannot be
// locked the log is told, and nothing keeps a second master out.
func LockWorkspace(ctx context.Context, workspace string, log *slog.Logger) (*WorkspaceLock, error) {
	dir, err := PrivateDir(workspace)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the workspace: %w", err)
	}
	for end := time.Now().Add(lockWait); ; {
		err := filelock.Try(f)
		switch {
		case err == nil:
			return &WorkspaceLock{f}, nil
		case !errors.Is(err, filelock.ErrLocked):
			log.Warn("the workspace cannot be locked: see to it that no other master uses it", "workspace", workspace, "error", err)
			return &WorkspaceLock{f}, nil
		case time.Now().After(end):
			return nil, errors.Join(fmt.Errorf("%w %s: end it, or give this one another folder", ErrInUse, filepath.Dir(dir)), f.Close())
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("lock the workspace: %w", ctx.Err()), f.Close())
		}
	}
}

// Close lets the workspace go. The file stays: to remove it could part two masters that
// wait for it.
func (l *WorkspaceLock) Close() error { return l.file.Close() }
