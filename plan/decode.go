package plan

import (
	"github.com/locust-http/locust-http/load"
)

// Decode reads a plan.
func Decode(file string, text []byte) (*load.Plan, Problems) {
	return nil, Problems{{File: file, Message: errTODO.Error()}}
}
