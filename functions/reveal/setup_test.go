package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/use/setup"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	profilePath    = "/setup/mail/apple.mobileconfig"
	autoconfigPath = "/.well-known/autoconfig/mail/config-v1.1.xml"
)

// devices is the routes for devices on an AWS of the test's own, as API Gateway calls them.
type devices struct {
	*inprocess.Cloud
	t   *testing.T
	log bytes.Buffer
	api *apigw.Adapter
}

func newDevices(t *testing.T) *devices {
	d := &devices{Cloud: inprocess.New(t), t: t}
	log, mux := slog.New(slog.NewJSONHandler(&d.log, nil)), http.NewServeMux()
	setupRoutes(mux, setup.New(dynamo.NewSettings(dynamodb.NewFromConfig(d.Config), d.Table("settings"))), log)
	d.api = apigw.New(secured(mux), log)
	return d
}

// ask returns the answer, which must have the headers that every answer has.
func (d *devices) ask(method, path, query string) events.APIGatewayV2HTTPResponse {
	d.t.Helper()
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RawPath: path, RawQueryString: query, Headers: map[string]string{"host": "apppass.example"}}
	e.RequestContext.HTTP.Method = method
	a, err := d.api.Handle(d.t.Context(), e)
	if err != nil {
		d.t.Fatal(err)
	}
	for name, want := range headers(pageHTML) {
		if got := a.Headers[strings.ToLower(name)]; got != want {
			d.t.Errorf("%s %s, %s: got %q, want %q", method, path, name, got, want)
		}
	}
	return a
}

func TestAFileForADeviceIsItsGoldenFile(t *testing.T) {
	d := newDevices(t)
	for _, c := range []struct{ path, kind, disposition, file string }{
		{profilePath, "application/x-apple-aspen-config", `attachment; filename=mail.mobileconfig`, "apple.mobileconfig"},
		{autoconfigPath, "text/xml; charset=utf-8", "", "config-v1.1.xml"},
	} {
		t.Run(c.file, func(t *testing.T) {
			got := d.ask("GET", c.path, "")
			if got.StatusCode != 200 || got.IsBase64Encoded || got.Headers["content-type"] != c.kind || got.Headers["content-disposition"] != c.disposition {
				t.Errorf("got %d and %v", got.StatusCode, got.Headers)
			}
			golden := filepath.Join("testdata", c.file)
			if *update {
				if err := os.WriteFile(golden, []byte(got.Body), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got.Body); d != "" {
				t.Errorf("(-want +got), go test -update writes it anew:\n%s", d)
			}
			if again := d.ask("GET", c.path, ""); again.Body != got.Body {
				t.Errorf("asked again, it is another: %s", cmp.Diff(got.Body, again.Body))
			}
			head := d.ask("HEAD", c.path, "")
			if head.StatusCode != 200 || head.Body != "" || head.Headers["content-length"] != strconv.Itoa(len(want)) {
				t.Errorf("HEAD: got %d %q and %v", head.StatusCode, head.Body, head.Headers)
			}
			if diff := cmp.Diff(got.Headers, head.Headers); diff != "" {
				t.Errorf("GET and HEAD differ (-GET +HEAD):\n%s", diff)
			}
		})
	}
}

func TestTheAddressThatAProgramSendsIsNotReadOrLogged(t *testing.T) {
	d := newDevices(t)
	want := d.ask("GET", autoconfigPath, "").Body
	if got := d.ask("GET", autoconfigPath, "emailaddress=alice%40example.net").Body; got != want {
		t.Errorf("the answer depends on it:\n%s", cmp.Diff(want, got))
	}
	d.ask("GET", "/setup/alice@example.net/apple.mobileconfig", "")
	if strings.Contains(d.log.String(), "alice") {
		t.Errorf("it is in the log:\n%s", &d.log)
	}
}

func TestThereIsNoFileForOtherServices(t *testing.T) {
	d := newDevices(t)
	for _, method := range []string{"GET", "HEAD"} {
		for _, service := range []string{"intranet", "unknown", "Mail", "%2e", "<a>", "☃"} {
			got := d.ask(method, "/setup/"+service+"/apple.mobileconfig", "")
			if want := map[string]string{"GET": `{"state":"unknown"}` + "\n", "HEAD": ""}[method]; got.StatusCode != 404 || got.Body != want {
				t.Errorf("%s %s: got %d %q", method, service, got.StatusCode, got.Body)
			}
			if got.Headers["content-type"] != "application/json" || got.Headers["content-disposition"] != "" {
				t.Errorf("%s %s: got the headers %v", method, service, got.Headers)
			}
		}
	}
	if got := d.ask("POST", profilePath, ""); got.StatusCode != 405 {
		t.Errorf("POST: got %d", got.StatusCode)
	}
}

// noMail is a company without a mail service.
type noMail struct{}

func (noMail) Service(context.Context, string) (setup.Mail, error) {
	return setup.Mail{}, setup.ErrNone
}
func (noMail) First(context.Context) (setup.Mail, error) { return setup.Mail{}, setup.ErrNone }

func TestWithoutAMailServiceThereIsNoAutoconfig(t *testing.T) {
	d := &devices{t: t}
	mux := http.NewServeMux()
	setupRoutes(mux, noMail{}, slog.New(slog.DiscardHandler))
	d.api = apigw.New(secured(mux), slog.New(slog.DiscardHandler))
	if got := d.ask("GET", autoconfigPath, ""); got.StatusCode != 404 || got.Body != `{"state":"unknown"}`+"\n" {
		t.Errorf("got %d %q", got.StatusCode, got.Body)
	}
}

func TestTroubleIsToldAsTroubleThatPasses(t *testing.T) {
	d := newDevices(t)
	for _, path := range []string{profilePath, autoconfigPath} {
		if err := d.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "Query", Kind: faults.Before, Times: 1}); err != nil {
			t.Fatal(err)
		}
		got := d.ask("GET", path, "")
		if got.StatusCode != 503 || got.Body != `{"state":"away"}`+"\n" || got.Headers["retry-after"] != "2" || got.Headers["content-disposition"] != "" {
			t.Errorf("%s: got %d %q and %v", path, got.StatusCode, got.Body, got.Headers)
		}
		if got := d.ask("GET", path, ""); got.StatusCode != 200 {
			t.Errorf("%s, after it: got %d", path, got.StatusCode)
		}
	}
	for line := range strings.Lines(d.log.String()) {
		var said struct{ Level, Code string }
		if err := json.Unmarshal([]byte(line), &said); err != nil || said.Level == "WARN" && said.Code != "problem.unavailable" {
			t.Errorf("%v: %s", err, line)
		}
	}
	if n := strings.Count(d.log.String(), "no file for a device"); n != 2 {
		t.Errorf("trouble is logged %d times:\n%s", n, &d.log)
	}
}

// someMail is a company with one mail service.
type someMail struct{}

func (someMail) Service(_ context.Context, id string) (setup.Mail, error) {
	if id != "mail" {
		return setup.Mail{}, setup.ErrNone
	}
	return setup.Mail{
		ID: "mail", Name: "Example mail", Host: "mail.example.com", Ports: map[service.Protocol]int{service.IMAP: 993, service.SMTP: 465},
	}, nil
}

func (m someMail) First(ctx context.Context) (setup.Mail, error) { return m.Service(ctx, "mail") }
