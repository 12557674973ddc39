package master

import "context"

// WatchWorkspace is watchWorkspace.
func (m *Master) WatchWorkspace(ctx context.Context, asked func() bool, tell func(keys []string)) {
	m.watchWorkspace(ctx, asked, tell)
}
