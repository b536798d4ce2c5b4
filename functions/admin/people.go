package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/apigw"
)

// orders leaves to the worker what an administrator wants of a person's app passwords.
type orders struct {
	queue interface {
		Send(ctx context.Context, j job.Job, delay time.Duration) error
	}
	team     string
	prefixes []string // of the company's app passwords
	now      func() time.Time
}

var (
	errBody        = problem.New(problem.Invalid, "admin.body")
	errPerson      = problem.New(problem.Invalid, "admin.person")
	errDays        = problem.New(problem.Invalid, "admin.days")
	errIdempotency = problem.New(problem.Invalid, "admin.idempotency")
)

var (
	validPerson      = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)
	validApplication = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	validKey         = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
)

// longestBody is in bytes.
const longestBody = 4096

// read decodes the body into what is wanted, and refuses what is in no contract.
func read(r *http.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, longestBody))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil || d.Decode(&struct{}{}) != io.EOF {
		return errBody // the decoder's error quotes the body
	}
	return nil
}

// order queues a job about the person in the path, and returns its id: that of the request's Idempotency-Key, its caller and all that is
// asked for. The same key with something else is another act.
func (o *orders) order(r *http.Request, kind job.Kind, args any) (id string, err error) {
	person, key := r.PathValue("person"), r.Header.Get("Idempotency-Key")
	switch {
	case !validPerson.MatchString(person):
		return "", errPerson
	case !validKey.MatchString(key):
		return "", errIdempotency
	}
	j, err := job.New("admin", kind, args)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s", apigw.Caller(r.Context()), kind, person, j.Args))
	j.ID = "admin:" + key + ":" + hex.EncodeToString(sum[:8])
	j.Person, j.Team, j.At = person, o.team, o.now().Unix()
	return j.ID, o.queue.Send(r.Context(), j, 0)
}

// ordered is the answer to what was left to the worker.
type ordered struct {
	Job string `json:"job"`
}

// revokePerson is POST /v1/admin/people/{person}/revoke.
type revokePerson struct {
	*orders
	answerer
}

// ServeHTTP decodes, queues and encodes.
func (v *revokePerson) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Credential  string `json:"credential"`
		Application string `json:"application"`
		Reason      string `json:"reason"`
	}
	err := read(r, &body)
	switch {
	case err != nil:
	case body.Credential != "" && !credential.ValidID(body.Credential), body.Application != "" && !validApplication.MatchString(body.Application):
		err = errBody
	default:
		body.Reason, err = job.Reason(body.Reason, v.prefixes...)
	}
	if err != nil {
		v.fail(w, r, err)
		return
	}
	id, err := v.order(r, job.AdminRevoke, job.AdminRevokeArgs{
		Credential: body.Credential, Application: body.Application, Reason: body.Reason, Actor: apigw.Caller(r.Context()),
	})
	if err != nil {
		v.fail(w, r, err)
		return
	}
	write(w, http.StatusAccepted, ordered{id})
}

// rotatePerson is POST /v1/admin/people/{person}/rotate.
type rotatePerson struct {
	*orders
	answerer
}

// How long an owner has to rotate, in days.
const (
	usualDays = 14
	mostDays  = 365
)

// ServeHTTP decodes, queues and encodes.
func (o *rotatePerson) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := struct {
		Credential string `json:"credential"`
		Reason     string `json:"reason"`
		Days       int    `json:"days"`
	}{Days: usualDays}
	err := read(r, &body)
	switch {
	case err != nil:
	case !credential.ValidID(body.Credential):
		err = errBody
	case body.Days < 1 || body.Days > mostDays:
		err = errDays
	default:
		body.Reason, err = job.Reason(body.Reason, o.prefixes...)
	}
	if err != nil {
		o.fail(w, r, err)
		return
	}
	id, err := o.order(r, job.AskRotation, job.AskRotationArgs{
		Credential: body.Credential, Days: body.Days, Reason: body.Reason, Actor: apigw.Caller(r.Context()),
	})
	if err != nil {
		o.fail(w, r, err)
		return
	}
	write(w, http.StatusAccepted, ordered{id})
}
