package guard

import "strings"

// HasWord says whether text has word with no letter, digit or _ on either side.
func HasWord(text, word string) bool {
	for from := 0; word != ""; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || !IsWord(text[start-1])) && (end == len(text) || !IsWord(text[end])) {
			return true
		}
		from = start + 1
	}
	return false
}

// IsWord says whether c is a letter, a digit or _.
func IsWord(c byte) bool { return isLetter(int(c)) || isDigit(int(c)) }
