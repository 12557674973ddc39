// Package libtest runs the tests of Lua libraries: files NAME_test.lua beside NAME.lua.
// Each file has a state of its own, in the same sandbox as in a run, with these globals
// more:
//
//	test(name, f)            a test; all of a file run in order
//	equal(found, wanted)     fails unless both are alike; tables are compared in depth
//	raises(f, text)          fails unless f raises an error with that text; returns the error
//	clock(seconds)           from now on time stands still at that many seconds since 1970
//	checks()                 the checks made so far: {name=, ok=, detail=, place=}
//	fake(f)                  requests are answered by f(call), which returns a table with some
//	                         of status, headers, cookies, body, json, latency, error = {class=, message=}
//	calls()                  the requests sent so far: {method, url, path, name, headers, body, json, form}
//
// Clock, answers, requests and checks are as at the beginning in each test. Nothing is ever
// sent, and sleep takes no time.
package libtest
