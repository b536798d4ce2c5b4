package dovecot

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
	"github.com/apppass/apppass/shared/core/password"
)

func TestAnAppPasswordSignsInWhileItIsGood(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile})
	general, sensitive := w.Alice.Makes("Thunderbird", ""), w.Bob.Makes("CRM", "")

	s.tells(t, "alice@example.com", general, in)
	s.tells(t, "Alice@Example.COM", strings.ReplaceAll(general, "-", " "), in)
	s.tells(t, "bob@example.com", sensitive, in)
	s.tells(t, "bob@example.com", general, wrong)
	s.tells(t, "alice@example.com", unknownPassword(), wrong)
	s.tells(t, "alice@example.com", mistypedPassword(), wrong)

	w.Alice.Types("/apppass revoke thunderbird").Confirms()
	s.tells(t, "alice@example.com", general, wrong)
	s.tells(t, "bob@example.com", sensitive, in)

	hasLifetime(t, w, time.Hour)
	ends := w.Carol.Makes("Thunderbird", "")
	s.tells(t, "carol@example.com", ends, in)
	w.Advance(2 * time.Hour)
	s.tells(t, "carol@example.com", ends, wrong)
	s.tells(t, "bob@example.com", sensitive, in)
}

func TestTroubleIsNeverAWrongPassword(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile})
	right, unknown := w.Alice.Makes("Thunderbird", ""), unknownPassword()
	for _, trouble := range []struct {
		name  string
		begin func()
	}{
		{"apppass is away", api.Away},
		{"apppass is slow", api.Hangs},
		{"a proxy in between says HTML", api.SaysHTML},
		{"apppass says 503", func() { api.Says(http.StatusServiceUnavailable) }},
		{"apppass says 429", func() { api.Says(http.StatusTooManyRequests) }},
		{"the service key is refused", func() { s.write("apppass.key", "a-key-that-is-none", 0o640); api.Works() }},
		{"the service key is missing", func() { s.write("apppass.key", "", 0o640); api.Works() }},
	} {
		trouble.begin()
		begun := time.Now()
		s.tells(t, "alice@example.com", right, later)
		// Three sign-ins, each within the script's timeout.
		if took := time.Since(begun); took > 3*4*time.Second {
			t.Errorf("%s: three answers took %v", trouble.name, took)
		}
		s.tells(t, "alice@example.com", unknown, later)
		api.Works()
		s.write("apppass.key", "local-mail-service-key\n", 0o640)
		s.tells(t, "alice@example.com", right, in)
		s.tells(t, "alice@example.com", unknown, wrong)
		if t.Failed() {
			t.Fatalf("when %s", trouble.name)
		}
	}
	for _, secret := range []string{right, unknown, "local-mail-service-key", "a-key-that-is-none"} {
		if strings.Contains(s.Said(), secret) {
			t.Error("a secret is in Dovecot's log")
		}
	}
}

// unknownPassword is well-formed, and nobody's.
func unknownPassword() string {
	pw := password.New(password.General)
	return pw.Format().Show("app", pw.Reveal())
}

// mistypedPassword has the form, and check characters that do not fit.
func mistypedPassword() string {
	shown := []byte(unknownPassword())
	if at := len("app-2"); shown[at] == 'x' {
		shown[at] = 'y'
	} else {
		shown[at] = 'x'
	}
	return string(shown)
}

// hasLifetime stores a policy under which app passwords end.
func hasLifetime(t *testing.T, w *world.World, d time.Duration) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.Table("SettingsTable")), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: "00000001"},
			"v": &types.AttributeValueMemberN{Value: "1"}, "link_life": &types.AttributeValueMemberN{Value: "900"},
			"guests": &types.AttributeValueMemberBOOL{Value: false}, "lifetime": &types.AttributeValueMemberN{Value: strconv.Itoa(int(d.Seconds()))},
		},
	})
	if err != nil {
		t.Fatalf("store a policy: %v", err)
	}
}
