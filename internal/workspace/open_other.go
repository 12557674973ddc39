//go:build !unix

package workspace

// doNotWait: nothing that can stand in a folder here makes an opening wait.
const doNotWait = 0
