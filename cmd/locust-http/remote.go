package main

import (
	"errors"
	"net/http"

	"github.com/spf13/pflag"
)

// masterFlags say which master does the work instead of this machine.
type masterFlags struct {
	Master    string
	TokenFile string
}

// bind offers them; does is what the master is asked for.
func (m *masterFlags) bind(f *pflag.FlagSet, does string) {
	f.StringVar(&m.Master, "master", "", "`URL` of a master: "+does+" instead of this machine")
	f.StringVar(&m.TokenFile, "token-file", "", "`FILE` with the master's token; with --master")
}

// remote says whether a master does the work.
func (m *masterFlags) remote() bool { return m.Master != "" }

// check refuses what makes no sense without a master; also are the flags beside these
// that speak of one, each with whether it was given.
func (m *masterFlags) check(also ...masterOnly) error {
	if m.remote() {
		return nil
	}
	for _, f := range append(also, masterOnly{"token-file", m.TokenFile != "", "the token is the master's"}) {
		if f.given {
			return usage(f.why+": give --master", "--%s without --master", f.name)
		}
	}
	return nil
}

// masterOnly is a flag that is of use with --master only.
type masterOnly struct {
	name  string
	given bool
	why   string
}

// client is a client of the master's API.
func (m *masterFlags) client() (*api, error) {
	token, err := readToken(m.TokenFile)
	if err != nil {
		return nil, err
	}
	return newAPI(m.Master, token)
}

// startFailure gives a refusal of the plan or of the order the exit code of bad usage.
func startFailure(err error) error {
	var refused *apiError
	if !errors.As(err, &refused) {
		return err
	}
	code := codeBroken
	if refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnprocessableEntity {
		code = codeUsage
	}
	return &exitError{code: code, err: err, hint: refused.Body.Hint}
}
