package dynamo

import (
	"cmp"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/service"
)

// base is what every item has.
type base struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk,omitempty"`
	V  int    `dynamodbav:"v"`
}

func at(k item) (b base) {
	if err := attributevalue.UnmarshalMap(k, &b); err != nil {
		panic(err) // keys are made in keys.go
	}
	b.V = shape
	return b
}

type profileItem struct {
	base
	Team       string `dynamodbav:"team"`
	Person     string `dynamodbav:"person"`
	Login      string `dynamodbav:"login"`
	Gate       string `dynamodbav:"gate"`
	Generation int    `dynamodbav:"generation"`
	Made       int64  `dynamodbav:"made"`
	Since      int64  `dynamodbav:"gate_since,omitempty"`
	Why        string `dynamodbav:"gate_why,omitempty"`
	Asked      bool   `dynamodbav:"gate_asked,omitempty"`
	// PeopleShard is there while a reconciliation has to look at the person.
	PeopleShard string `dynamodbav:"people_shard,omitempty"`
}

func newProfile(p person.Person, now time.Time) profileItem {
	return profileItem{
		base: at(profileKey(p.Owner)), Team: p.Owner.Team, Person: p.Owner.Person, Login: p.Login,
		Gate: string(p.Gate.State), Generation: p.Gate.Generation, Made: now.Unix(), PeopleShard: peopleShard(p.Owner.Person),
	}
}

type loginItem struct {
	base
	Team   string `dynamodbav:"team"`
	Person string `dynamodbav:"person"`
}

type credentialItem struct {
	base
	ID               string             `dynamodbav:"id"`
	Team             string             `dynamodbav:"team"`
	Person           string             `dynamodbav:"person"`
	Login            string             `dynamodbav:"login"`
	Application      string             `dynamodbav:"application"`
	ApplicationShard string             `dynamodbav:"application_shard"`
	Label            string             `dynamodbav:"label,omitempty"`
	Tier             string             `dynamodbav:"tier"`
	Services         []string           `dynamodbav:"services"`
	Protocols        []service.Protocol `dynamodbav:"protocols,omitempty"`
	Networks         []string           `dynamodbav:"networks,omitempty"` // CIDR
	Uses             []useItem          `dynamodbav:"uses,omitempty"`
	State            string             `dynamodbav:"state"`
	Verifier         string             `dynamodbav:"verifier"`
	Next             string             `dynamodbav:"next,omitempty"`
	Former           string             `dynamodbav:"former,omitempty"`
	FormerEnds       int64              `dynamodbav:"former_ends,omitempty"`
	FormerMade       int64              `dynamodbav:"former_made,omitempty"`
	FormerDue        int64              `dynamodbav:"former_due,omitempty"` // 0: none
	FormerUses       []useItem          `dynamodbav:"former_uses,omitempty"`
	Extended         bool               `dynamodbav:"extended,omitempty"`
	Reveal           string             `dynamodbav:"reveal"`
	Made             int64              `dynamodbav:"made"`
	Renewed          int64              `dynamodbav:"renewed,omitempty"` // none: it was not
	Activated        int64              `dynamodbav:"activated,omitempty"`
	Expires          int64              `dynamodbav:"expires,omitempty"`
	Ended            int64              `dynamodbav:"ended,omitempty"`
	Due              int64              `dynamodbav:"due,omitempty"`
	Told             int64              `dynamodbav:"told,omitempty"`
	Snoozed          int64              `dynamodbav:"snoozed,omitempty"`
	Asked            int64              `dynamodbav:"asked,omitempty"`
	Kept             int64              `dynamodbav:"kept,omitempty"`
	RotateBy         int64              `dynamodbav:"rotate_by,omitempty"`
	NudgeShard       string             `dynamodbav:"nudge_shard,omitempty"`
	NudgeAt          int64              `dynamodbav:"nudge_at,omitempty"`
	Known            []string           `dynamodbav:"known,omitempty"` // networks
	Tried            []string           `dynamodbav:"tried,omitempty"`
	SweepShard       string             `dynamodbav:"sweep_shard,omitempty"`
	SweepAt          int64              `dynamodbav:"sweep_at,omitempty"`
}

func newCredential(c credential.Credential) credentialItem {
	i := credentialItem{
		base: at(credentialKey(c.Owner, c.ID)), ID: c.ID, Team: c.Owner.Team, Person: c.Owner.Person, Login: c.Login,
		Application: c.Application, ApplicationShard: applicationShard(c.Application, c.Owner.Person), Label: c.Label, Tier: string(c.Tier),
		Services: c.Services, Protocols: c.Protocols, Networks: cidrs(c.Networks), Uses: useItems(c.Uses), State: string(c.State), Verifier: string(c.Verifier), Reveal: c.Reveal,
		Made: seconds(c.Made), Activated: seconds(c.Activated), Expires: seconds(c.Expires), Ended: seconds(c.Ended),
	}
	if i.Expires != 0 {
		i.SweepShard, i.SweepAt = peopleShard(c.Owner.Person), i.Expires
	}
	return i
}

func (i credentialItem) credential() (credential.Credential, error) {
	networks, err := prefixes(i.Networks)
	if err != nil {
		return credential.Credential{}, fmt.Errorf("credential %s: %w", i.ID, err)
	}
	return credential.Credential{
		ID: i.ID, Owner: credential.Owner{Team: i.Team, Person: i.Person}, Login: i.Login, Application: i.Application, Label: i.Label,
		Tier: credential.Tier(i.Tier), Services: i.Services, Protocols: i.Protocols, Networks: networks, Uses: uses(i.Uses),
		State: credential.State(i.State), Verifier: credential.Verifier(i.Verifier), Reveal: i.Reveal, Made: moment(i.Made), Activated: moment(i.Activated),
		Expires: moment(i.Expires), Ended: moment(i.Ended), Next: credential.Verifier(i.Next), Renewed: moment(cmp.Or(i.Renewed, i.Made)),
		Former: credential.Former{
			Verifier: credential.Verifier(i.Former), Ends: moment(i.FormerEnds), Extended: i.Extended, Made: moment(i.FormerMade), Due: moment(i.FormerDue),
			Uses: uses(i.FormerUses),
		},
		Due: moment(i.Due),
		Nudges: credential.Nudges{
			Told: moment(i.Told), Snoozed: moment(i.Snoozed), Asked: moment(i.Asked), Kept: moment(i.Kept), RotateBy: moment(i.RotateBy),
			Wake: moment(i.NudgeAt),
		},
		Known: i.Known, Tried: i.Tried,
	}, nil
}

type verifierItem struct {
	base
	Pepper      int                `dynamodbav:"pepper"`
	PepperShard string             `dynamodbav:"pepper_shard"`
	Credential  string             `dynamodbav:"credential"`
	Team        string             `dynamodbav:"team"`
	Person      string             `dynamodbav:"person"`
	Login       string             `dynamodbav:"login"`
	Application string             `dynamodbav:"application"`
	Services    []string           `dynamodbav:"services"`
	Protocols   []service.Protocol `dynamodbav:"protocols,omitempty"`
	Networks    []string           `dynamodbav:"networks,omitempty"` // CIDR
	Uses        []useItem          `dynamodbav:"uses,omitempty"`
	State       string             `dynamodbav:"state"`
	Ends        int64              `dynamodbav:"ends,omitempty"`
	Expires     int64              `dynamodbav:"expires,omitempty"`
	Made        int64              `dynamodbav:"made"`
	Used        int64              `dynamodbav:"used,omitempty"` // the last use that was noted
}

func newVerifier(e credential.Entry) verifierItem {
	i := verifierItem{
		base: at(verifierKey(e.Verifier)), Pepper: e.Pepper, PepperShard: pepperShard(e.Pepper, e.Owner.Person), Credential: e.Credential,
		Team: e.Owner.Team, Person: e.Owner.Person, Login: e.Login, Application: e.Application, Services: e.Services, Protocols: e.Protocols,
		Networks: cidrs(e.Networks), Uses: useItems(e.Uses), State: string(e.State), Ends: seconds(e.Ends), Expires: seconds(e.Expires), Made: seconds(e.Made),
	}
	i.Used = lastUse(e.Uses)
	return i
}

func (i verifierItem) entry() (credential.Entry, error) {
	networks, err := prefixes(i.Networks)
	if err != nil {
		return credential.Entry{}, fmt.Errorf("the entry of credential %s: %w", i.Credential, err)
	}
	return credential.Entry{
		Verifier: credential.Verifier(i.PK), Pepper: i.Pepper, Credential: i.Credential,
		Owner: credential.Owner{Team: i.Team, Person: i.Person}, Login: i.Login, Application: i.Application, Services: i.Services,
		Protocols: i.Protocols, Networks: networks, Uses: uses(i.Uses), State: credential.EntryState(i.State), Ends: moment(i.Ends),
		Expires: moment(i.Expires), Made: moment(i.Made),
	}, nil
}

type revealItem struct {
	base
	ProofHash    []byte       `dynamodbav:"proof_hash"`
	Secret       string       `dynamodbav:"secret"`
	State        string       `dynamodbav:"state"`
	Door         string       `dynamodbav:"door"`
	DoorUntil    int64        `dynamodbav:"door_until"`
	Asker        []byte       `dynamodbav:"asker,omitempty"`
	Nonce        []byte       `dynamodbav:"nonce,omitempty"`
	MatchNonce   []byte       `dynamodbav:"match_nonce,omitempty"`
	MatchDigits  string       `dynamodbav:"match_digits,omitempty"`
	MatchUntil   int64        `dynamodbav:"match_until,omitempty"`
	MatchAllowed bool         `dynamodbav:"match_allowed,omitempty"`
	ViewID       string       `dynamodbav:"view_id,omitempty"`
	Channel      string       `dynamodbav:"channel,omitempty"`
	TS           string       `dynamodbav:"ts,omitempty"`
	ClaimedAt    int64        `dynamodbav:"claimed_at,omitempty"`
	Fetched      int64        `dynamodbav:"fetched,omitempty"`
	Ended        int64        `dynamodbav:"ended,omitempty"`
	Expires      int64        `dynamodbav:"expires"`
	Generation   int          `dynamodbav:"generation"`
	Team         string       `dynamodbav:"team"`
	Person       string       `dynamodbav:"person"`
	Gate         int          `dynamodbav:"gate_generation"`
	Credential   string       `dynamodbav:"credential"`
	Verifier     string       `dynamodbav:"verifier"`
	Made         int64        `dynamodbav:"made,omitempty"`
	From         string       `dynamodbav:"rotates_from,omitempty"`
	Grace        int64        `dynamodbav:"grace,omitempty"` // seconds
	Before       string       `dynamodbav:"rotates_before,omitempty"`
	CredentialTo int64        `dynamodbav:"credential_expires,omitempty"`
	Login        string       `dynamodbav:"login"`
	Application  string       `dynamodbav:"application_name"`
	Label        string       `dynamodbav:"label,omitempty"`
	Servers      []serverItem `dynamodbav:"servers"`
	SweepShard   string       `dynamodbav:"sweep_shard,omitempty"`
	SweepAt      int64        `dynamodbav:"sweep_at,omitempty"`
	Expiration   int64        `dynamodbav:"expiration"`
}

// serverItem is a [link.Server].
type serverItem struct {
	ID    string                   `dynamodbav:"id"`
	Name  string                   `dynamodbav:"name"`
	Host  string                   `dynamodbav:"host,omitempty"`
	Ports map[service.Protocol]int `dynamodbav:"ports,omitempty"`
}

func servers(all []link.Server) []serverItem {
	items := make([]serverItem, len(all))
	for i, s := range all {
		items[i] = serverItem(s)
	}
	return items
}

// revealLife is how long a link that is over can still be told from one that never was.
const revealLife = 7 * 24 * time.Hour

func newReveal(r link.Reveal) revealItem {
	return revealItem{
		base: at(revealKey(r.ID)), ProofHash: r.ProofHash[:], Secret: r.Secret, State: string(r.State), Door: string(r.Door),
		DoorUntil: seconds(r.DoorUntil), Expires: seconds(r.Expires), Generation: r.Generation, Team: r.Owner.Team, Person: r.Owner.Person,
		Gate: r.Gate, Credential: r.Credential, Verifier: string(r.Verifier), Login: r.Account.Login, Application: r.Account.Application,
		Label: r.Account.Label, Servers: servers(r.Account.Services), SweepShard: peopleShard(r.Owner.Person), SweepAt: seconds(r.Expires),
		Expiration: r.Expires.Add(revealLife).Unix(),
		Made:       seconds(r.Made), From: string(r.Rotation.From), Grace: int64(r.Rotation.Grace.Seconds()), Before: string(r.Rotation.Before),
		CredentialTo: seconds(r.Rotation.Expires),
	}
}

func (i revealItem) reveal(id link.ID) (link.Reveal, error) {
	r := link.Reveal{
		ID: id, Secret: i.Secret, State: link.State(i.State), Door: link.Door(i.Door), DoorUntil: moment(i.DoorUntil), ClaimedAt: moment(i.ClaimedAt),
		Fetched: moment(i.Fetched), Ended: moment(i.Ended), Expires: moment(i.Expires), Generation: i.Generation,
		Owner: credential.Owner{Team: i.Team, Person: i.Person}, Gate: i.Gate, Credential: i.Credential,
		Verifier: credential.Verifier(i.Verifier), Made: moment(i.Made),
		Rotation: link.Rotation{
			From: credential.Verifier(i.From), Grace: time.Duration(i.Grace) * time.Second, Before: credential.Verifier(i.Before), Expires: moment(i.CredentialTo),
		},
		Account: link.Account{Login: i.Login, Application: i.Application, Label: i.Label},
	}
	for _, s := range i.Servers {
		r.Account.Services = append(r.Account.Services, link.Server(s))
	}
	r.Match = link.Match{Digits: i.MatchDigits, Until: moment(i.MatchUntil), Allowed: i.MatchAllowed}
	r.Place = job.Reply{ViewID: i.ViewID, Channel: i.Channel, TS: i.TS}
	for to, from := range map[*link.Nonce][]byte{&r.Nonce: i.Nonce, &r.Asker: i.Asker, &r.Match.Nonce: i.MatchNonce} {
		if len(from) != 0 && copy(to[:], from) != len(from) {
			return r, fmt.Errorf("the item of link %s has a nonce of %d bytes", id, len(from))
		}
	}
	if copy(r.ProofHash[:], i.ProofHash) != len(r.ProofHash) || len(i.ProofHash) != len(r.ProofHash) {
		return r, fmt.Errorf("the item of link %s has a proof of %d bytes", id, len(i.ProofHash))
	}
	return r, nil
}

type auditItem struct {
	base
	At         int64  `dynamodbav:"at"`
	Team       string `dynamodbav:"team,omitempty"`
	Person     string `dynamodbav:"person,omitempty"` // none: the index person has not this event
	Actor      string `dynamodbav:"actor"`
	Action     string `dynamodbav:"action"`
	Credential string `dynamodbav:"credential,omitempty"`
	Service    string `dynamodbav:"service,omitempty"`
	Key        string `dynamodbav:"key,omitempty"` // a service key's prefix
	Reason     string `dynamodbav:"reason,omitempty"`
	Job        string `dynamodbav:"job,omitempty"`
}

func newAudit(e audit.Event) auditItem {
	return auditItem{
		base: at(auditKey(e)), At: e.At.Unix(), Team: e.Owner.Team, Person: e.Owner.Person, Actor: e.Actor, Action: string(e.Action),
		Credential: e.Credential, Service: e.Service, Key: e.Key, Reason: e.Reason, Job: e.Job,
	}
}
