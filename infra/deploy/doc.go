// Package deploy holds template.yaml, which an operator gives to AWS, to what the house says of it. It has tests only.
//
// # What is promised
//
//   - Nothing that can't be made again is lost: every table but the ephemeral one is protected from deletion, kept when the stack goes,
//     and can be restored to any second of the last 35 days. All are encrypted with a key of KMS.
//   - A job is never lost in silence: each working queue has its dead letters and each dead letter an alarm; a message stays hidden for
//     six times the timeout of the function that works on it, as Lambda's manual asks; and what the worker believes of its last chance
//     is what the queue says.
//   - No secret has its value in the template, in an environment or in a parameter: functions get ARNs and read at run time.
//   - A role is one function's and says what is in the template, nothing by AWS's hand but the right to write logs. No action and no
//     resource is a wildcard, but for the names of sealed passwords, which are random. That nothing in a role is too much and nothing
//     missing is tested where the functions run: infra/e2e.
//   - Every route of the admin API wants a request signed by an IAM identity, and no admin route is elsewhere.
//   - Functions and folders under functions/ are the same set.
//
// The same is asked twice: of the template as it is written, everywhere, and of what SAM's transform makes of it, where Python has
// samtranslator (it comes with cfn-lint). The second is where SAM's own additions come to light.
//
// # What may be changed here
//
// A new resource type gets a test here of what must never be forgotten about it. Loosen a rule only together with the sentence above
// that it stands for.
package deploy
