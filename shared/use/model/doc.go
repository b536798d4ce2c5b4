// Package model holds the life of app passwords against its rules: at every moment those verify that the rules say, and no others.
//
// It has a test only. The rules stand in rules_test.go, in plain Go and without storage. Random steps are done twice, by the use cases on the
// real adapter and by the rules, and after each one every password that was ever made is verified. Some steps are two calls at once: then
// whatever one order of the two would have led to is right.
//
// # What may be changed here
//
// A new way in which a password begins or ends is a step in steps_test.go and a rule in rules_test.go. A rule is taken from what is
// promised, not from what the code does. Calls at once take turns, request by request, as the seed says: a failure names it, and
// go test ./shared/use/model -seed N does the same again.
package model
