package history

import (
	"context"
	"fmt"
)

// Migrations is how many there are.
const Migrations = len(migrations)

// LimitPages makes the disk full once the file has n pages.
func (s *Store) LimitPages(n int) error {
	_, err := s.writer.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// Ask gives a number out of the file.
func (s *Store) Ask(query string, args ...any) (n int64, err error) {
	err = s.writer.QueryRowContext(context.Background(), query, args...).Scan(&n)
	return n, err
}

// Do changes the file.
func (s *Store) Do(query string, args ...any) error {
	_, err := s.writer.ExecContext(context.Background(), query, args...)
	return err
}
