// Package office365 holds what makes a Dovecot a bridge to Office 365: apppass-bridge.lua and 10-apppass-bridge.conf, which an administrator
// copies, and service.json, the bridge as apppass knows it. It has tests only. README.md takes an administrator from nothing to a sign-in.
//
// # What is promised
//
//   - A program that knows nothing of OAuth signs in by IMAP and submission with an app password, and is in the mailbox that apppass has
//     named, whatever it says.
//   - What a mail program is told is true: "wrong" only where apppass has said so, and "try again later" where apppass, Entra or Office 365
//     is in trouble.
//   - A token goes to the hosts of apppass-bridge.lua, under a certificate that is checked, and into no log.
//
// # What may be changed here
//
// The files are other people's once they are copied: a setting may come, and has a default that keeps what they have. The stand-ins for
// Entra and Office 365 check what those check as far as their documentation says it; what only a real tenant can show is in README.md.
package office365
