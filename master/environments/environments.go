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
	Name      string
	Revision  string
	Modified  time.Time
	Size      int64
	BaseURL   string
	Secrets   []string // names
	Variables []load.Variable
	Problems  plan.Problems
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
	list := []Info{}
	err := s.Each(func(f texts.File, err error) { list = append(list, infoOf(f, err)) })
	if err != nil {
		return nil, err
	}
	return list, nil
}

func infoOf(f texts.File, err error) Info {
	i, file := Info{Name: f.Name}, texts.FileName(f.Name)
	if err != nil {
		i.Problems = plan.Problems{{File: file, Message: err.Error()}}
		return i
	}
	i.Revision, i.Modified, i.Size = f.Revision, f.Modified, int64(len(f.Text))
	e, problems := plan.DecodeEnvironment(file, f.Text)
	i.Problems = problems
	if e != nil {
		i.BaseURL, i.Secrets, i.Variables = string(e.BaseURL), e.Secrets, e.Variables
	}
	return i
}
