// Package e2e has tests only: stories of people and of servers over the whole stack, by API and by hand in a browser, and what must hold
// when it breaks.
//
// # What is tested
//
// The main job and what nobody may do (mainjob_test.go), the same by hand (hands_test.go), rubbish and strangers, AWS and Slack in trouble,
// the plug pulled at every step, many at once, roles in which nothing is too much, and that no secret is where it must not be.
//
// # What may be changed here
//
// A test is a story in the words of package world, and sees what people and servers see. A word that several tests need belongs there; what
// can be tried with less than the whole stack is tried beside its code.
package e2e
