package engine

import (
	"context"
	"fmt"

	"github.com/locust-http/locust-http/load"
)

// Yield takes rows of a source away that no user has been given.
func (s *session) Yield(_ context.Context, source string, n int64) ([]load.RowRange, error) {
	src, err := s.run.uniqueSource(source)
	if err != nil {
		return nil, fmt.Errorf("yield: %w", err)
	}
	return src.pool.Yield(n), nil
}

// Grant answers the open request for rows of a source.
func (s *session) Grant(_ context.Context, g load.Grant) error {
	src, err := s.run.uniqueSource(g.Source)
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	src.pool.Grant(g)
	s.run.larder.deliver()
	return nil
}
