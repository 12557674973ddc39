package engine

import (
	"net"
	"net/url"
	"runtime"

	"github.com/locust-http/locust-http/load"
)

// cores is how many processors a run should use: all of them, but one less when its
// target is on this machine. A target that has to share every core with its load
// generator is measured together with it; and with a core to spare on either side
// the generator was seen to take a third less processor time per request, because
// its scheduler no longer wakes a thread for every answer.
func cores(p *load.Plan) int {
	if isLocal(string(p.BaseURL)) {
		return max(1, runtime.NumCPU()-1)
	}
	return runtime.NumCPU()
}

// isLocal says whether a base URL is of this machine. One that is only known when it
// is expanded is not.
func isLocal(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
