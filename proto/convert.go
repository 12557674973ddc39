package proto

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// Each noun has its two directions beside each other: xToPB and xFromPB. The
// direction from the wire checks what a later index or conversion relies on, and
// fails rather than guesses.

func each[A, B any](in []A, f func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

func eachChecked[A, B any](in []A, what string, f func(A) (B, error)) ([]B, error) {
	if len(in) == 0 {
		return nil, nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		b, err := f(a)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", what, i, err)
		}
		out[i] = b
	}
	return out, nil
}

func timeToPB(t time.Time) *pb.Time {
	if t.IsZero() {
		return nil
	}
	return &pb.Time{Seconds: t.Unix(), Nanos: int32(t.Nanosecond())}
}

// timeFromPB gives only times that JSON can tell: with others of a worker no answer of the
// API could be written.
func timeFromPB(t *pb.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	at := time.Unix(t.Seconds, int64(t.Nanos)).UTC()
	switch year := at.Year(); {
	case year < 1:
		return time.Time{}
	case year > 9999:
		return time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
	}
	return at
}

func labelToPB(l load.Label) *pb.Label   { return &pb.Label{Name: l.Name, Value: l.Value} }
func labelFromPB(l *pb.Label) load.Label { return load.Label{Name: l.GetName(), Value: l.GetValue()} }

func nodeToPB(n load.Node) *pb.Node {
	return &pb.Node{
		Id: n.ID, Address: n.Address, Host: n.Host, Labels: each(n.Labels, labelToPB), Version: n.Version,
		Protocol: int64(n.Protocol), Os: n.OS, Cpus: int64(n.CPUs), Started: timeToPB(n.Started),
	}
}

func nodeFromPB(n *pb.Node) load.Node {
	return load.Node{
		ID: n.GetId(), Address: n.GetAddress(), Host: n.GetHost(), Labels: each(n.GetLabels(), labelFromPB), Version: n.GetVersion(),
		Protocol: int(n.GetProtocol()), OS: n.GetOs(), CPUs: int(n.GetCpus()), Started: timeFromPB(n.GetStarted()),
	}
}

func vitalsToPB(v load.Vitals) *pb.Vitals {
	return &pb.Vitals{Clock: timeToPB(v.Clock), Cpu: v.CPU, Memory: v.Memory, Lag: durationToPB(v.Lag)}
}

func vitalsFromPB(v *pb.Vitals) load.Vitals {
	return load.Vitals{Clock: timeFromPB(v.GetClock()), CPU: v.GetCpu(), Memory: v.GetMemory(), Lag: durationFromPB(v.GetLag())}
}

func jobToPB(j load.Job) *pb.Job {
	return &pb.Job{
		Run: j.Run, Epoch: j.Epoch, Owner: j.Owner, Plan: j.Plan, Index: int64(j.Index), Of: int64(j.Of), Seed: j.Seed,
		Shares: each(j.Shares, shareToPB), Env: textsToPB(j.Env), Worker: j.Worker, Grace: int64(j.Grace),
		Secrets: textsToPB(j.Secrets), Files: each(j.Files, fileToPB), Marks: each(j.Marks, durationToPB), Dir: j.Dir,
		Scripts: each(j.Scripts, sourceToPB), Environment: spoken(j.Environment),
	}
}

func jobFromPB(j *pb.Job) load.Job {
	return load.Job{
		Run: j.GetRun(), Epoch: j.GetEpoch(), Owner: j.GetOwner(), Plan: j.GetPlan(), Index: int(j.GetIndex()), Of: int(j.GetOf()), Seed: j.GetSeed(),
		Shares: each(j.GetShares(), shareFromPB), Env: textsFromPB(j.GetEnv()), Worker: j.GetWorker(), Grace: time.Duration(j.GetGrace()),
		Secrets: textsFromPB(j.GetSecrets()), Files: each(j.GetFiles(), fileFromPB), Marks: each(j.GetMarks(), durationFromPB), Dir: j.GetDir(),
		Scripts: each(j.GetScripts(), sourceFromPB), Environment: j.GetEnvironment(),
	}
}

func durationToPB(d time.Duration) int64   { return int64(d) }
func durationFromPB(d int64) time.Duration { return time.Duration(d) }

// textsToPB carries texts from outside, an environment or a secret: any bytes.
func textsToPB(m map[string]string) map[string][]byte {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string][]byte, len(m))
	for name, text := range m {
		out[name] = []byte(text)
	}
	return out
}

func textsFromPB(m map[string][]byte) map[string]string {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for name, text := range m {
		out[name] = string(text)
	}
	return out
}

func fileToPB(f load.File) *pb.File {
	return &pb.File{Path: f.Path, Size: f.Size, Sha256: f.SHA256}
}

func fileFromPB(f *pb.File) load.File {
	return load.File{Path: f.GetPath(), Size: f.GetSize(), SHA256: f.GetSha256()}
}

func shareToPB(s load.Share) *pb.Share {
	return &pb.Share{Scenario: s.Scenario, StartAt: int64(s.StartAt), Profile: profileToPB(s.Profile), Weights: each(s.Weights, weightToPB)}
}

func shareFromPB(s *pb.Share) load.Share {
	return load.Share{
		Scenario: s.GetScenario(), StartAt: time.Duration(s.GetStartAt()),
		Profile: profileFromPB(s.GetProfile()), Weights: each(s.GetWeights(), weightFromPB),
	}
}

func weightToPB(w load.Weight) *pb.Weight {
	return &pb.Weight{Transaction: w.Transaction, Weight: int64(w.Weight)}
}

func weightFromPB(w *pb.Weight) load.Weight {
	return load.Weight{Transaction: w.GetTransaction(), Weight: int(w.GetWeight())}
}

func sourceToPB(s load.Source) *pb.Source {
	return &pb.Source{
		Path: spoken(s.Path), Library: spoken(s.Library), File: spoken(s.File), Line: int64(s.Line), Indent: int64(s.Indent),
		Text: []byte(s.Text),
	}
}

func sourceFromPB(s *pb.Source) load.Source {
	return load.Source{
		Path: s.GetPath(), Library: s.GetLibrary(), File: s.GetFile(),
		Line: int(max(s.GetLine(), 0)), Indent: int(max(s.GetIndent(), 0)), Text: string(s.GetText()),
	}
}

func profileToPB(p load.Profile) *pb.Profile {
	return &pb.Profile{
		Model: string(p.Model), Stages: each(p.Stages, stageToPB), Begin: p.Begin, MaxUsers: int64(p.MaxUsers),
		MaxWait: int64(p.MaxWait), ReadyUsers: int64(p.ReadyUsers), Iterations: p.Iterations, IterationsPerUser: p.IterationsPerUser,
		GracefulStop: int64(p.GracefulStop), Index: int64(p.Index), Of: int64(p.Of),
	}
}

func profileFromPB(p *pb.Profile) load.Profile {
	return load.Profile{
		Model: load.Model(p.GetModel()), Stages: each(p.GetStages(), stageFromPB), Begin: p.GetBegin(), MaxUsers: int(p.GetMaxUsers()),
		MaxWait: time.Duration(p.GetMaxWait()), ReadyUsers: int(p.GetReadyUsers()), Iterations: p.GetIterations(), IterationsPerUser: p.GetIterationsPerUser(),
		GracefulStop: time.Duration(p.GetGracefulStop()), Index: int(p.GetIndex()), Of: int(p.GetOf()),
	}
}

func stageToPB(s load.Stage) *pb.Stage {
	return &pb.Stage{Name: s.Name, Target: s.Target, Duration: int64(s.Duration), Jump: s.Jump}
}

func stageFromPB(s *pb.Stage) load.Stage {
	return load.Stage{Name: s.GetName(), Target: s.GetTarget(), Duration: time.Duration(s.GetDuration()), Jump: s.GetJump()}
}

func changeToPB(c load.Change) *pb.Change {
	return &pb.Change{Scenario: c.Scenario, At: int64(c.At), Profile: profileToPB(c.Profile)}
}

func changeFromPB(c *pb.Change) load.Change {
	return load.Change{Scenario: c.GetScenario(), At: time.Duration(c.GetAt()), Profile: profileFromPB(c.GetProfile())}
}

func valueToPB(v load.Value) *pb.Value { return &pb.Value{Kind: uint32(v.Kind), Text: spoken(v.Text)} }

func valueFromPB(v *pb.Value) (load.Value, error) {
	if v.GetKind() > uint32(load.Composite) {
		return load.Value{}, fmt.Errorf("unknown kind of value %d", v.GetKind())
	}
	return load.Value{Kind: load.Kind(v.GetKind()), Text: v.GetText()}, nil
}

func valuesToPB(m map[string]load.Value) map[string]*pb.Value {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]*pb.Value, len(m))
	for name, v := range m {
		out[spoken(name)] = valueToPB(v) // the name of a column may be anything
	}
	return out
}

func valuesFromPB(m map[string]*pb.Value) (map[string]load.Value, error) {
	if len(m) == 0 {
		return nil, nil
	}
	out := make(map[string]load.Value, len(m))
	for name, p := range m {
		v, err := valueFromPB(p)
		if err != nil {
			return nil, fmt.Errorf("variable %q: %w", name, err)
		}
		out[name] = v
	}
	return out, nil
}

func varsToPB(v load.Vars) *pb.Vars {
	return &pb.Vars{Values: valuesToPB(v.Values), Cookies: each(v.Cookies, cookieToPB)}
}

func varsFromPB(v *pb.Vars) (load.Vars, error) {
	values, err := valuesFromPB(v.GetValues())
	return load.Vars{Values: values, Cookies: each(v.GetCookies(), cookieFromPB)}, err
}

func cookieToPB(c load.Cookie) *pb.Cookie {
	return &pb.Cookie{
		Url: c.URL, Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
		Expires: timeToPB(c.Expires), Secure: c.Secure, HttpOnly: c.HTTPOnly,
	}
}

func cookieFromPB(c *pb.Cookie) load.Cookie {
	return load.Cookie{
		URL: c.GetUrl(), Name: c.GetName(), Value: c.GetValue(), Domain: c.GetDomain(), Path: c.GetPath(),
		Expires: timeFromPB(c.GetExpires()), Secure: c.GetSecure(), HTTPOnly: c.GetHttpOnly(),
	}
}

func sendRequestToPB(r load.SendRequest) *pb.SendOnceRequest {
	return &pb.SendOnceRequest{
		Protocol: load.Protocol, Plan: r.Plan, Transaction: r.Transaction, All: r.All, Env: textsToPB(r.Env), Seed: r.Seed,
		Secrets: textsToPB(r.Secrets), Files: each(r.Files, fileToPB), Dir: r.Dir,
		Scripts: each(r.Scripts, sourceToPB), Environment: spoken(r.Environment),
	}
}

func sendRequestFromPB(r *pb.SendOnceRequest) load.SendRequest {
	return load.SendRequest{
		Plan: r.GetPlan(), Transaction: r.GetTransaction(), All: r.GetAll(), Env: textsFromPB(r.GetEnv()), Seed: r.GetSeed(),
		Secrets: textsFromPB(r.GetSecrets()), Files: each(r.GetFiles(), fileFromPB), Dir: r.GetDir(),
		Scripts: each(r.GetScripts(), sourceFromPB), Environment: r.GetEnvironment(),
	}
}
