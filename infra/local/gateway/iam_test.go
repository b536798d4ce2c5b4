package gateway_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/template"
)

var olga = gateway.Identity{AccessKeyID: "AKIDOLGA", SecretAccessKey: "olga's secret", UserARN: "arn:aws:iam::000000000000:user/olga", UserID: "AIDAOLGA"}

// guarded is a gateway with an API that wants signatures, at /admin/…, and one that wants none.
func guarded(t *testing.T) *stage {
	t.Helper()
	declared := append(routes("ANY /open"), gateway.Route{Route: template.Route{API: "AdminApi", Method: "ANY", Path: "/admin/{rest+}"}, Function: "admin"})
	return start(t, gateway.Options{
		Routes: declared, APIs: []template.API{{LogicalID: "PeopleApi", ID: "p"}, {LogicalID: "AdminApi", ID: "a", IAM: true}},
		Identities: []gateway.Identity{{AccessKeyID: "AKIDOTHER", SecretAccessKey: "another secret"}, olga},
	})
}

// attempt is a request and how it is signed. It is changed before it is signed, or after.
type attempt struct {
	*http.Request
	body, signedBody string
	credentials      aws.Credentials
	service, region  string
	at               time.Time
}

func (s *stage) attempt(t *testing.T) *attempt {
	t.Helper()
	body := `{"a":1}`
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/admin/keys/a%20b?x=2&x=1&name=%C3%A4", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	return &attempt{
		Request: q, body: body, signedBody: body, service: "execute-api", region: "us-east-1", at: s.clock.Now(),
		credentials: aws.Credentials{AccessKeyID: olga.AccessKeyID, SecretAccessKey: olga.SecretAccessKey},
	}
}

func (a *attempt) hash() string {
	sum := sha256.Sum256([]byte(a.signedBody))
	return hex.EncodeToString(sum[:])
}

func (a *attempt) sign(t *testing.T) {
	t.Helper()
	if err := v4.NewSigner().SignHTTP(t.Context(), a.credentials, a.Request, a.hash(), a.service, a.region, a.at); err != nil {
		t.Fatal(err)
	}
}

// presign signs in the query, for that many seconds; with "" it does not say for how many.
func (a *attempt) presign(t *testing.T, seconds string) {
	t.Helper()
	a.Header = http.Header{}
	if seconds != "" {
		a.addQuery("X-Amz-Expires=" + seconds)
	}
	address, _, err := v4.NewSigner().PresignHTTP(t.Context(), a.credentials, a.Request, a.hash(), a.service, a.region, a.at)
	if err == nil {
		a.URL, err = url.Parse(address)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (a *attempt) addQuery(parameter string) { a.URL.RawQuery += "&" + parameter }

// send is the status and the body of the answer.
func (a *attempt) send(t *testing.T) (int, string) {
	t.Helper()
	a.Body = io.NopCloser(strings.NewReader(a.body))
	a.ContentLength = int64(len(a.body))
	answer, err := http.DefaultTransport.RoundTrip(a.Request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

const forbidden = `{"message":"Forbidden"}`

func TestOnlyARightSignatureOpensAGuardedRoute(t *testing.T) {
	for name, c := range map[string]struct {
		before, after func(a *attempt)
		want          int
	}{
		"right":                        {nil, nil, 200},
		"at the edge of its time":      {func(a *attempt) { a.at = a.at.Add(-5*time.Minute + 10*time.Second) }, nil, 200},
		"a clock that is a bit ahead":  {func(a *attempt) { a.at = a.at.Add(5*time.Minute - 10*time.Second) }, nil, 200},
		"the same query written apart": {nil, func(a *attempt) { a.URL.RawQuery = "name=%c3%a4&x=1&x=2" }, 200},
		"a header that is not signed":  {nil, func(a *attempt) { a.Header.Set("X-Later", "1") }, 200},
		"its hash is said":             {func(a *attempt) { a.Header.Set("X-Amz-Content-Sha256", a.hash()) }, nil, 200},
		"unsigned":                     {nil, func(a *attempt) { a.Header.Del("Authorization") }, 403},
		"a wrong secret":               {func(a *attempt) { a.credentials.SecretAccessKey = "another secret" }, nil, 403},
		"an unknown key":               {func(a *attempt) { a.credentials.AccessKeyID = "AKIDNOBODY" }, nil, 403},
		"another one's key":            {func(a *attempt) { a.credentials.AccessKeyID = "AKIDOTHER" }, nil, 403},
		"a session":                    {func(a *attempt) { a.credentials.SessionToken = "token" }, nil, 403},
		"stale":                        {func(a *attempt) { a.at = a.at.Add(-5*time.Minute - time.Second) }, nil, 403},
		"of the future":                {func(a *attempt) { a.at = a.at.Add(5*time.Minute + 10*time.Second) }, nil, 403},
		"stale, dated anew":            {func(a *attempt) { a.at = a.at.Add(-time.Hour) }, func(a *attempt) { a.Header.Set("X-Amz-Date", a.at.Add(time.Hour).UTC().Format("20060102T150405Z")) }, 403},
		"without a date":               {nil, func(a *attempt) { a.Header.Del("X-Amz-Date") }, 403},
		"with two dates":               {nil, func(a *attempt) { a.Header.Add("X-Amz-Date", a.Header.Get("X-Amz-Date")) }, 403},
		"another service":              {func(a *attempt) { a.service = "dynamodb" }, nil, 403},
		"another region":               {func(a *attempt) { a.region = "eu-central-1" }, nil, 403},
		"a changed body":               {nil, func(a *attempt) { a.body = `{"a":2}` }, 403},
		"a body that is taken away":    {nil, func(a *attempt) { a.body = "" }, 403},
		"another hash is said":         {func(a *attempt) { a.Header.Set("X-Amz-Content-Sha256", strings.Repeat("0", 64)) }, nil, 403},
		"a hash that covers no body":   {func(a *attempt) { a.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }, nil, 403},
		"a changed path":               {nil, func(a *attempt) { a.URL.Path, a.URL.RawPath = "/admin/keys/ab", "" }, 403},
		"a path escaped otherwise":     {nil, func(a *attempt) { a.URL.RawPath = "/admin/keys%2Fa%20b" }, 403},
		"a changed query":              {nil, func(a *attempt) { a.URL.RawQuery = strings.Replace(a.URL.RawQuery, "x=1", "x=3", 1) }, 403},
		"a longer query":               {nil, func(a *attempt) { a.addQuery("y=1") }, 403},
		"a query that nobody can read": {nil, func(a *attempt) { a.addQuery("y;z=1") }, 403},
		"a changed method":             {nil, func(a *attempt) { a.Method = http.MethodPut }, 403},
		"a changed header":             {nil, func(a *attempt) { a.Header.Set("Content-Type", "text/plain") }, 403},
		"another host":                 {nil, func(a *attempt) { a.Host = "other.example" }, 403},
		"a signature that is cut off": {nil, func(a *attempt) {
			a.Header.Set("Authorization", a.Header.Get("Authorization")[:len(a.Header.Get("Authorization"))-1])
		}, 403},
		"two signatures":                 {nil, func(a *attempt) { a.Header.Add("Authorization", a.Header.Get("Authorization")) }, 403},
		"something else than signatures": {nil, func(a *attempt) { a.Header.Set("Authorization", "Bearer local-mail-service-key") }, 403},
		"a host that is not signed": {nil, func(a *attempt) {
			a.Header.Set("Authorization", strings.Replace(a.Header.Get("Authorization"), "host;", "", 1))
		}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			s := guarded(t)
			a := s.attempt(t)
			if c.before != nil {
				c.before(a)
			}
			a.sign(t)
			if c.after != nil {
				c.after(a)
			}
			s.holds(a, c.want)
		})
	}
}

func TestASignatureMayStandInTheQuery(t *testing.T) {
	for name, c := range map[string]struct {
		before func(a *attempt)
		life   string
		after  func(a *attempt)
		want   int
	}{
		"right":                        {nil, "60", nil, 200},
		"right, until its end":         {func(a *attempt) { a.at = a.at.Add(-59 * time.Minute) }, "3600", nil, 200},
		"too old":                      {func(a *attempt) { a.at = a.at.Add(-62 * time.Second) }, "60", nil, 403},
		"made to last":                 {func(a *attempt) { a.at = a.at.Add(-62 * time.Second) }, "60", func(a *attempt) { a.URL.RawQuery = strings.Replace(a.URL.RawQuery, "Expires=60", "Expires=600", 1) }, 403},
		"for ever":                     {nil, "604801", nil, 403},
		"for no time":                  {nil, "0", nil, 403},
		"for nobody knows how long":    {nil, "", nil, 403},
		"of the future":                {func(a *attempt) { a.at = a.at.Add(6 * time.Minute) }, "60", nil, 403},
		"a wrong secret":               {func(a *attempt) { a.credentials.SecretAccessKey = "another secret" }, "60", nil, 403},
		"a session":                    {func(a *attempt) { a.credentials.SessionToken = "token" }, "60", nil, 403},
		"a changed body":               {nil, "60", func(a *attempt) { a.body = "" }, 403},
		"a changed path":               {nil, "60", func(a *attempt) { a.URL.Path, a.URL.RawPath = "/admin/keys/ab", "" }, 403},
		"a longer query":               {nil, "60", func(a *attempt) { a.addQuery("y=1") }, 403},
		"another algorithm":            {nil, "60", func(a *attempt) { a.URL.RawQuery = strings.Replace(a.URL.RawQuery, "AWS4-HMAC", "AWS5-HMAC", 1) }, 403},
		"a signature and none":         {nil, "60", func(a *attempt) { a.addQuery("X-Amz-Signature=") }, 403},
		"another signature before it":  {nil, "60", func(a *attempt) { a.URL.RawQuery = "X-Amz-Signature=00&" + a.URL.RawQuery }, 403},
		"a header that says otherwise": {nil, "60", func(a *attempt) { a.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x") }, 403},
	} {
		t.Run(name, func(t *testing.T) {
			s := guarded(t)
			a := s.attempt(t)
			if c.before != nil {
				c.before(a)
			}
			a.presign(t, c.life)
			if c.after != nil {
				c.after(a)
			}
			s.holds(a, c.want)
		})
	}
}

// holds expects that the request is let in or is not, and that the function then knows who made it.
func (s *stage) holds(a *attempt, want int) {
	s.t.Helper()
	status, body := a.send(s.t)
	if status != want || want == http.StatusForbidden && body != forbidden {
		s.t.Fatalf("got %d %s, want %d", status, body, want)
	}
	if want != http.StatusOK {
		if len(s.events) > 0 {
			s.t.Error("the function was invoked")
		}
		return
	}
	who := events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{
		AccessKey: olga.AccessKeyID, AccountID: "000000000000", CallerID: olga.UserID, UserARN: olga.UserARN, UserID: olga.UserID,
	}
	e := s.event()
	if e.RequestContext.Authorizer == nil || e.RequestContext.Authorizer.IAM == nil {
		s.t.Fatal("the event does not say who has signed it")
	}
	if d := cmp.Diff(who, *e.RequestContext.Authorizer.IAM); d != "" {
		s.t.Errorf("(-want +got):\n%s", d)
	}
}

func TestARouteThatWantsNoSignatureLooksAtNone(t *testing.T) {
	s := guarded(t)
	a := s.attempt(t)
	a.URL.Path, a.URL.RawPath = "/open", ""
	a.credentials.SecretAccessKey = "another secret"
	a.sign(t)
	if status, body := a.send(t); status != http.StatusOK {
		t.Errorf("got %d %s", status, body)
	}
	if e := s.event(); e.RequestContext.Authorizer != nil {
		t.Errorf("the event says who has signed it: %+v", e.RequestContext.Authorizer)
	}
}

func TestTheSignaturesTimeIsTheStacks(t *testing.T) {
	s := guarded(t)
	a := s.attempt(t)
	a.sign(t)
	s.clock.Advance(6 * time.Minute)
	if status, body := a.send(t); status != http.StatusForbidden || body != forbidden {
		t.Errorf("six minutes later: got %d %s", status, body)
	}
	later := s.attempt(t)
	later.sign(t)
	s.holds(later, http.StatusOK)
}
