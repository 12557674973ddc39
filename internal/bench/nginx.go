package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// nginx is a server of our own: one process, its own port and folder.
type nginx struct {
	url     string
	version string
	process *exec.Cmd
	errors  bytes.Buffer
}

// smallFile is what a plain GET brings; jsonAnswer what figure b reads.
const (
	smallFile  = "The quick brown fox jumps over the lazy dog, and then does it again for good luck.\n"
	jsonAnswer = `{"ok":true,"id":7,"next":1042,"name":"green kettle","price":12.50,"tags":["kitchen","tea"]}`
)

// configuration is that of an honest opponent: no log, no limit on requests of a
// connection, the file kept open.
const configuration = `daemon off;
master_process off;
pid DIR/nginx.pid;
error_log DIR/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  open_file_cache max=10;
  client_body_temp_path DIR/body;
  proxy_temp_path DIR/proxy;
  fastcgi_temp_path DIR/fastcgi;
  uwsgi_temp_path DIR/uwsgi;
  scgi_temp_path DIR/scgi;
  default_type text/plain;
  server {
    listen ADDR backlog=4096;
    root DIR/www;
    location /items/ { default_type application/json; return 200 'JSON'; }
  }
}
`

func startNginx(ctx context.Context, parent string) (*nginx, error) {
	program, err := lookPath("nginx", "/usr/sbin/nginx")
	if err != nil {
		return nil, fmt.Errorf("%w (Debian: apt-get install nginx-light)", err)
	}
	dir, err := os.MkdirTemp(parent, "nginx-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for nginx: %w", err)
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	text := strings.NewReplacer("DIR", dir, "ADDR", addr, "JSON", jsonAnswer).Replace(configuration)
	config := filepath.Join(dir, "nginx.conf")
	if err := errors.Join(
		os.Mkdir(filepath.Join(dir, "www"), 0o755),
		os.WriteFile(filepath.Join(dir, "www", "small.txt"), []byte(smallFile), 0o644),
		os.WriteFile(config, []byte(text), 0o644),
	); err != nil {
		return nil, fmt.Errorf("write nginx's files: %w", err)
	}
	version, _ := exec.CommandContext(ctx, program, "-v").CombinedOutput()
	n := &nginx{url: "http://" + addr, version: strings.TrimSpace(strings.TrimPrefix(string(version), "nginx version: "))}
	n.process = exec.Command(program, "-p", dir, "-c", config)
	n.process.Stderr = &n.errors
	if err := n.process.Start(); err != nil {
		return nil, fmt.Errorf("start nginx: %w", err)
	}
	if err := answers(ctx, addr, 5*time.Second); err != nil {
		n.stop()
		return nil, fmt.Errorf("nginx: %w: %s", err, tail(n.errors.Bytes()))
	}
	return n, nil
}

func (n *nginx) stop() {
	_ = n.process.Process.Kill()
	_ = n.process.Wait()
}

// lookPath finds a program on the PATH or, failing that, at a usual place.
func lookPath(name, place string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	if _, statErr := os.Stat(place); statErr == nil {
		return place, nil
	}
	return "", err
}

// freeAddr is a loopback address that was free a moment ago.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// answers waits until something listens at addr.
func answers(ctx context.Context, addr string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var d net.Dialer
	for {
		conn, err := d.DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}
