// Package caddy is Caddy as a relying party: the configuration for a web application, and the test that signs in through it.
//
// # What is promised
//
// Who follows README.md has a working sign-in. Nobody is let in but on apppass's word, and no password is called wrong without it, whatever
// answers in apppass's place. The test starts Caddy from the file here.
//
// # What may be changed here
//
// What README.md tells an administrator to replace. The order inside route decides: names that a visitor may not use go first.
package caddy
