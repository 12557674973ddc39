package master

// Calls are the patterns of all calls of the API.
func (m *Master) Calls() (patterns []string) {
	for _, c := range m.calls() {
		patterns = append(patterns, c.pattern)
	}
	return patterns
}

// HoldDisk keeps the files of plans from being read until release, as other searches
// that take long would.
func (m *Master) HoldDisk() (release func()) {
	m.hashing <- struct{}{}
	return func() { <-m.hashing }
}

// TakeUploads takes all places of uploads until release.
func (m *Master) TakeUploads() (release func()) {
	for range cap(m.uploading) {
		m.uploading <- struct{}{}
	}
	return func() {
		for range cap(m.uploading) {
			<-m.uploading
		}
	}
}

// InMemory is how many runs are in memory.
func (m *Master) InMemory() int { return len(m.entries()) }

// BreakHistory has every further call of the history fail.
func (m *Master) BreakHistory() { m.history.Close() }
