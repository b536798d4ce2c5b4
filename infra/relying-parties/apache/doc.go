// Package apache is Apache httpd as a relying party: the configuration for a web application, the Lua script that asks, and the test that
// signs in through both.
//
// # What is promised
//
// Who follows README.md has a working sign-in. Nobody is let in but on apppass's word, and no password is called wrong without it, whatever
// answers in apppass's place, and also where the script fails. The test starts Apache from the files here.
//
// # What may be changed here
//
// What README.md tells an administrator to replace. LuaSec does not look whose a certificate is: the script does, and a test holds it to
// that.
package apache
