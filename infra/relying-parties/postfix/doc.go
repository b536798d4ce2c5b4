// Package postfix is Postfix as a relying party, through Dovecot: configuration for its submission service, and the test that runs both.
//
// # What is promised
//
// README.md's commands make people sign in by app password; the test runs them. Postfix knows of no password: Dovecot asks apppass by the
// script of the folder dovecot, and what is said there about other passwords holds here. While apppass is away Postfix says 535, as to a wrong
// password; the test holds README.md to that, so that it is told when a Postfix does better.
//
// # What may be changed here
//
// What README.md tells an administrator to replace.
package postfix
