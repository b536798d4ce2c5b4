// Package nginx is nginx as a relying party: the configuration for a web application and for its mail proxy, and the test that signs in
// through both.
//
// # What is promised
//
// Who follows README.md has a working sign-in. Nobody is let in but on apppass's word, and no password is called wrong without it, whatever
// answers in apppass's place. The test starts nginx from the files here.
//
// # What may be changed here
//
// What README.md tells an administrator to replace, and deadlines, if the two of a row stay in their order.
package nginx
