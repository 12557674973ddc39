package plan

// notYet says that a part of the format is read into the types but does not work
// yet: what it names is then refused. It is the one list of such parts; an issue
// that brings one deletes its line. in is the name of the struct type that has the
// key; what is no key of a struct has none.
func notYet(in, key string) string {
	switch in + "." + key {
	case "Threshold.over", "Threshold.after":
		return "thresholds over a window or after a time are"
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
