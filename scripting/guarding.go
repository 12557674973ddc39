package scripting

import (
	"fmt"

	"github.com/locust-http/locust-http/load"
)

type guardError struct {
	Line    int
	Message string
}

func guarded(text string) *guardError {
	if len(text) > load.MaxSource {
		return &guardError{1, fmt.Sprintf("the text is longer than %d bytes", load.MaxSource)}
	}
	return nil
}
