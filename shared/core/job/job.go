// Package job is the message that one function leaves for another: what to do, for whom, and where to answer. It is the only thing
// that travels in a queue.
//
// # What is promised
//
// There is no secret in a job: no password, no link, no payload of Slack's; only ids that were parsed out of one. The response URL
// is a bearer token of Slack's for 30 minutes and is never logged, which is why [Reply] does not print.
//
// A job may arrive twice, late, or beside another for the same thing. Its id names the act, not the delivery, and the once-record
// under that id makes it act once.
//
// # What may be changed here
//
// A kind is one more constant with a type for its arguments, and a case in functions/worker. Jobs that wait in a queue are read by the
// code after the next deployment: arguments may gain fields whose absence means what it meant before; anything else is a new [Version],
// and code that reads both.
package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
)

// Version is the shape of the jobs that this code writes; it reads no other.
const Version = 1

// Kind says what is to be done.
type Kind string

// The kinds there are, each with its arguments' type.
const (
	// Issue makes an app password; its arguments are [IssueArgs].
	Issue Kind = "issue"
	// Rotate makes another password for one, behind another link; its arguments are [RotateArgs].
	Rotate Kind = "rotate"
	// EndFormer ends what a rotation has replaced, and ExtendFormer puts its end off once; their arguments are [FormerArgs].
	EndFormer    Kind = "end_former"
	ExtendFormer Kind = "extend_former"
	// Revoke ends one; its arguments are [RevokeArgs].
	Revoke Kind = "revoke"
	// AskOwner asks in Slack which number a browser shows; its arguments are [AskOwnerArgs].
	AskOwner Kind = "ask_owner"
	// Tap answers that; its arguments are [TapArgs].
	Tap Kind = "tap"
	// Revealed says in Slack that a link was used; its arguments are [RevealArgs].
	Revealed Kind = "revealed"
	// Unread says where it is shown that a link was not used in time, and of a rotation that nothing has changed; its arguments are
	// [RevealArgs].
	Unread Kind = "unread"
	// Warn tells the owner of something odd at a link; its arguments are [WarnArgs].
	Warn Kind = "warn"
	// Used tells the owner of a first use, or of one from a new network; its arguments are [UsedArgs].
	Used Kind = "used"
	// DeleteSecret removes what a link had sealed; its arguments are [DeleteSecretArgs].
	DeleteSecret Kind = "delete_secret"
	// Leaked ends what was found where others can read it; its arguments are [LeakedArgs].
	Leaked Kind = "leaked"
	// Home publishes a person's home tab; its arguments are [HomeArgs].
	Home Kind = "home"
	// Prefer keeps how somebody wants to be spoken to; its arguments are [PreferArgs].
	Prefer Kind = "prefer"
	// Doctor looks why a person's programs can't sign in, and says so; it has no arguments.
	Doctor Kind = "doctor"
)

// Job is one message.
type Job struct {
	V      int    `json:"v"`
	ID     string `json:"id"`
	Kind   Kind   `json:"kind"`
	Person string `json:"person"` // whom it concerns: a Slack user id
	Team   string `json:"team"`
	At     int64  `json:"at"` // when it was asked for, epoch seconds
	Reply  Reply  `json:"reply,omitzero"`
	// Args is what the kind needs.
	Args json.RawMessage `json:"args"`
}

// Reply is where the person looks for the answer: an open view, a message, what a response URL leads to, or a page of the home tab.
type Reply struct {
	ViewID      string `json:"view_id,omitempty"`
	ResponseURL string `json:"response_url,omitempty"`
	Channel     string `json:"channel,omitempty"`
	TS          string `json:"ts,omitempty"`
	// Home is the page, from 1; 0: elsewhere.
	Home int `json:"home,omitempty"`
}

// String hides the response URL.
func (r Reply) String() string { return "view " + r.ViewID + " message " + r.Channel + "/" + r.TS }

// GoString hides it too.
func (r Reply) GoString() string { return r.String() }

// IssueArgs is what an [Issue] needs.
type IssueArgs struct {
	Application string `json:"application"` // the catalog's id
	Label       string `json:"label"`
	// Days is after how many it ends; none: as late as the policy lets it.
	Days int `json:"days,omitempty"`
	// Networks is from where it may be used; none: from anywhere.
	Networks []netip.Prefix `json:"networks,omitempty"`
}

// RotateArgs is what a [Rotate] needs.
type RotateArgs struct {
	Credential string `json:"credential"`
}

// FormerArgs is what an [EndFormer] or [ExtendFormer] needs: the time tells a former password from one before or after it.
type FormerArgs struct {
	Credential string `json:"credential"`
	Made       int64  `json:"made"` // epoch seconds
}

// RevokeArgs is what a [Revoke] needs.
type RevokeArgs struct {
	Credential string `json:"credential"`
}

// RevealArgs names a link.
type RevealArgs struct {
	Reveal string `json:"reveal"` // the link's id
}

// AskOwnerArgs is what an [AskOwner] needs.
type AskOwnerArgs struct {
	Reveal  string `json:"reveal"`
	Tag     string `json:"tag"`     // of the match that is asked about
	Browser string `json:"browser"` // as its User-Agent says, "Firefox on Windows"; empty: unknown
	Network string `json:"network"` // the address from which it comes
}

// TapArgs is what a [Tap] needs.
type TapArgs struct {
	Reveal string `json:"reveal"`
	Tag    string `json:"tag"`
	Digits string `json:"digits"` // empty: "That wasn't me"
}

// WarnArgs is what a [Warn] needs.
type WarnArgs struct {
	Reveal string  `json:"reveal"`
	What   Warning `json:"what"`
}

// Warning is something odd at a link.
type Warning string

// The warnings there are.
const (
	WrongProof Warning = "wrong_proof" // somebody knows the link's id, and not its key
	TwoAsk     Warning = "two_ask"     // two browsers hold the link
	Mangled    Warning = "mangled"     // the link's key has reached a server's log on its way
)

// UsedArgs is what a [Used] needs.
type UsedArgs struct {
	Credential string `json:"credential"`
	First      bool   `json:"first"` // it was never used before
	Service    string `json:"service"`
	Protocol   string `json:"protocol"`
	Network    string `json:"network"` // empty: unknown
	Address    string `json:"address"` // empty: unknown
	// Made is when the password was made that was used, epoch seconds; none: whichever works.
	Made int64 `json:"made,omitempty"`
}

// DeleteSecretArgs is what a [DeleteSecret] needs.
type DeleteSecretArgs struct {
	Reveal string `json:"reveal"` // the link's id
	Secret string `json:"secret"` // the secret's name
}

// LeakedArgs is what a [Leaked] needs: what was found among the passwords of one report. It is sent also where that is nothing, so that who
// reports can't tell.
type LeakedArgs struct {
	Found []Leak `json:"found"`
}

// Leak is an app password that somebody has found.
type Leak struct {
	Credential string `json:"credential"`
	Person     string `json:"person"` // whose it is
	Team       string `json:"team"`
	// Made is when its characters were made, epoch seconds: their generation. The credential's later ones were not found.
	Made int64 `json:"made"`
}

// ID names the act of ending it, however often and by whomever it is reported.
func (l Leak) ID() string { return fmt.Sprintf("leak:%s:%d", l.Credential, l.Made) }

// HomeArgs is what a [Home] needs.
type HomeArgs struct {
	Page int `json:"page"` // from 1; one behind the last is the last
	// Opened says that the person has just come to the tab: Slack is asked for their locale and time zone.
	Opened bool `json:"opened,omitempty"`
}

// PreferArgs is what a [Prefer] needs: one of its members is set, or both ends of quiet hours; the others stay as they are.
type PreferArgs struct {
	Language   *string `json:"language,omitempty"`    // empty: Slack's
	QuietFrom  *int    `json:"quiet_from,omitempty"`  // a full hour
	QuietUntil *int    `json:"quiet_until,omitempty"` // a full hour
	QuietOff   bool    `json:"quiet_off,omitempty"`
}

// New returns a job with its arguments marshalled.
func New(id string, kind Kind, args any) (Job, error) {
	body, err := json.Marshal(args)
	if err != nil {
		return Job{}, fmt.Errorf("marshal the arguments of a %s job: %w", kind, err)
	}
	return Job{V: Version, ID: id, Kind: kind, Args: body}, nil
}

// ErrForeign reports a message that is no job of this version. It can't be dealt with by trying again.
var ErrForeign = errors.New("not a job of this version")

// Parse reads a message. The error wraps [ErrForeign].
func Parse(body string) (Job, error) {
	var j Job
	if err := json.Unmarshal([]byte(body), &j); err != nil {
		// The decoder's error can quote the body, and the body can hold a response URL.
		return Job{}, fmt.Errorf("no JSON: %w", ErrForeign)
	}
	if j.V != Version || j.ID == "" || j.Kind == "" {
		return Job{}, fmt.Errorf("version %d, kind %q: %w", j.V, j.Kind, ErrForeign)
	}
	return j, nil
}

// ArgsOf reads the arguments.
func ArgsOf[T any](j Job) (T, error) {
	var args T
	if err := json.Unmarshal(j.Args, &args); err != nil {
		return args, fmt.Errorf("the arguments of job %s: %w", j.ID, ErrForeign)
	}
	return args, nil
}
