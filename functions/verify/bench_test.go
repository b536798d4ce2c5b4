package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/use/verify"
)

// memory is the function's storage without the SDK: what is left is the function's own work.
type memory struct {
	verify.Store
	entry   credential.Entry
	peppers pepper.Peppers
}

func (m *memory) Entry(context.Context, credential.Verifier) (credential.Entry, error) {
	return m.entry, nil
}

func (m *memory) Current(context.Context) (pepper.Peppers, error)                    { return m.peppers, nil }
func (m *memory) Send(context.Context, job.Job, time.Duration) error                 { return nil }
func (m *memory) NoteUses(context.Context, credential.Entry, []credential.Use) error { return nil }

func (m *memory) Asker(context.Context, string, netip.Addr) (service.Service, error) {
	return service.Service{ID: "mail", Protocols: []service.Protocol{service.IMAP}}, nil
}

// success is an event of a right password, and the function that answers it.
func success(t testing.TB) (answer func()) {
	t.Helper()
	peppers, err := pepper.Parse([]byte(`{"key":"` + strings.Repeat("k", 64) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	pw := password.New(password.General)
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	m := &memory{peppers: peppers, entry: credential.Entry{
		Pepper: 1, Credential: "c0123456789abcdef", Owner: credential.Owner{Team: "T", Person: "UALICE"}, Login: "alice@example.com",
		Application: "thunderbird", Services: []string{"mail"}, State: credential.EntryActive,
		Uses: []credential.Use{{Service: "mail", Protocol: service.IMAP, Network: "198.51.100.0/24", Address: "198.51.100.23", At: now}},
	}}
	log := slog.New(slog.DiscardHandler)
	v := verify.New(m, m, m, []string{"app"}, func() time.Time { return now }, log)
	adapter := apigw.New(routes(v, m, nil, nil, log), log)
	var e events.APIGatewayV2HTTPRequest
	text, err := json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "POST /v1/verify", "rawPath": "/v1/verify", "headers": map[string]string{"authorization": "Bearer " + mailKey, "content-type": "application/json"},
		"requestContext": map[string]any{"http": map[string]any{"method": "POST", "path": "/v1/verify", "sourceIp": "192.0.2.25"}},
		"body":           asks("alice@example.com", pw.Format().Show("app", pw.Reveal()), nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		e = events.APIGatewayV2HTTPRequest{}
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		out, err := adapter.Handle(t.Context(), e)
		if err != nil || out.StatusCode != http.StatusOK {
			t.Fatalf("got %d %s, %v", out.StatusCode, out.Body, err)
		}
		if _, err := json.Marshal(out); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkEvent is from the event's bytes to the answer's, without the SDK's call.
func BenchmarkEvent(b *testing.B) {
	answer := success(b)
	b.ReportAllocs()
	for b.Loop() {
		answer()
	}
}

func TestBudgetOfAnEvent(t *testing.T) {
	answer := success(t)
	if n := testing.AllocsPerRun(500, answer); n > 150 && !raced {
		t.Errorf("from event to answer there are %v allocations, 150 are the budget", n)
	}
}
