package load

// Environment is where a plan runs: environments/NAME.yaml of the workspace. It comes
// over the plan and under the flags or the dialog of a start. Package plan reads and
// writes the text; Plan.With applies it.
type Environment struct {
	Name      string     `key:"-"`
	BaseURL   Text       `key:"base_url" doc:"instead of the plan's"`
	Variables []Variable `key:"variables" doc:"over those of the plan"`
	Headers   []Pair     `key:"headers" doc:"over those of the plan's defaults"`
	// Secrets are names only: values come from --secret, LOCUST_HTTP_SECRET_NAME, or the
	// master's store. Each must have a value when a run starts.
	Secrets []string `key:"secrets" doc:"names of the secrets that must have a value"`
	Limits  Limits   `key:"limits" doc:"what no load may exceed here"`
}

// Limits bound the load in an environment; 0: no limit.
type Limits struct {
	MaxUsers int     `key:"max_users" doc:"users of all scenarios together"`
	MaxRate  float64 `key:"max_rate" doc:"starts per second of all scenarios together"`
}
