// Package dynamo keeps apppass in DynamoDB: five tables, cut by who may read them and how long things live.
//
// # Access patterns
//
//	credentials   pk person#<U…>      sk profile            the person with gate and login: GetItem; conditions of every transaction
//	              pk person#<U…>      sk preferences        how to speak to the person: GetItem; with all of a person: Query
//	              pk person#<U…>      sk credential#<id>    one app password: GetItem; all of a person: Query, consistent
//	              pk person#<U…>      sk digest             the last reminder, line by line: PutItem; with all of a person: Query
//	              pk login#<e-mail>   sk owner              whose login it is: GetItem; condition of issue
//	   nudge        nudge_shard 0–7 by person / nudge_at      whom to remind: Query a shard up to now
//	   sweep        sweep_shard 0–7 by person / sweep_at      what ends: Query a shard up to now (a credential with an end)
//	   people       people_shard 0–7 by person / pk           who is known: Query eight shards
//	   application  application_shard <app>#<0–7> / id        what an application is used for: Query eight shards
//	verifiers     pk <base64url HMAC>                       what stands under a password: GetItem, consistent; older peppers: BatchGetItem
//	   pepper       pepper_shard <version>#<0–7>              how many are left of a version: Query COUNT
//	ephemeral     pk reveal#<id>      sk reveal             a link: GetItem, consistent
//	              pk once#<job>       sk once               how far a job has come: UpdateItem
//	              pk throttle#<login>  sk <window>#<network>   unknown passwords: UpdateItem; all of a login: Query
//	              pk rejected#<login>  sk <minute>#<service>#<network>#<reason>   other rejections: PutItem; all of a login: Query
//	              pk feed#<service>   sk <ms>#<credential>  whose sessions end: Query behind a position
//	              pk roll#<run>       sk page#<0000>        a page of Slack's list of people: PutItem; all of a run: Query
//	              pk roll#<run>       sk question           what an admin is asked about a run: GetItem, UpdateItem
//	   sweep        sweep_shard 0–7 by person / sweep_at      links that nobody has finished: Query a shard up to now
//	settings      pk policy           sk <00000001>         the newest version: Query, descending, 1; those after a known one: BatchGetItem
//	              pk catalog          sk current            all applications in one item: GetItem
//	              pk service          sk <id>               all relying parties: Query; one, to change its keys: GetItem, consistent
//	              pk admin            sk <U…>               who administers: Query
//	audit         pk <0–15 by person>#<yyyy-mm>  sk <ULID>  a shard's hour, for its seal: Query, consistent (by service where it concerns no person)
//	              pk seal#<0–15>      sk <yyyy-mm-ddThh>    an hour's seal: PutItem; the first, the last, a day's: Query, consistent
//	   person       person / sk                               what concerned a person: Query, descending
//
// Every item has v, its shape's version. Times are epoch seconds; no time is no attribute. ephemeral is cleaned by the TTL attribute
// expiration, and so is what an app password was, 90 days after its end; expiry itself is checked in code. An index is a wake-up; the
// table's consistent read decides. Nobody asks yet for what the indexes application and pepper can find: they are laid out so that they can be.
//
// # What is promised
//
// Every change of state is one transaction over all it concerns, on the conditions that the use case has seen. Trouble of DynamoDB's is
// [problem.ErrUnavailable].
//
// # What may be changed here
//
// A key's shape stands in this file only. A new attribute needs nothing; one that changes its meaning needs a new v, and code that
// reads both.
package dynamo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/verify"
)

// shape is the version of every item that this code writes.
const shape = 1

const (
	peopleShards = 8
	auditShards  = 16
)

type item = map[string]types.AttributeValue

func key(pk, sk string) item {
	return item{"pk": text(pk), "sk": text(sk)}
}

const (
	profile     = "profile"
	preferences = "preferences"
	digest      = "digest"
)

func profileKey(o credential.Owner) item { return key(personPartition(o), profile) }

func digestKey(o credential.Owner) item { return key(personPartition(o), digest) }

func preferencesKey(o credential.Owner) item { return key(personPartition(o), preferences) }

func credentialKey(o credential.Owner, id string) item {
	return key(personPartition(o), credentialPrefix+id)
}

const credentialPrefix = "credential#"

const personPrefix = "person#"

func personPartition(o credential.Owner) string { return personPrefix + o.Person }

func loginKey(login string) item { return key("login#"+login, "owner") }

func verifierKey(v credential.Verifier) item { return item{"pk": text(string(v))} }

const revealPrefix = "reveal#"

func revealKey(id link.ID) item { return key(revealPrefix+string(id), "reveal") }

func onceKey(job string) item { return key("once#"+job, "once") }

const (
	throttlePrefix = "throttle#"
	rejectedPrefix = "rejected#"
)

func throttleKey(m verify.Miss) item {
	return key(throttlePrefix+m.Login, fmt.Sprintf("%010d#%s", m.Window.Unix(), m.Network))
}

func rejectedKey(r verify.Rejection) item {
	return key(rejectedPrefix+r.Login, fmt.Sprintf("%010d#%s#%s#%s", r.At.Truncate(time.Minute).Unix(), r.Service, r.Network, r.Reason))
}

func feedPartition(service string) string { return "feed#" + service }

func rollPartition(run string) string { return "roll#" + run }

func pageKey(run string, page int) item {
	return key(rollPartition(run), fmt.Sprintf("page#%04d", page))
}

func questionKey(run string) item { return key(rollPartition(run), "question") }

const (
	policyPartition  = "policy"
	servicePartition = "service"
	adminPartition   = "admin"
)

func catalogKey() item { return key("catalog", "current") }

func policyKey(version int) item { return key(policyPartition, fmt.Sprintf("%08d", version)) }

// auditKey shards events by whom they concern, a person or a service, so that all that happened to either stands in one shard. By the actor
// it would stand in many, and a busy admin's shard would be a hot one.
func auditKey(e audit.Event) item {
	return key(auditPartition(shard(cmp.Or(e.Owner.Person, e.Service), auditShards), e.At), e.ID)
}

func auditPartition(shard uint32, at time.Time) string {
	return fmt.Sprintf("%d#%s", shard, at.UTC().Format("2006-01"))
}

func sealPartition(shard int) string { return fmt.Sprintf("seal#%d", shard) }

func serviceKey(id string) item { return key(servicePartition, id) }

// peopleShard is where a person's wake-ups stand in a sharded index.
func peopleShard(person string) string { return fmt.Sprint(shard(person, peopleShards)) }

func applicationShard(application, person string) string {
	return application + "#" + peopleShard(person)
}

func pepperShard(version int, person string) string {
	return fmt.Sprintf("%d#%s", version, peopleShard(person))
}

func shard(of string, n uint32) uint32 {
	h := fnv.New32a()
	h.Write([]byte(of))
	return h.Sum32() % n
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func instant(t time.Time) types.AttributeValue { return number(t.Unix()) }

// seconds is a time as it is stored: 0, and so no attribute, for none.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
