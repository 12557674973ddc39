package plan

// Nearest is the word that was probably meant by s; empty when none is near.
func Nearest(s string, words []string) string { return nearest(s, words) }

// nearest is the word that was probably meant by s; empty when none is near.
func nearest(s string, words []string) string {
	const most = 40
	if s == "" || len(s) > most {
		return ""
	}
	best, word := len(s)/3+1, ""
	if len(s) <= 2 {
		best = 1
	}
	for _, w := range words {
		if d := len(s) - len(w); d > best || -d > best {
			continue // so many letters at least
		}
		if n := editDistance(s, w); n <= best && (word == "" || n < best) {
			best, word = n, w
		}
	}
	return word
}

// editDistance is how many letters to insert, delete, replace or swap with their
// neighbour to turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
