package plan

import (
	"reflect"

	"github.com/locust-http/locust-http/load"
)

// loadText is a profile as it is written: the short form of users, the short form of
// arrivals, or stages, and what holds for all of them.
type loadText struct {
	Model        load.Model     `key:"model" oneof:"users arrivals" doc:"what the level of stages counts: users, or arrivals per second"`
	Users        *float64       `key:"users" doc:"short form: so many users"`
	SpawnRate    *float64       `key:"spawn_rate" doc:"users more per second until users is reached; at once by default"`
	Duration     load.Duration  `key:"duration" doc:"of the short form, ramp included; until stopped by default"`
	Arrivals     *arrivalsText  `key:"arrivals" doc:"short form: transactions begun per second"`
	Stages       []stageText    `key:"stages" doc:"long form: in order; a straight line to target, or a jump"`
	MaxUsers     int            `key:"max_users" doc:"arrivals: bound of users; with all busy a start waits and is late"`
	MaxWait      *load.Duration `key:"max_wait" doc:"arrivals: a start that would have waited longer is dropped; 10s by default"`
	ReadyUsers   int            `key:"ready_users" doc:"arrivals: users that have done user_start before time zero"`
	Iterations   iterations     `key:"iterations" doc:"ends the load after so many transactions; or {per_user: n}"`
	GracefulStop *load.Duration `key:"graceful_stop" doc:"how long users may finish their transaction at the end; 30s by default"`
}

type arrivalsText struct {
	Rate     float64       `key:"rate" doc:"transactions begun per second"`
	Duration load.Duration `key:"duration" doc:"until stopped by default"`
	MaxUsers int           `key:"max_users" doc:"bound of users"`
}

type stageText struct {
	Name     string        `key:"name" doc:"shown in charts"`
	Target   *float64      `key:"target" doc:"level at the end of the stage, reached in a straight line"`
	Jump     *float64      `key:"jump" doc:"level at once, held for the stage"`
	Duration load.Duration `key:"duration" doc:"of the stage; the last may have none and goes on until stopped"`
}

// iterations bounds the transactions of a load: a number, or {per_user: n}.
type iterations struct {
	Total   int64
	PerUser int64 `key:"per_user" doc:"transactions of each user"`
}

// profile reads the load of a plan.
func (d *decoder) profile(n *node, p *load.Profile, path string) {
	var t loadText
	before := d.failed
	d.structure(n, reflect.ValueOf(&t).Elem(), path)
	if n.kind != mapNode || !d.oneForm(n, path) || d.failed > before {
		d.bad = append(d.bad, path)
		return
	}
	*p = load.Profile{
		Model: load.UsersModel, MaxUsers: t.MaxUsers,
		MaxWait: load.DefaultMaxWait, ReadyUsers: t.ReadyUsers,
		Iterations: t.Iterations.Total, IterationsPerUser: t.Iterations.PerUser,
		GracefulStop: load.DefaultGracefulStop,
	}
	if t.Model != "" {
		p.Model = t.Model
	}
	if t.MaxWait != nil {
		p.MaxWait = *t.MaxWait
	}
	if t.GracefulStop != nil {
		p.GracefulStop = *t.GracefulStop
	}
	d.levels(n, &t, p, path)
	if p.Model == load.ArrivalsModel && p.MaxUsers == 0 {
		p.MaxUsers = load.DefaultArrivalUsers(peak(p.Stages))
	}
}

func peak(stages []load.Stage) float64 {
	var most float64
	for _, s := range stages {
		most = max(most, s.Target)
	}
	return most
}

// oneForm checks that a load is written in one of its forms only.
func (d *decoder) oneForm(n *node, path string) bool {
	var found []string
	for _, key := range []string{"users", "arrivals", "stages"} {
		if n.get(key) != nil {
			found = append(found, key)
		}
	}
	const hint = "write {users: 50, duration: 2m}, {arrivals: {rate: 200, duration: 2m}} or {model, stages}"
	switch {
	case len(found) == 0:
		d.fail(n, path, "load has none of users, arrivals and stages", hint)
	case len(found) > 1:
		d.fail(n, path, "load has both "+found[0]+" and "+found[1], hint)
	default:
		return d.formKeys(n, found[0], path)
	}
	return false
}

// formKeys refuses keys that belong to another form of load.
func (d *decoder) formKeys(n *node, form, path string) bool {
	ok := true
	refuse := func(key, why string) {
		if v := n.get(key); v != nil {
			d.fail(v, join(path, key), key+" "+why, "")
			ok = false
		}
	}
	if form != "users" {
		refuse("spawn_rate", "belongs to users")
		refuse("duration", map[string]string{"arrivals": "stands inside arrivals", "stages": "is given by each stage"}[form])
	}
	if model := n.get("model"); model != nil && form != "stages" && model.text != form {
		refuse("model", "does not go with "+form)
	}
	return ok
}

// levels fills in the stages.
func (d *decoder) levels(n *node, t *loadText, p *load.Profile, path string) {
	switch {
	case t.Users != nil:
		perSecond := 0.0
		if t.SpawnRate != nil {
			if perSecond = *t.SpawnRate; perSecond <= 0 {
				d.fail(n.get("spawn_rate"), join(path, "spawn_rate"), "spawn_rate must be above 0", "leave it out to start all users at once")
			}
		}
		if *t.Users != float64(int64(*t.Users)) {
			d.fail(n.get("users"), join(path, "users"), "users must be a whole number", "")
		}
		p.Stages = load.Ramp(*t.Users, perSecond, t.Duration)
	case t.Arrivals != nil:
		p.Model = load.ArrivalsModel
		p.Stages = load.Ramp(t.Arrivals.Rate, 0, t.Arrivals.Duration)
		p.MaxUsers = max(p.MaxUsers, t.Arrivals.MaxUsers)
		if t.MaxUsers != 0 && t.Arrivals.MaxUsers != 0 {
			d.fail(n.get("max_users"), join(path, "max_users"), "max_users is given twice", "")
		}
	default:
		for i, s := range t.Stages {
			p.Stages = append(p.Stages, d.stage(n, s, at(join(path, "stages"), i)))
		}
	}
}

func (d *decoder) stage(n *node, s stageText, path string) load.Stage {
	out := load.Stage{Name: s.Name, Duration: s.Duration}
	switch {
	case s.Target != nil && s.Jump != nil, s.Target == nil && s.Jump == nil:
		place := *n
		line, col := d.root.find(path)
		place.line, place.col = int32(line), int32(col)
		d.fail(&place, path, "a stage has either a target (a straight line) or a jump", "")
	case s.Jump != nil:
		out.Target, out.Jump = *s.Jump, true
	default:
		out.Target = *s.Target
	}
	return out
}

// textOf is the long form of p, which is the canonical one.
func textOf(p *load.Profile) loadText {
	t := loadText{
		Model: p.Model, MaxUsers: p.MaxUsers, ReadyUsers: p.ReadyUsers,
		MaxWait: &p.MaxWait, GracefulStop: &p.GracefulStop,
		Iterations: iterations{p.Iterations, p.IterationsPerUser},
		Stages:     []stageText{},
	}
	for i := range p.Stages {
		s := &p.Stages[i]
		out := stageText{Name: s.Name, Duration: s.Duration}
		if s.Jump {
			out.Jump = &s.Target
		} else {
			out.Target = &s.Target
		}
		t.Stages = append(t.Stages, out)
	}
	return t
}
