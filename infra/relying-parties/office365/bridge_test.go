package office365

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/service"
)

const (
	bridgeKey  = "local-bridge-service-key"
	secretName = "apppass/upstream/mail"
	// doveadmPassword is that of doveadm's HTTP API.
	doveadmPassword = "local-doveadm-password"
)

// bridge is a Dovecot that runs from the shipped files, between apppass and the stand-ins.
type bridge struct {
	*rig.Process
	*world.World
	t                   *testing.T
	api                 *rig.API
	entra               *authority
	office              *provider
	dir                 string
	imap, smtp, doveadm string // ports
}

// start starts everything. The service mail is the bridge; change may have it otherwise.
func start(t *testing.T, change ...func(*service.Service)) *bridge {
	t.Helper()
	program := rig.Needs(t, "dovecot", "dovecot-imapd")
	rig.NeedsFile(t, "/usr/lib/dovecot/modules/auth/libauthdb_lua.so", "dovecot-auth-lua")
	rig.NeedsFile(t, "/usr/lib/dovecot/submission", "dovecot-submissiond")
	rig.NeedsRoot(t, "Dovecot runs as several users, which only root can start")
	w := world.New(t)
	// Not the test's own folder: sockets have short names, and Dovecot's users walk through it.
	dir, err := os.MkdirTemp("", "bridge")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	b := &bridge{World: w, t: t, dir: dir, api: rig.Front(t, w.APIURL), entra: newAuthority(t), imap: rig.Port(t), smtp: rig.Port(t), doveadm: rig.Port(t)}
	b.office = newProvider(t, b.entra, b.api.CertFile, b.api.KeyFile)
	b.registers(change...)
	b.write("apppass.key", bridgeKey+"\n", 0o640)
	b.write("apppass-doveadm.conf.ext", "doveadm_password = "+doveadmPassword+"\n", 0o600)
	rig.Render(t, "apppass-bridge.lua", b.path("apppass-bridge.lua"), map[string]string{
		"https://apppass.example.com": b.api.URL, "/etc/dovecot/apppass.key": b.path("apppass.key"),
		`"outlook.office365.com", port = "993"`: `"localhost", port = "` + b.office.imap + `"`,
		`"smtp.office365.com", port = "587"`:    `"localhost", port = "` + b.office.smtp + `"`,
	})
	rig.Render(t, "10-apppass-bridge.conf", b.path("10-apppass-bridge.conf"), map[string]string{
		"file=/etc/dovecot/apppass-bridge.lua": "file=" + b.path("apppass-bridge.lua"), "/etc/ssl/certs/ca-certificates.crt": b.api.CAFile,
		"/etc/dovecot/apppass-upstream-ca.pem": b.api.CAFile,
		"port = 8091":                          "port = " + b.doveadm, "/etc/dovecot/apppass-doveadm.conf.ext": b.path("apppass-doveadm.conf.ext"),
	})
	conf := rig.Render(t, "testdata/dovecot.conf", b.path("dovecot.conf"), map[string]string{
		"RUN": b.path("run"), "CERT": b.api.CertFile, "KEY": b.api.KeyFile, "IMAP_PORT": b.imap, "SMTP_PORT": b.smtp,
		"FRAGMENT": b.path("10-apppass-bridge.conf"),
	})
	b.Process = rig.Start(t, program, "-F", "-c", conf)
	for _, port := range []string{b.imap, b.smtp, b.doveadm} {
		b.Listens(port)
	}
	return b
}

// registers stores the bridge and its client secret, as an administrator does.
func (b *bridge) registers(change ...func(*service.Service)) {
	b.t.Helper()
	_, err := secretsmanager.NewFromConfig(b.Config).CreateSecret(b.t.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String(secretName), SecretString: aws.String(clientSecret),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	s := service.Service{
		ID: "mail", Name: "Example mail", Host: "mail.example.com", Protocols: []service.Protocol{service.IMAP, service.SMTP},
		Ports:    map[service.Protocol]int{service.IMAP: 993, service.SMTP: 587},
		Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Keys: []service.Key{service.KeyOf(bridgeKey, time.Now())},
		Upstream: &service.Upstream{
			Tenant: "example.onmicrosoft.com", ClientID: clientID, Secret: secretName, Scope: scope,
			TokenURL:  b.entra.URL + "/example.onmicrosoft.com/oauth2/v2.0/token",
			Hosts:     map[service.Protocol]string{service.IMAP: "outlook.office365.com:993", service.SMTP: "smtp.office365.com:587"},
			Mailboxes: map[string]string{"bob@example.com": "shared@example.com"},
		},
	}
	for _, c := range change {
		c(&s)
	}
	if err := dynamo.NewSettings(dynamodb.NewFromConfig(b.Config), b.Table("SettingsTable")).PutService(b.t.Context(), s, false); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bridge) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bridge) write(name, text string, mode os.FileMode) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), mode); err != nil {
		b.t.Fatal(err)
	}
}

// reloads makes Dovecot read its files anew.
func (b *bridge) reloads() {
	b.t.Helper()
	if out, err := exec.CommandContext(b.t.Context(), "doveadm", "-c", b.path("dovecot.conf"), "reload").CombinedOutput(); err != nil {
		b.t.Fatalf("reload: %v, %s", err, out)
	}
}
