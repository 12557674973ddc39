package rows

import "github.com/locust-http/locust-http/load"

// share is the rows that belong to one worker from the start: chunk c of the file
// belongs to worker c mod of. Its rows are counted from 0 in the order of the file:
// only the file's last chunk may be short, so row k of a share is in its chunk k/size.
type share struct {
	rows      int64 // of the file
	index, of int64
	size      int64 // of a chunk
}

func shareOf(rows int64, index, of int) share {
	return share{rows: max(0, rows), index: int64(index), of: int64(max(1, of)), size: chunkSize(rows, of)}
}

// chunkSize is the number of rows of a chunk: 1,000, or fewer when the file has not 16
// such chunks for each worker, so that shares differ by a sixteenth or so. All workers
// come to the same number.
func chunkSize(rows int64, of int) int64 {
	return max(1, min(1000, rows/(16*int64(max(1, of)))))
}

// len is how many rows the share has.
func (s share) len() int64 {
	if s.index < 0 || s.index >= s.of {
		return 0
	}
	turn := s.size * s.of // rows until it is this worker's turn again
	rest := s.rows%turn - s.index*s.size
	return s.rows/turn*s.size + max(0, min(s.size, rest))
}

// row is the row of the file that is the k-th of the share.
func (s share) row(k int64) int64 {
	return (k/s.size*s.of+s.index)*s.size + k%s.size
}

// last is up to n rows at the end of from ≤ k < to, within one chunk, or any number of
// them if all chunks are the share's.
func (s share) last(from, to, n int64) load.RowRange {
	begin := max(from, to-n)
	if s.of > 1 {
		begin = max(begin, (to-1)/s.size*s.size)
	}
	last := s.row(to - 1)
	return load.RowRange{From: last - (to - 1 - begin), To: last + 1}
}

// without is ranges without the first given rows of the share.
func (s share) without(ranges []load.RowRange, given int64) []load.RowRange {
	if given == 0 {
		return ranges
	}
	var out []load.RowRange
	for _, r := range ranges {
		for from := r.From; from < r.To; {
			chunk := from / s.size
			piece := load.RowRange{From: from, To: min(r.To, (chunk+1)*s.size)}
			from = piece.To
			if chunk%s.of == s.index {
				left := given - chunk/s.of*s.size // rows of this chunk that were given
				piece.From = max(piece.From, chunk*s.size+left)
			}
			out = join(out, piece)
		}
	}
	return out
}
