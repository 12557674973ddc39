// Package archtest keeps the rules of the house: which package must never reach which
// other, and why. The rules are in rules.go; the test walks what the Go tool says
// about the real dependencies and prints, for each breach, the path of imports and
// the reason why that door is shut.
package archtest
