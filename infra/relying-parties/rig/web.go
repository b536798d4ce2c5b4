package rig

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/provision"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/service"
)

// WebKey is the key of the local stack's intranet.
const WebKey = "local-intranet-service-key"

// soon is how long a visitor may wait at most while apppass gives no answer.
const soon = 6 * time.Second

// Web is a web application of the company's, and what asks apppass who may use it. The program between the two is the test's.
type Web struct {
	// API is what the program asks, and App the address of the application behind it, "127.0.0.1:40002", which lets everyone in.
	API *API
	App string

	t     *testing.T
	world *world.World
	// Passwords out of the reveal page: Alice's of both tiers, Carol's, and those that open nothing here.
	alice, sensitive, carol, revoked, expired, foreign string

	mu             sync.Mutex
	asked, reached []heard // by apppass, by the application
}

// heard is a request as it came.
type heard struct {
	method, uri string
	header      http.Header
	body        int
}

// NewWeb gives a test an application and people with passwords for it.
func NewWeb(t *testing.T) *Web {
	t.Helper()
	w := &Web{t: t, world: world.New(t)}
	stack, err := url.Parse(w.world.APIURL)
	if err != nil {
		t.Fatal(err)
	}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(stack) }}
	between := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.hear(&w.asked, r)
		forward.ServeHTTP(rw, r)
	}))
	t.Cleanup(between.Close)
	w.API = Front(t, between.URL)
	app := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.hear(&w.reached, r)
		_, _ = io.WriteString(rw, "hello "+r.Header.Get("X-Apppass-Login"))
	}))
	t.Cleanup(app.Close)
	w.App = app.Listener.Addr().String()

	StoreService(t, w.world, "intranet", func(s *service.Service) { s.TellsClient = true })
	StoreLifetime(t, w.world, 1, time.Hour)
	w.expired = w.world.Bob.Makes("Legacy system", "")
	StoreLifetime(t, w.world, 2, 0)
	w.world.Advance(2 * time.Hour)
	w.alice, w.sensitive = w.world.Alice.Makes("Legacy system", ""), w.world.Alice.Makes("Automation script", "")
	w.carol, w.foreign = w.world.Carol.Makes("Legacy system", ""), w.world.Alice.Makes("Thunderbird", "")
	w.revoked = w.world.Alice.Makes("CRM", "")
	w.world.Alice.Types("/apppass revoke crm").Confirms()
	return w
}

// StoreService changes a relying party of the local stack, before anybody asks about it.
func StoreService(t testing.TB, w *world.World, id string, change func(s *service.Service)) {
	t.Helper()
	i := slices.IndexFunc(provision.Services, func(s provision.Service) bool { return s.Service.ID == id })
	s := provision.Services[i].Service
	s.Keys = []service.Key{service.KeyOf(provision.Services[i].Key, time.Now())}
	change(&s)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := dynamo.NewSettings(dynamodb.NewFromConfig(w.Config), w.Table("SettingsTable")).PutService(ctx, s, false); err != nil {
		t.Fatalf("store the service %s: %v", id, err)
	}
}

// StoreLifetime stores the policy of that version, under which passwords work for so long; 0 is without an end.
func StoreLifetime(t testing.TB, w *world.World, version int, of time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	table, number := w.Table("SettingsTable"), func(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: "0000000" + strconv.Itoa(version)},
		"v": number(1), "link_life": number(900), "lifetime": number(int(of.Seconds())), "guests": &types.AttributeValueMemberBOOL{Value: false},
	}})
	if err != nil {
		t.Fatalf("store a policy: %v", err)
	}
}

func (w *Web) hear(by *[]heard, r *http.Request) {
	n, _ := io.Copy(io.Discard, r.Body)
	r.Body = http.NoBody
	w.mu.Lock()
	defer w.mu.Unlock()
	*by = append(*by, heard{r.Method, r.RequestURI, r.Header.Clone(), int(n)})
}

// forget returns what was heard since the last time.
func (w *Web) forget() (asked, reached []heard) {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked, reached, w.asked, w.reached = w.asked, w.reached, nil, nil
	return asked, reached
}

// Keeps expects, when the test ends, that a program has said nothing of these secrets.
func Keeps(t *testing.T, p *Process, secrets ...string) {
	t.Cleanup(func() {
		said := p.Said()
		for _, s := range secrets {
			if s == "" || strings.Contains(said, s) || strings.Contains(said, base64.StdEncoding.EncodeToString([]byte(s))) {
				t.Error("the program has told a password, or its key, to its log")
				return
			}
		}
	})
}

// Keeps expects that the program has told none of the application's passwords to its log.
func (w *Web) Keeps(p *Process) {
	var all []string
	for _, pw := range []string{w.alice, w.sensitive, w.carol, w.revoked, w.expired, w.foreign} {
		all = append(all, pw, w.world.Alice.Email+":"+pw, w.world.Bob.Email+":"+pw, w.world.Carol.Email+":"+pw)
	}
	Keeps(w.t, p, append(all, WebKey)...)
}

// verdict is what a visitor gets to see.
type verdict struct {
	status     int
	challenges []string
	body       string
}

// visitor is a client that trusts the test's CA and keeps its connections.
func (w *Web) visitor() *http.Client {
	w.t.Helper()
	pem, err := os.ReadFile(w.API.CAFile)
	if err != nil {
		w.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConnsPerHost: 16}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// visit sends a request. Names in the header stay as they are written.
func (w *Web) visit(t *testing.T, by *http.Client, method, address string, header http.Header, body string) verdict {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := by.Do(r)
	if err != nil {
		t.Errorf("no answer: %v", err)
		return verdict{}
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Errorf("half an answer: %v", err)
	}
	return verdict{answer.StatusCode, answer.Header.Values("WWW-Authenticate"), string(text)}
}

// basic is the header of a visitor who signs in (RFC 7617).
func basic(login, pw string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+pw))}}
}

// Unknown is an app password that is nobody's.
func Unknown() string {
	pw := password.New(password.General)
	return pw.Format().Show("app", pw.Reveal())
}

// Mistyped is an app password with another last character.
func Mistyped(pw string) string {
	if strings.HasSuffix(pw, "A") {
		return pw[:len(pw)-1] + "B"
	}
	return pw[:len(pw)-1] + "A"
}
