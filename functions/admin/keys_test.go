package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/service"
)

func TestAKeyIsShownOnceAndNeverAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Clock.Advance(time.Minute)
	begun := h.Clock.Now().Unix()
	status, body := h.send(example(t, "make-key"))
	text, _ := body["key"].(string)
	prefix, _ := body["prefix"].(string)
	made, _ := body["made"].(float64)
	if status != http.StatusCreated || len(body) != 3 || len(text) != 47 || text[:12] != prefix || int64(made) < begun || int64(made) > begun+60 {
		t.Fatalf("got %d with %d members, a key of %d characters, the prefix %s, made %v", status, len(body), len(text), prefix, made)
	}
	if got, want := h.lists("mail"), []string{"local-mail-s", prefix}; !slices.Equal(got, want) {
		t.Errorf("got the keys %q, want %q", got, want)
	}
	stored, err := json.Marshal(h.DynamoDB().Dump())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(stored, []byte(text)) || bytes.Contains(h.log.Bytes(), []byte(text)) {
		t.Error("the key is stored or logged")
	}
	all, err := dynamo.NewSettings(dynamodb.NewFromConfig(h.Config), h.Table("settings")).Services(t.Context())
	if err != nil || !slices.ContainsFunc(all, func(s service.Service) bool {
		return s.ID == "mail" && slices.ContainsFunc(s.Keys, func(k service.Key) bool { return k.Hash == service.HashKey(text) })
	}) {
		t.Errorf("its hash is not where verifiers look for it (%v)", err)
	}
	if events, _ := json.Marshal(h.DynamoDB().Dump()[h.Table("audit")]); !bytes.Contains(events, []byte("arn:aws:iam::123456789012:user/olga")) {
		t.Errorf("nobody has made it: %s", events)
	}
}

func TestAKeyIsRevokedByItsPrefix(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"revoke-key", "revoke-key-by-query"} {
		h := newHouse(t)
		if status, body := h.send(example(t, name)); status != http.StatusNoContent {
			t.Errorf("%s: got %d %v", name, status, body)
		}
		if got := h.lists("mail"); len(got) != 0 {
			t.Errorf("%s: it still has the keys %q", name, got)
		}
		if status, body := h.send(example(t, name)); status != http.StatusNotFound || body["error"] != "service.key_unknown" {
			t.Errorf("%s, again: got %d %v", name, status, body)
		}
	}
}

func TestAPrefixMayHoldWhatAPathCannot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	odd := service.Service{ID: "odd", Name: "Odd", Keys: []service.Key{service.KeyOf("a/b c?&=+%#.é", time.Now())}}
	if err := dynamo.NewSettings(dynamodb.NewFromConfig(h.Config), h.Table("settings")).PutService(t.Context(), odd, true); err != nil {
		t.Fatal(err)
	}
	e := at(example(t, "revoke-key-by-query"), "/v1/admin/services/odd/keys", "prefix=a%2Fb%20c%3F%26%3D%2B%25%23.")
	if status, body := h.send(e); status != http.StatusNoContent {
		t.Errorf("got %d %v", status, body)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range service.MaxKeys - 1 {
		if status, body := h.send(at(example(t, "make-key"), "/v1/admin/services/intranet/keys", "")); status != http.StatusCreated {
			t.Fatalf("got %d %v", status, body["error"])
		}
	}
	const keys = "/v1/admin/services/mail/keys"
	for name, c := range map[string]struct {
		e      events.APIGatewayV2HTTPRequest
		status int
		code   string
	}{
		"a key of no service":         {at(example(t, "make-key"), "/v1/admin/services/nowhere/keys", ""), 404, "service.unknown"},
		"the keys of no service":      {at(example(t, "list-keys"), "/v1/admin/services/nowhere/keys", ""), 404, "service.unknown"},
		"revoke of no service":        {at(example(t, "revoke-key"), "/v1/admin/services/nowhere/keys/apk_", ""), 404, "service.unknown"},
		"an id that is too long":      {at(example(t, "make-key"), "/v1/admin/services/"+strings.Repeat("x", 2000)+"/keys", ""), 404, "service.unknown"},
		"a key that is not there":     {at(example(t, "revoke-key"), keys+"/apk_nowhere0", ""), 404, "service.key_unknown"},
		"another service's key":       {at(example(t, "revoke-key"), keys+"/local-intran", ""), 404, "service.key_unknown"},
		"one too many":                {at(example(t, "make-key"), "/v1/admin/services/intranet/keys", ""), 409, "service.too_many_keys"},
		"no prefix":                   {at(example(t, "revoke-key-by-query"), keys, ""), 400, "admin.prefix"},
		"an empty prefix":             {at(example(t, "revoke-key-by-query"), keys, "prefix="), 400, "admin.prefix"},
		"two prefixes":                {at(example(t, "revoke-key-by-query"), keys, "prefix=local-mail-s&prefix=x"), 400, "admin.prefix"},
		"one in the path and another": {at(example(t, "revoke-key"), keys+"/local-mail-s", "prefix=x"), 400, "admin.prefix"},
	} {
		if status, body := h.send(c.e); status != c.status || body["error"] != c.code {
			t.Errorf("%s: got %d %v, want %d %s", name, status, body["error"], c.status, c.code)
		}
	}
	if got := h.lists("mail"); len(got) != 1 {
		t.Errorf("mail has the keys %q", got)
	}
}

func TestWithoutAnIdentityNothingIsDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, change := range map[string]func(e *events.APIGatewayV2HTTPRequest){
		"no authorizer":       func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer = nil },
		"an authorizer's own": func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer.IAM = nil },
		"nobody's name":       func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Authorizer.IAM.UserARN = "" },
	} {
		for _, route := range []string{"make-key", "list-keys", "revoke-key", "revoke-key-by-query"} {
			e := example(t, route)
			change(&e)
			if status, body := h.send(e); status != http.StatusForbidden || body["error"] != "admin.unsigned" {
				t.Errorf("%s, %s: got %d %v", route, name, status, body["error"])
			}
		}
	}
	if got := h.lists("mail"); !slices.Equal(got, []string{"local-mail-s"}) {
		t.Errorf("mail has the keys %q", got)
	}
}

func TestTroubleIsToldAsSuch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, route := range []string{"make-key", "list-keys", "revoke-key"} {
		if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Kind: faults.Before, Times: 1}); err != nil {
			t.Fatal(err)
		}
		if status, body := h.send(example(t, route)); status != http.StatusServiceUnavailable || body["error"] != "problem.unavailable" {
			t.Errorf("%s: got %d %v", route, status, body["error"])
		}
	}
	for _, route := range []string{"make-key", "revoke-key"} {
		if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: faults.After, Times: 1}); err != nil {
			t.Fatal(err)
		}
		if status, body := h.send(example(t, route)); status != http.StatusServiceUnavailable || body["error"] != "service.keys_unsure" {
			t.Errorf("%s, which was done: got %d %v", route, status, body["error"])
		}
	}
	if log := h.log.String(); !strings.Contains(log, `"code":"problem.unavailable"`) {
		t.Errorf("it is not in the log: %s", log)
	}
}
