package history

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
)

// maxContent bounds what one stored text may unpack to, in bytes.
const maxContent = 512 << 20

// keep stores a content once, however many runs have it, and gives its digest; nil for nil.
func keep(ctx context.Context, tx *sql.Tx, content []byte) ([]byte, error) {
	if content == nil {
		return nil, nil
	}
	sum := sha256.Sum256(content)
	digest := sum[:]
	var there bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM contents WHERE digest = ?)", digest).Scan(&there)
	if err != nil || there {
		return digest, err
	}
	packed, err := pack(content)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO contents VALUES (?, ?, ?)", digest, len(content), packed)
	return digest, err
}

// kept is the content of a digest; nil for nil.
func kept(ctx context.Context, q querier, digest []byte) ([]byte, error) {
	if digest == nil {
		return nil, nil
	}
	var packed []byte
	if err := q.QueryRowContext(ctx, "SELECT packed FROM contents WHERE digest = ?", digest).Scan(&packed); err != nil {
		return nil, err
	}
	content, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(content) != [sha256.Size]byte(digest) {
		return nil, fmt.Errorf("content %x is not what was stored", digest)
	}
	return content, nil
}

// forget removes the contents that no run has any more.
func forget(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM contents WHERE
		NOT EXISTS (SELECT 1 FROM runs WHERE plan_text = digest) AND
		NOT EXISTS (SELECT 1 FROM runs WHERE plan_json = digest) AND
		NOT EXISTS (SELECT 1 FROM runs WHERE start_order = digest) AND
		NOT EXISTS (SELECT 1 FROM scripts WHERE content = digest)`)
	return err
}

func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxContent+1))
	if err != nil {
		return nil, fmt.Errorf("unpack what is stored: %w", err)
	}
	if len(content) > maxContent {
		return nil, fmt.Errorf("unpack what is stored: it has over %d bytes", maxContent)
	}
	return content, nil
}
