package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/locust-http/locust-http/internal/etcd"
)

// etcdCommand is the process of the embedded etcd server.
type etcdCommand struct{ *process }

func newEtcd(p *process) *cobra.Command {
	c := &etcdCommand{p}
	return command{
		use: "etcd", short: "The embedded etcd server; started by a master", hidden: true,
		example: "locust-http etcd", run: c.Run,
	}.cobra()
}

// Run serves until standard input ends.
func (c *etcdCommand) Run(ctx context.Context) error {
	ctx, cancel := asChild(ctx)
	defer cancel()
	return etcd.ServeChild(ctx, c.in, c.out)
}

// etcdFlags say how to reach an etcd of one's own.
type etcdFlags struct {
	Endpoints    []string
	User         string
	PasswordFile string
	CA           string
	Cert, Key    string
	Prefix       string
}

func (e *etcdFlags) bind(f *pflag.FlagSet, use string) {
	f.StringSliceVar(&e.Endpoints, "etcd", nil, "`HOST:PORT,...` of etcd"+use)
	f.StringVar(&e.User, "etcd-user", "", "`NAME` to log in to etcd")
	f.StringVar(&e.PasswordFile, "etcd-password-file", "", "`FILE` with the password of --etcd-user")
	f.StringVar(&e.CA, "etcd-ca", "", "`FILE` of the certificates to trust for etcd: makes it TLS")
	f.StringVar(&e.Cert, "etcd-cert", "", "`FILE` of the client certificate for etcd")
	f.StringVar(&e.Key, "etcd-key", "", "`FILE` of its key")
	f.StringVar(&e.Prefix, "etcd-prefix", "", "separates fleets that share one etcd (default: the product's own)")
}

// config is how to reach the etcd of the flags. Where no user is named, the token is
// the password of the master's embedded etcd; a server without users ignores it.
func (e *etcdFlags) config(endpoints []string, token string, log *slog.Logger) (etcd.Config, error) {
	cfg := etcd.Config{Endpoints: endpoints, User: e.User, Prefix: e.Prefix, Log: log}
	if err := e.validate(); err != nil {
		return cfg, err
	}
	if e.User != "" {
		password, err := os.ReadFile(e.PasswordFile)
		if err != nil {
			return cfg, usage("", "--etcd-password-file: %w", err)
		}
		cfg.Password = strings.TrimSpace(string(password))
	} else if token != "" {
		cfg.User, cfg.Password = etcd.RootUser, token
	}
	var err error
	cfg.TLS, err = e.tls()
	return cfg, err
}

// workerFlags are what a worker needs to reach the same etcd, beside its endpoints. Files
// are called by their names: where they are on a load host nobody here knows.
func (e *etcdFlags) workerFlags() (flags []string) {
	add := func(name, value string) {
		if value != "" {
			flags = append(flags, "--"+name, value)
		}
	}
	file := func(path string) string {
		if path == "" {
			return ""
		}
		return filepath.Base(path)
	}
	add("etcd-user", e.User)
	add("etcd-password-file", file(e.PasswordFile))
	add("etcd-ca", file(e.CA))
	add("etcd-cert", file(e.Cert))
	add("etcd-key", file(e.Key))
	add("etcd-prefix", e.Prefix)
	return flags
}

// validate refuses one half of what only makes sense as a whole.
func (e *etcdFlags) validate() error {
	for _, pair := range [][4]string{
		{"etcd-user", e.User, "etcd-password-file", e.PasswordFile},
		{"etcd-cert", e.Cert, "etcd-key", e.Key},
	} {
		if (pair[1] == "") != (pair[3] == "") {
			return usage("", "--%s and --%s are given together or not at all", pair[0], pair[2])
		}
	}
	return nil
}

func (e *etcdFlags) tls() (*tls.Config, error) {
	if e.CA == "" && e.Cert == "" {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if e.CA != "" {
		pem, err := os.ReadFile(e.CA)
		if err != nil {
			return nil, usage("", "--etcd-ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, usage("", "--etcd-ca %s: no certificate in it", e.CA)
		}
	}
	if e.Cert != "" {
		pair, err := tls.LoadX509KeyPair(e.Cert, e.Key)
		if err != nil {
			return nil, usage("", "--etcd-cert, --etcd-key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// embeddedEtcd keeps an etcd server running as a child of this process.
type embeddedEtcd struct {
	supervisor *etcd.Supervisor
	done       chan struct{} // closed when it is gone
	err        error         // read after done only
}

// startEtcd starts the server and waits until it answers. A listen address that was
// not asked for gives way to a free port.
func startEtcd(ctx context.Context, server etcd.ServerConfig, asked bool, log *slog.Logger) (*embeddedEtcd, string, error) {
	e, endpoint, err := tryEtcd(ctx, server, log)
	if err == nil || asked || ctx.Err() != nil {
		return e, endpoint, err
	}
	host, port, _ := strings.Cut(server.Listen, ":")
	if port == "0" {
		return nil, "", err
	}
	server.Listen = host + ":0"
	return tryEtcd(ctx, server, log)
}

func tryEtcd(ctx context.Context, server etcd.ServerConfig, log *slog.Logger) (*embeddedEtcd, string, error) {
	cmd, err := self("etcd")
	if err != nil {
		return nil, "", err
	}
	e := &embeddedEtcd{done: make(chan struct{}), supervisor: etcd.NewSupervisor(etcd.SupervisorConfig{
		Server: server, Command: func() *exec.Cmd { return exec.Command(cmd.Path, cmd.Args[1:]...) }, Log: log,
	})}
	go func() {
		defer close(e.done)
		e.err = e.supervisor.Run(ctx)
	}()
	endpoint, err := e.supervisor.Endpoint(ctx)
	if err != nil {
		<-e.done
		return nil, "", fmt.Errorf("start the embedded etcd: %w", err)
	}
	return e, endpoint, nil
}
