// Package dovecot holds what makes a Dovecot let people in by app password: apppass.lua and 10-apppass.conf, which an administrator copies,
// and poller, which ends the sessions of revoked ones. It has tests only. README.md takes an administrator from nothing to a sign-in.
//
// # What is promised
//
//   - What a mail program is told is true: "wrong" only where apppass has said so, and "try again later" in every trouble of ours, for
//     IMAP, POP3 and submission alike.
//   - What has the shape of an app password never reaches another passdb, neither when it is wrong nor when apppass is away.
//   - From "Revoke" in Slack to BYE in an open session it takes at most 10 seconds.
//
// # What may be changed here
//
// The files are other people's once they are copied: a setting may come, and has a default that keeps what they have. Replacements of the
// tests are what an administrator changes too, see package rig.
package dovecot
