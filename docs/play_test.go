package docs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/engine"
)

// examplePlan is the plan that the page shows, for a shop at url.
func examplePlan(t *testing.T, url string) string {
	t.Helper()
	for _, b := range blocksOf(t, luaPage, "yaml") {
		if b.is("examples") {
			return strings.Replace(b.text, "http://127.0.0.1:8099", url, 1)
		}
	}
	t.Fatal("the page does not show the plan of its examples")
	return ""
}

// example is a block of the page within a plan.
type example struct {
	block   *block
	hooks   []string // that it defines
	plan    *load.Plan
	secrets map[string]string
	scripts []load.Source
	file    load.File
	dir     string
}

func newExample(t *testing.T, base string, b *block, libraries []load.Source, secrets map[string]string) *example {
	t.Helper()
	p, problems := plan.Decode("examples.yaml", []byte(base))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	text := b.text
	if len(b.info) == 2 || b.info[1] != "step" && b.info[1] != "transaction" && b.info[1] != "plan" {
		text = "function transaction(user) " + text + "end"
	}
	p.Run.LuaTimeout = load.Duration(time.Second) // the test may share its machine with others
	e := &example{block: b, plan: p, secrets: secrets}
	text, e.hooks = tellingHooks(t, text)
	script := &load.Script{Source: text}
	path := "transactions[0].script"
	switch first := &p.Transactions[0]; {
	case b.is("step"):
		first.Steps[0].Script, path = script, "transactions[0].steps[0].script"
	case b.is("plan"):
		p.Script, path = script, "script"
	default:
		first.Script = script
		if strings.Contains(text, "function transaction(") {
			first.Steps = nil
		}
	}
	e.scripts = append([]load.Source{{Path: path, File: b.page, Line: b.line, Text: text}}, libraries...)
	e.keepAccounts(t)
	return e
}

// keepAccounts puts the data file of the plan where an engine finds it.
func (e *example) keepAccounts(t *testing.T) {
	t.Helper()
	rows := "name,password\n"
	for i := range 10 {
		name := fmt.Sprintf("anna%d", i)
		rows += name + "," + testsite.AccountPassword(name) + "\n"
	}
	sum := sha256.Sum256([]byte(rows))
	e.dir = t.TempDir()
	e.file = load.File{Path: "data/accounts.csv", Size: int64(len(rows)), SHA256: hex.EncodeToString(sum[:])}
	if err := os.WriteFile(filepath.Join(e.dir, e.file.SHA256), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (e *example) encoded(t *testing.T) []byte {
	t.Helper()
	text, err := plan.Encode(e.plan)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// secretsOf are the secrets of the plan: keys as they are exported, made for this test.
func secretsOf(t *testing.T) map[string]string {
	t.Helper()
	pair, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"API_KEY": "k-1234567890", "RSA_KEY": inPEM(t, pair), "EC_KEY": inPEM(t, curve)}
}

func inPEM(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// send plays the example once.
func (e *example) send(t *testing.T) (o outcome) {
	t.Helper()
	x, err := engine.New(engine.Config{}).SendOnce(t.Context(), load.SendRequest{
		Plan: e.encoded(t), Seed: 7, Secrets: e.secrets, Files: []load.File{e.file}, Dir: e.dir, Scripts: e.scripts,
	})
	if err != nil {
		t.Fatalf("%s: %v", e.block.place(), err)
	}
	for i := range x.Steps {
		s := &x.Steps[i]
		if !s.OK {
			o.failed = append(o.failed, failed{s.Class, s.Step + ": " + s.Place + ": " + s.Message + "\n" + s.Stack})
		}
		for _, c := range s.Checks {
			if !c.OK && !c.Warn && s.OK {
				o.failed = append(o.failed, failed{load.ClassCheck, s.Step + ": " + c.Place + ": " + c.Rule + ": " + c.Actual})
			}
		}
	}
	if !x.OK && len(o.failed) == 0 {
		o.failed = append(o.failed, failed{"", "the exchange is not OK, and no step says why"})
	}
	o.logs = x.Log
	return o
}

// run plays the example as a run from setup to teardown.
func (e *example) run(t *testing.T) (o outcome) {
	t.Helper()
	ctx := t.Context()
	s, err := engine.New(engine.Config{}).Prepare(ctx, load.Job{
		Run: "docs", Epoch: 1, Of: 1, Seed: 7, Worker: "w-1", Plan: e.encoded(t), Secrets: e.secrets,
		Files: []load.File{e.file}, Dir: e.dir, Scripts: e.scripts, Shares: []load.Share{{Profile: e.plan.Load.Share(0, 1)}},
	})
	if err != nil {
		t.Fatalf("%s: %v", e.block.place(), err)
	}
	defer s.Close()
	merged, ended := make(chan outcome, 1), make(chan struct{})
	go func() { merged <- collect(s, ended) }()
	vars, err := s.Setup(ctx)
	if err != nil {
		t.Fatalf("%s: %v", e.block.place(), err)
	}
	if err := s.Go(ctx, time.Now(), vars); err != nil {
		t.Fatal(err)
	}
	<-ended
	if err := s.Teardown(ctx, vars); err != nil {
		t.Errorf("%s: %v", e.block.place(), err)
	}
	if err := s.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	return <-merged
}

// collect adds up what a session reports, and closes ended when its load is over. What
// fails ends the load: a user whose user_start failed would try again for ever.
func collect(s load.Session, ended chan<- struct{}) (o outcome) {
	over := false
	for r := range s.Reports() {
		o.logs = append(o.logs, r.Logs...)
		for _, e := range r.Errors {
			text := e.Rule
			for _, sample := range e.Samples {
				text += "\n" + sample.Place + ": " + sample.Message + "\n" + sample.Stack
			}
			o.failed = append(o.failed, failed{e.Class, text})
		}
		if len(o.failed) > 0 {
			s.Stop(true)
		}
		if r.Ended && !over {
			over = true
			close(ended)
		}
		s.Ack(r.Seq)
	}
	return o
}
