package history

import (
	"context"
	"database/sql"
	"errors"
)

// errEnough ends a loop over rows before their end, without an error.
var errEnough = errors.New("enough")

// each calls f for every row of a query whose first argument is the number of run id.
func (s *Store) each(ctx context.Context, id, query string, args []any, f func(*sql.Rows) error) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		return scan(ctx, tx, query, append([]any{number}, args...), f)
	})
}

// scan calls f for every row of a query.
func scan(ctx context.Context, q querier, query string, args []any, f func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return rows.Err()
}
