package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// maxSecret bounds the value of one secret, in bytes.
const maxSecret = 64 << 10

// secretHint says how a secret is given.
func secretHint(name string) string {
	return fmt.Sprintf("give --secret %s=@FILE, or set the environment variable %s", name, secretVariable(name))
}

// secretVariable is the environment variable of a secret.
func secretVariable(name string) string { return envPrefix + "SECRET_" + name }

// readSecrets reads --secret NAME=@FILE flags. A value on the command line would be
// seen by everybody on this machine, so there is no way to give one, and what may be one
// by mistake is not repeated.
func readSecrets(flags []string) (map[string]string, error) {
	secrets := make(map[string]string, len(flags))
	for _, text := range flags {
		name, rest, pair := strings.Cut(text, "=")
		if !pair || name == "" {
			return nil, usage("for example: --secret PASSWORD=@password.txt", "--secret: not of the form NAME=@FILE")
		}
		if !load.IsSecretName(name) {
			return nil, usage("letters, digits and _", "--secret: %q cannot be the name of a secret", load.Clip(name, 100))
		}
		file, ok := strings.CutPrefix(rest, "@")
		if !ok || file == "" {
			return nil, usage("the list of processes shows command lines to everybody; "+secretHint(name), "--secret %s: the value must come from a file", name)
		}
		if _, twice := secrets[name]; twice {
			return nil, usage("", "--secret %s is given twice", name)
		}
		value, err := readSecret(file)
		if err != nil {
			return nil, usage("", "--secret %s: %w", name, err)
		}
		secrets[name] = value
	}
	return secrets, nil
}

// readSecret reads a value from a file; one line break at its end is an editor's.
func readSecret(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", file, errors.Unwrap(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read %s: %w", file, errors.Unwrap(err))
	case len(text) > maxSecret:
		return "", fmt.Errorf("read %s: over %d bytes", file, maxSecret)
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if value == "" {
		return "", fmt.Errorf("%s is empty", file)
	}
	return value, nil
}

// secretValues are the values of the secrets that are needed; missing are those that
// nobody has given.
func (p *process) secretValues(needed []string, given map[string]string) (values map[string]string, missing []string) {
	values = make(map[string]string, len(needed))
	for _, name := range needed {
		value, ok := given[name]
		if !ok {
			value, ok = p.lookupEnv(secretVariable(name))
		}
		if ok && value != "" {
			values[name] = value
		} else {
			missing = append(missing, name)
		}
	}
	return values, missing
}
