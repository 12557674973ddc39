// Package environments keeps the environments of a workspace: environments/*.yaml.
package environments

import (
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// Store is the environments of one workspace. One with problems can be saved:
// half-done work is not lost.
type Store struct{ *texts.Store }

// Info is an environment in a list. One that cannot be read is listed with its
// problems.
type Info struct {
	Name     string
	Revision string
	Modified time.Time
	Size     int64
	BaseURL  string
	Secrets  []string // names
	Problems plan.Problems
}

// Open opens the environments of a workspace; the folder is made if it is missing.
func Open(workspace string) (*Store, error) {
	s, err := texts.Open(workspace, "environments")
	if err != nil {
		return nil, err
	}
	return &Store{s}, nil
}

// List is all environments by name.
func (s *Store) List() ([]Info, error) {
	names, err := s.Names()
	if err != nil {
		return nil, err
	}
	list := []Info{}
	for _, name := range names {
		list = append(list, s.info(name))
	}
	return list, nil
}

func (s *Store) info(name string) Info {
	i, file := Info{Name: name}, texts.FileName(name)
	f, err := s.Read(name)
	if err != nil {
		i.Problems = plan.Problems{{File: file, Message: err.Error()}}
		return i
	}
	i.Revision, i.Modified, i.Size = f.Revision, f.Modified, int64(len(f.Text))
	e, problems := plan.DecodeEnvironment(file, f.Text)
	i.Problems = problems
	if e != nil {
		i.BaseURL, i.Secrets = string(e.BaseURL), e.Secrets
	}
	return i
}

// Decode reads a text as an environment. It is nil when a problem keeps it from being
// used.
func Decode(file string, text []byte) (*load.Environment, plan.Problems) {
	e, problems := plan.DecodeEnvironment(file, text)
	if problems.Err() != nil {
		return nil, problems
	}
	return e, problems
}
