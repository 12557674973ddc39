package plan

import "fmt"

// Count is how many values the source of e has in the response, whichever of them it
// takes, up to a bound. It finds all of them, which Extract may not need to.
func (e *Extractor) Count(v *View) (int, error) {
	if err := e.source.find(v, 0); err != nil {
		return 0, fmt.Errorf("%s: %w", e.source, err)
	}
	return len(v.found), nil
}
