package plan

import "github.com/locust-http/locust-http/load"

// Holds says whether the condition holds for this user now. It allocates nothing on
// simple words.
func (c *Condition) Holds(s *Scope) bool { return c.check.Holds(nil, s) }

// Count is how many rounds Times asks for, from 0 to MaxRounds; anything else is an
// *ExpandError.
func (r *Repeat) Count(s *Scope) (int, error) {
	return 0, &ExpandError{load.ClassInternal, "not there yet"}
}

// Items appends the items of Each: the elements of the JSON array that the list holds,
// at most MaxRounds. A list that is unset, or is no array, is an *ExpandError.
func (r *Repeat) Items(dst []load.Value, s *Scope) ([]load.Value, error) {
	return dst, &ExpandError{load.ClassInternal, "not there yet"}
}
