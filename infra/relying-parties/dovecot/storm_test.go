package dovecot

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/infra/relying-parties/rig"
)

// How big the storm is; make storm has more of all.
var (
	signIns     = flag.Int("sign-ins", 300, "sign-ins of a mail server's day")
	people      = flag.Int("people", 3, "people who sign in")
	connections = flag.Int("connections", 10, "sign-ins at a time")
)

// soon is how long after apppass' return everyone is in.
const soon = 10 * time.Second

func TestAMailServersDay(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	api := rig.Front(t, w.APIURL)
	extra, err := os.ReadFile("testdata/storm.conf")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, options{apiURL: api.URL, caFile: api.CAFile, extra: string(extra)})
	staff := staff(w)
	everyoneIsIn(t, s, staff) // and every process has started
	var after time.Duration
	d := &day{server: s, staff: staff, spells: []*spell{
		{name: "all is well", share: 40},
		{name: "apppass is away", share: 10, atMost: 5 * time.Second, trouble: true, begin: api.Away},
		{name: "apppass hangs", share: 5, atMost: 5 * time.Second, trouble: true, begin: api.Hangs},
		{name: "apppass says 503", share: 10, atMost: 5 * time.Second, trouble: true, begin: func() { api.Says(http.StatusServiceUnavailable) }},
		{name: "apppass is back", share: 5, begin: api.Works, within: func() { after = everyoneIsIn(t, s, staff) }},
		{name: "verify is killed once", share: 5, begin: func() { w.Breaks(drive.Fault{Target: "verify", Kind: "kill", Times: 1}) }},
		{name: "all is well again", share: 25},
	}}
	d.goes(*signIns, *connections)
	everyoneIsIn(t, s, staff)

	t.Logf("%d people, %d sign-ins at a time; everyone was in %v after apppass' return\n%s", len(staff), *connections, after.Round(10*time.Millisecond), d.table())
	d.isRight(t)
	if _, left := w.Faults.Take("verify", ""); left {
		t.Error("the verify function was not killed")
	}
	said := s.Said()
	for _, h := range staff {
		for _, secret := range []string{h.right, h.revoked, h.unknown} {
			if strings.Contains(said, secret) {
				t.Fatal("a password is in Dovecot's log")
			}
		}
	}
}

// holder is a person, and what their devices offer.
type holder struct {
	login, right, revoked, unknown string
}

// staff is the people of the company, each with an app password that is good and one that was revoked.
func staff(w *world.World) []holder {
	all := make([]holder, *people)
	for i := range all {
		p := *w.Alice
		p.ID, p.Email = fmt.Sprintf("UP%03d", i), somebody(i)
		p.Becomes(map[string]any{"name": p.ID, "email": p.Email})
		all[i] = holder{login: p.Email, revoked: p.Makes("iOS Mail", ""), unknown: unknownPassword()}
		p.Types("/apppass revoke ios").Confirms()
		all[i].right = p.Makes("Thunderbird", "")
	}
	return all
}

// retrieving is the programs of the storm; submission signs in by the same passdb.
var retrieving = programs[:2]

// everyoneIsIn expects that each right password gets in soon, in each program, which tries again when it is told to. It returns how long
// that took.
func everyoneIsIn(t *testing.T, s *server, staff []holder) time.Duration {
	t.Helper()
	begun := time.Now()
	var all errgroup.Group
	for _, h := range staff {
		for _, p := range retrieving {
			all.Go(func() error {
				for {
					v, err := p.visits(s, h.login, h.right)
					switch late := time.Since(begun) > soon; {
					case err != nil:
						return fmt.Errorf("%s: %w", p.name, err)
					case v == wrong:
						return fmt.Errorf("%s: %s's right password is called wrong", p.name, h.login)
					case late:
						return fmt.Errorf("%s: %s is not in within %v", p.name, h.login, soon)
					case v == in:
						return nil
					}
					time.Sleep(100 * time.Millisecond) // as a program does that was told to try later
				}
			})
		}
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
	return time.Since(begun)
}

// visits is signing in and going at once.
func (p program) visits(s *server, login, password string) (verdict, error) {
	c, v, err := p.try(s, login, password)
	if c != nil {
		_ = c.Close()
	}
	return v, err
}
