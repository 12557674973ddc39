package load

// Class is the kind of a failure, from a fixed list: what is counted and shown. Raw
// texts of errors are unbounded and are kept only as samples.
type Class string

// The classes. Everything up to ClassProtocol is about the network, the rest about
// the response, the plan, or this machine.
const (
	ClassDNSNotFound    Class = "dns_not_found"    // the name does not exist
	ClassDNSTimeout     Class = "dns_timeout"      // no answer in time
	ClassDNSFailed      Class = "dns_failed"       // any other failure to resolve
	ClassConnRefused    Class = "conn_refused"     // nothing listens
	ClassConnUnreach    Class = "conn_unreachable" // no route to the host or network
	ClassConnReset      Class = "conn_reset"       // RST during an exchange
	ClassConnClosed     Class = "conn_closed"      // the server closed before a complete response
	ClassConnStale      Class = "conn_stale"       // a kept connection closed after the request was written, before a byte of response
	ClassTimeoutConnect Class = "timeout_connect"  // TCP connect took longer than timeout.connect
	ClassTimeoutWrite   Class = "timeout_write"    // the request could not be written in time
	ClassTimeoutRead    Class = "timeout_read"     // no complete response in time
	ClassTLSHandshake   Class = "tls_handshake"    // the peer speaks no TLS we can agree on
	ClassTLSTimeout     Class = "tls_timeout"      // handshake not done in time
	ClassTLSUntrusted   Class = "tls_untrusted"    // unknown authority
	ClassTLSExpired     Class = "tls_expired"      // certificate expired or not yet valid
	ClassTLSHostname    Class = "tls_hostname"     // certificate of another name
	ClassProxy          Class = "proxy"            // the proxy refused or failed
	ClassBodyTooLarge   Class = "body_too_large"   // over max_response_body
	ClassHeaderTooLarge Class = "header_too_large" // header over 64 KiB
	ClassProtocol       Class = "protocol"         // what came is not HTTP/1.1
	ClassRedirect       Class = "redirect"         // too many hops, or a Location that cannot be followed

	ClassStatus        Class = "status"         // unexpected status
	ClassCheck         Class = "check"          // a check failed
	ClassExtract       Class = "extract"        // an extraction found nothing
	ClassRepeat        Class = "repeat"         // a repeat did not reach its until within its time
	ClassDecode        Class = "decode"         // the body could not be decompressed
	ClassUnsetVariable Class = "unset_variable" // a variable without a value; nothing was sent
	ClassTemplate      Class = "template"       // an expanded text is unusable (no valid URL, not a number); nothing was sent
	ClassUserStart     Class = "user_start"     // user_start failed

	ClassLocalFD    Class = "local_fd"    // this machine is out of file descriptors
	ClassLocalPort  Class = "local_port"  // out of local ports
	ClassLocalOther Class = "local_other" // another limit of this machine

	ClassLuaError    Class = "lua_error"
	ClassLuaLimit    Class = "lua_limit"
	ClassLuaTimeout  Class = "lua_timeout"
	ClassLuaInternal Class = "lua_internal"
	ClassInternal    Class = "internal" // a fault of locust-http itself
)

// Fate is what became of an attempt on the wire. Every attempt has exactly one.
type Fate uint8

// Sent means that the request was written in full: what a healthy target has seen.
// Every other fate is an unsent attempt.
const (
	Sent              Fate = iota
	UnsentDNS              // the name was not resolved
	UnsentConnect          // no connection
	UnsentTLS              // no TLS session
	UnsentLocal            // a limit of this machine
	UnsentScript           // a script failed before sending
	UnsentVariable         // a template could not be expanded
	UnsentPartly           // the connection broke, or time ran out, while the request was being written
	UnsentInterrupted      // the end of the run came before the request was written in full
	NumFates               // how many fates there are
)

// String is the name of f in the JSON result.
func (f Fate) String() string {
	return [NumFates]string{"sent", "dns", "connect", "tls", "local", "script", "variable", "partly", "interrupted"}[f]
}
