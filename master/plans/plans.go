// Package plans keeps the plans of a workspace: plans/*.yaml.
package plans

import (
	"time"

	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// Store is the plans of one workspace. A plan with problems can be saved: half-done
// work is not lost.
type Store struct{ *texts.Store }

// Info is a plan in a list. One that cannot be read as a plan is listed with its
// problems.
type Info struct {
	Name         string
	Revision     string
	Modified     time.Time
	Size         int64
	Description  string
	Transactions []string
	Problems     plan.Problems
}

// Open opens the plans of a workspace; the folder is made if it is missing.
func Open(workspace string) (*Store, error) {
	s, err := texts.Open(workspace, "plans")
	if err != nil {
		return nil, err
	}
	return &Store{s}, nil
}

// List is all plans by name.
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
	p, problems := plan.Decode(file, f.Text)
	i.Problems = problems
	if p != nil {
		i.Description = p.Description
		for _, t := range p.Transactions {
			i.Transactions = append(i.Transactions, t.Name)
		}
	}
	return i
}
