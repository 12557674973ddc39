package master

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/master/environments"
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/plans"
	"github.com/locust-http/locust-http/master/secrets"
)

// PrivateFolder is where a master keeps what is not the user's, in its workspace:
// secrets, files that callers have brought along, and the embedded etcd. No plan can use
// what is in it.
const PrivateFolder = ".locust-http"

// HistoryFile is where the runs of a workspace are kept, in it. Beside it are files
// of SQLite, and damaged ones that were put aside. No plan can use any of them either.
const HistoryFile = "history.db"

// PrivateDir makes the private folder of a workspace, out of git's sight, and returns
// its absolute path.
func PrivateDir(workspace string) (string, error) {
	dir, err := filepath.Abs(filepath.Join(workspace, PrivateFolder))
	if err != nil {
		return "", fmt.Errorf("make the master's folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the master's folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("*\n"), 0o600); err != nil {
		return "", fmt.Errorf("make the master's folder: %w", err)
	}
	return dir, nil
}

// open opens everything that the master keeps on disk. What is open when it fails is
// for close.
func (m *Master) open() (err error) {
	dir := m.config.Workspace
	if m.config.Lock == nil {
		take := func(dir string) (*WorkspaceLock, error) { return LockWorkspace(context.Background(), dir, m.log) }
		if _, err = opened(m, take, dir); err != nil {
			return err
		}
	}
	private, err := PrivateDir(dir)
	if err != nil {
		return err
	}
	if m.plans, err = plans.Open(dir); err != nil {
		return err
	}
	if m.environments, err = environments.Open(dir); err != nil {
		return err
	}
	read := func(dir string) (*workspace.Workspace, error) {
		return workspace.Open(dir, PrivateFolder, HistoryFile+"*")
	}
	if m.workspace, err = opened(m, read, dir); err != nil {
		return err
	}
	if err = m.openEditing(dir); err != nil {
		return err
	}
	if m.secrets, err = opened(m, secrets.Open, private); err != nil {
		return err
	}
	keep := func(dir string) (*blobs.Store, error) { return blobs.Open(dir, uploadLimit) }
	if m.uploads, err = opened(m, keep, filepath.Join(private, "files")); err != nil {
		return err
	}
	remember := func(dir string) (*history.Store, error) { return history.Open(filepath.Join(dir, HistoryFile), m.log) }
	if m.history, err = opened(m, remember, dir); err != nil {
		return err
	}
	former, err := m.history.Abandoned(context.Background())
	m.fleet.Disown(former, m.epoch)
	return err
}

// opened opens one of them and sees to it that it is closed.
func opened[T io.Closer](m *Master, open func(dir string) (T, error), dir string) (T, error) {
	c, err := open(dir)
	if err == nil {
		m.closers = append(m.closers, c)
	}
	return c, err
}

// close closes what is open, the lock of the workspace last.
func (m *Master) close() error {
	var errs []error
	for _, c := range slices.Backward(m.closers) {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
