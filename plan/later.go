package plan

// notYet says that a part of the format is read into the types but does not work
// yet: what it names is then refused. It is the one list of such parts; an issue
// that brings one deletes its line. in is the name of the struct type that has the
// key; what is no key of a struct has none.
func notYet(in, key string) string {
	switch in + "." + key {
	case ".secret":
		return "secrets are"
	case "Plan.data":
		return "data files are"
	case "Plan.files", "Request.file":
		return "bodies from files are"
	case "Request.multipart":
		return "multipart bodies are"
	case "Plan.scenarios":
		return "scenarios are"
	case "Plan.blocks", "Step.use":
		return "blocks are"
	case "Step.group":
		return "groups are"
	case "Step.repeat":
		return "repeat is"
	case "Step.if", "Step.else":
		return "if is"
	case "Plan.user_life":
		return "a user_life other than run is"
	case "Plan.measure":
		return "a measured window is"
	case "Plan.script", "Transaction.script", "Step.script":
		return "scripts are"
	case "Defaults.proxy", "Request.proxy":
		return "proxies are"
	case "TLS.ca", "TLS.cert", "TLS.key":
		return "certificates from files are"
	case "Threshold.over", "Threshold.after":
		return "thresholds over a window or after a time are"
	case "Threshold.metric":
		return "metrics of scripts are"
	case ".on_worker_loss=redistribute":
		return "redistribution is"
	}
	return ""
}

// isReserved says that a key is kept for a later version of the format.
func isReserved(key string) bool {
	switch key {
	case "loads", "response_body", "max_age", "per_host", "choose", "parallel", "retry", "recover",
		"websocket", "sse", "graphql", "resources", "sync", "http", "dns", "hosts", "cache":
		return true
	}
	return false
}
