package plan

import "github.com/locust-http/locust-http/load"

// Encode is the canonical JSON of p.
func Encode(p *load.Plan) ([]byte, error) { return nil, errTODO }
