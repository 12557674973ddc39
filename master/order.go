package master

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/secrets"
	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// Order is what is to be played, and with what: the part that a run, its preflight and
// Send once have in common. The plan is one of the workspace by name, or inline (its
// text as a JSON string, or the plan itself as a JSON object).
type Order struct {
	Plan      string          `json:"plan,omitempty"`
	Inline    json.RawMessage `json:"inline,omitempty"`
	File      string          `json:"file,omitempty"` // of an inline plan, for messages
	Overrides Overrides       `json:"overrides"`
	// Environment is the name of an environment: of the workspace, or, with
	// EnvironmentText, only what it is called.
	Environment     string            `json:"environment,omitempty"`
	EnvironmentText string            `json:"environment_text,omitempty"`
	Env             map[string]string `json:"env,omitempty"`     // values of {{$env NAME}}; what is not here comes from the master's own environment
	Secrets         map[string]string `json:"secrets,omitempty"` // values of {{secret.NAME}}; what is not here comes from the master's store, else from LOCUST_HTTP_SECRET_NAME
	// Files are those that the caller has brought along (POST /files); without any, what
	// the plan names is looked for in the workspace.
	Files []FileInfo `json:"files,omitempty"`
	// Scripts are the Lua files that the caller has brought along, by their paths in the
	// caller's workspace (scripts/sign.lua): those that the plan names, and libraries. Also
	// an empty object says that there are no others; without it they are looked for in the
	// workspace.
	Scripts map[string]string `json:"scripts"`
}

// Overrides are what the start of a run changes about its plan.
type Overrides struct {
	Scenario  string            `json:"scenario,omitempty"` // that the load fields are about, in a plan with scenarios
	Scale     float64           `json:"scale,omitempty"`    // multiplies the load of all scenarios, or of Scenario
	BaseURL   string            `json:"base_url,omitempty"`
	Variables map[string]string `json:"variables,omitempty"`
	Users     *int              `json:"users,omitempty"`
	SpawnRate *float64          `json:"spawn_rate,omitempty"`
	Rate      *float64          `json:"rate,omitempty"`
	MaxUsers  *int              `json:"max_users,omitempty"`
	Duration  *Duration         `json:"duration,omitempty"`
	// GracefulStop is how long users may finish their transaction at the end.
	GracefulStop *Duration         `json:"graceful_stop,omitempty"`
	Seed         *uint64           `json:"seed,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"`
}

// OverridesOf is o as the API speaks of it, without its environment.
func OverridesOf(o load.Overrides) Overrides {
	return Overrides{
		Scenario: o.Scenario, Scale: o.Scale, BaseURL: o.BaseURL, Variables: o.Variables, Users: o.Users, SpawnRate: o.SpawnRate,
		Rate: o.Rate, MaxUsers: o.MaxUsers, Duration: (*Duration)(o.Duration), GracefulStop: (*Duration)(o.GracefulStop), Seed: o.Seed, Tags: o.Tags,
	}
}

func (o Overrides) load(e *load.Environment) load.Overrides {
	return load.Overrides{
		Environment: e, Scenario: o.Scenario, Scale: o.Scale, BaseURL: o.BaseURL, Variables: o.Variables, Users: o.Users,
		SpawnRate: o.SpawnRate, Rate: o.Rate, MaxUsers: o.MaxUsers, Duration: o.Duration.of(), GracefulStop: o.GracefulStop.of(), Seed: o.Seed, Tags: o.Tags,
	}
}

// draft is an order as far as it could be read. Without a plan, problems say why.
type draft struct {
	file        string
	text        []byte
	problems    plan.Problems
	plan        *load.Plan
	program     *plan.Program
	encoded     []byte // canonical JSON of plan
	scripts     []load.Source
	environment string      // its name; empty: none
	limits      load.Limits // of the environment
	env         map[string]string
	secrets     map[string]string
	// Names that have no value.
	missingEnv, missingSecrets []string
}

// refusal is an answer that is no success.
type refusal struct {
	status int
	Error
}

func refuse(status int, code, hint, format string, args ...any) *refusal {
	return &refusal{status, Error{Code: code, Message: fmt.Sprintf(format, args...), Hint: hint}}
}

func (r *refusal) write(w http.ResponseWriter) {
	answer(w, r.status, map[string]Error{"error": r.Error})
}

// draft reads an order. A plan with problems is no refusal yet.
func (m *Master) draft(o *Order) (*draft, *refusal) {
	d := &draft{}
	if no := m.planText(o, d); no != nil {
		return nil, no
	}
	env, no := m.environment(o)
	if no != nil {
		return nil, no
	}
	d.plan, d.problems = plan.DecodeWith(d.file, d.text, o.Overrides.load(env))
	if d.plan == nil {
		return d, nil
	}
	if no := d.compile(); no != nil {
		return nil, no
	}
	needed := slices.Clone(d.program.Secrets)
	if env != nil {
		d.environment, d.limits = env.Name, env.Limits
		needed = append(needed, env.Secrets...)
	}
	if no := m.scriptsOf(o, d); no != nil {
		return nil, no
	}
	needed = append(needed, m.config.Lua.SecretsOf(d.scripts)...)
	slices.Sort(needed)
	d.env, d.missingEnv = m.envValues(d.program.Env, o.Env)
	return d, m.secretValues(d, slices.Compact(needed), o.Secrets)
}

// planText is the text of the plan that is to be played.
func (m *Master) planText(o *Order, d *draft) *refusal {
	if (o.Plan == "") == (len(o.Inline) == 0) {
		return refuse(http.StatusBadRequest, "bad_request", "plan: a name of the workspace; inline: the plan's text", "give either plan or inline")
	}
	if o.Plan != "" {
		f, err := m.plans.Read(o.Plan)
		if err != nil {
			return m.refuseStored("plan", err)
		}
		d.file, d.text = texts.FileName(f.Name), f.Text
		return nil
	}
	d.file = "inline.yaml"
	if o.File != "" {
		d.file = path.Base(o.File)
	}
	d.text = o.Inline
	var s string
	if json.Unmarshal(o.Inline, &s) == nil {
		d.text = []byte(s)
	}
	return nil
}

// environment is the one that o asks for; nil for none.
func (m *Master) environment(o *Order) (*load.Environment, *refusal) {
	name, text := o.Environment, []byte(o.EnvironmentText)
	switch {
	case len(name) > 10_000:
		return nil, refuse(http.StatusBadRequest, "bad_start", "", "the name of an environment may have 10,000 bytes")
	case name == "" && len(text) == 0:
		return nil, nil
	case len(text) == 0:
		f, err := m.environments.Read(name)
		if err != nil {
			return nil, m.refuseStored("environment", err)
		}
		text = f.Text
	case name == "":
		name = "inline"
	}
	env, problems := plan.DecodeEnvironment(texts.FileName(name), text)
	if env == nil {
		no := refuse(http.StatusUnprocessableEntity, "bad_environment", "", "the environment cannot be used: %s", first(problems))
		no.Problems = problemsOf(problems)
		return nil, no
	}
	env.Name = name
	return env, nil
}

// compile compiles the plan, which has no problems.
func (d *draft) compile() *refusal {
	program, issues := plan.Compile(d.plan)
	if program == nil {
		for _, i := range issues {
			if !i.Warning {
				return refuse(http.StatusBadRequest, "bad_start", i.Hint, "%s: %s", i.Path, i.Message)
			}
		}
	}
	encoded, err := plan.Encode(d.plan)
	if err != nil {
		return refuse(http.StatusBadRequest, "bad_start", "", "encode plan: %v", err)
	}
	d.program, d.encoded = program, encoded
	return nil
}

// refusal is why an order cannot be carried out, as far as its text and its values go;
// nil: it can.
func (d *draft) refusal() *refusal {
	switch {
	case d.problems.Err() != nil:
		return refusePlan(d.problems)
	case len(d.missingEnv) > 0:
		return refuse(http.StatusBadRequest, "bad_start", "send them as env, or set them where the master runs",
			"the plan asks for environment variables that are not set: %s", strings.Join(d.missingEnv, ", "))
	case len(d.missingSecrets) > 0:
		return refuse(http.StatusBadRequest, "missing_secrets",
			"give them with --secret NAME=@FILE, store them with PUT /api/v1/secrets/NAME, or set LOCUST_HTTP_SECRET_NAME where the master runs",
			"these secrets have no value: %s", strings.Join(d.missingSecrets, ", "))
	}
	return nil
}

// envValues resolves the names that a plan asks for.
func (m *Master) envValues(names []string, given map[string]string) (values map[string]string, missing []string) {
	values = map[string]string{}
	for _, name := range names {
		v, ok := given[name]
		if !ok && !strings.HasPrefix(strings.ToUpper(name), "LOCUST_HTTP_") {
			v, ok = m.config.LookupEnv(name)
		}
		if !ok {
			missing = append(missing, name)
			continue
		}
		values[name] = v
	}
	return values, missing
}

// secretEnv begins the names of the master's environment variables that hold secrets.
const secretEnv = "LOCUST_HTTP_SECRET_"

// secretValues finds the values of secrets: those of the order are over those of the
// store, and these over those of the master's environment.
func (m *Master) secretValues(d *draft, names []string, given map[string]string) *refusal {
	d.secrets = map[string]string{}
	var ask []string
	for _, name := range names {
		v, ok := given[name]
		if !ok {
			ask = append(ask, name)
			continue
		}
		if err := secrets.CheckValue(v); err != nil {
			return refuse(http.StatusBadRequest, "bad_secret", "", "secret %s: %v", name, err)
		}
		d.secrets[name] = v
	}
	stored, err := m.secrets.Values(ask)
	if err != nil {
		return m.refuseSecret(err)
	}
	for _, name := range ask {
		v, ok := stored[name]
		if !ok {
			v, ok = m.config.LookupEnv(secretEnv + name)
		}
		if !ok || v == "" {
			d.missingSecrets = append(d.missingSecrets, name)
			continue
		}
		d.secrets[name] = v
	}
	return nil
}

// masked is text without the values of the order's secrets: what a worker or a system
// call says is not ours.
func (d *draft) masked(err error) string {
	text := err.Error()
	for _, v := range d.secrets {
		text = strings.ReplaceAll(text, v, load.Masked)
	}
	return text
}

// refuseStored is the answer for what went wrong with a file of the workspace; what it
// is makes the code: no_plan, no_environment.
func (m *Master) refuseStored(what string, err error) *refusal {
	switch {
	case errors.Is(err, texts.ErrName):
		return refuse(http.StatusBadRequest, "bad_name", "", "%v", err)
	case errors.Is(err, texts.ErrNotFound):
		return refuse(http.StatusNotFound, "no_"+what, "", "%s: %v", what, err)
	case errors.Is(err, texts.ErrConflict):
		return refuse(http.StatusConflict, "conflict", "read it again, and send its revision as If-Match", "%s: %v", what, err)
	case errors.Is(err, texts.ErrExists):
		return refuse(http.StatusConflict, "exists", "take another name, or delete that one first", "%s: %v", what, err)
	case errors.Is(err, texts.ErrTooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "too_large", "", "%s: %v", what, err)
	case errors.Is(err, texts.ErrLink):
		return refuse(http.StatusForbidden, "link", "put the file itself into the workspace", "%s %v", what, err)
	}
	m.log.Error("workspace", "error", err)
	return refuse(http.StatusInternalServerError, "workspace", "", "%v", err)
}
