package scanners

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/password"
)

// draw is an app password as it is shown, and its characters.
func draw(f password.Format) (shown, canonical string) {
	canonical = password.New(f).Reveal()
	return f.Show("app", canonical), canonical
}

func TestAPushWithAPasswordIsRefused(t *testing.T) {
	t.Parallel()
	general, canonical := draw(password.General)
	sensitive, _ := draw(password.Sensitive)
	for name, c := range map[string]struct{ secret, content string }{
		"in a configuration":        {general, "[mail]\npassword = \"" + general + "\"\n"},
		"without a line's end":      {general, general},
		"of the sensitive tier":     {sensitive, "PASSWORD=" + sensitive},
		"without hyphens":           {canonical, "pw: app" + canonical + "\n"},
		"with spaces":               {general, "it is " + strings.ReplaceAll(general, "-", " ") + ".\n"},
		"without its prefix":        {general, "pw=" + strings.TrimPrefix(general, "app-") + "\r\n"},
		"in a long line":            {general, strings.Repeat("var a=1;", 100000) + "\"" + general + "\"" + strings.Repeat(";b()", 100000)},
		"among bytes":               {general, "\x00\x01\xff" + general + "\x00"},
		"in a line that begins ++":  {general, "++ " + general + "\n"},
		"behind a file's attribute": {general, general + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t)
			if strings.Contains(name, "attribute") {
				r.commits(".gitattributes", "*.conf -diff\n", "hide")
				r.passes("push", "origin", "main")
			}
			r.commits("etc/mail.conf", c.content, "configure")
			r.commits("README", "hello again\n", "go on")
			r.refuses(c.secret, "etc/mail.conf", "push", "origin", "main")
			// Taking it out afterwards leaves it in the history.
			r.commits("etc/mail.conf", "", "take it out")
			r.refuses(c.secret, "etc/mail.conf", "push", "origin", "main")
			r.git("reset", "-q", "--hard", "origin/main")
			r.commits("etc/mail.conf", "nothing\n", "configure without")
			r.passes("push", "origin", "main")
		})
	}
}

func TestItIsFoundInMessagesNamesTagsAndMerges(t *testing.T) {
	t.Parallel()
	shown, _ := draw(password.General)
	for name, c := range map[string]struct {
		words string
		do    func(r *repository) (push []string)
	}{
		"a commit's message": {"its message", func(r *repository) []string {
			r.commits("a", "a\n", "fix\n\n- "+shown+" is the password")
			return []string{"push", "origin", "main"}
		}},
		"a file's name": {"the name of a file", func(r *repository) []string {
			r.commits(shown+".txt", "a\n", "add")
			return []string{"push", "origin", "main"}
		}},
		"a tag's message": {"in a tag", func(r *repository) []string {
			r.git("tag", "-a", "-m", "the password is "+shown, "v1")
			return []string{"push", "origin", "v1"}
		}},
		"a tagged commit": {"its message", func(r *repository) []string {
			r.commits("a", "a\n", shown)
			r.git("tag", "-a", "-m", "one", "v1")
			return []string{"push", "origin", "v1"}
		}},
		"a new branch": {"in commit", func(r *repository) []string {
			r.git("checkout", "-q", "-b", "topic")
			r.commits("a", shown, "add")
			return []string{"push", "origin", "topic"}
		}},
		"one of many refs": {"in commit", func(r *repository) []string {
			for n := range 20 {
				r.git("branch", fmt.Sprintf("b%d", n))
			}
			r.git("checkout", "-q", "b7")
			r.commits("a", shown, "add")
			return []string{"push", "origin", "--all"}
		}},
		"what a merge adds by itself": {"README", func(r *repository) []string {
			r.git("checkout", "-q", "-b", "topic")
			r.commits("README", "topic\n", "topic")
			r.git("checkout", "-q", "main")
			r.commits("README", "main\n", "main")
			r.git("merge", "-q", "-s", "ours", "--no-commit", "topic")
			r.commits("README", "both\n"+shown+"\n", "merge")
			return []string{"push", "origin", "main"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t)
			r.refuses(shown, c.words, c.do(r)...)
		})
	}
}

func TestOtherPushesPass(t *testing.T) {
	t.Parallel()
	shown, canonical := draw(password.General)
	other := map[bool]byte{true: '3', false: '2'}[canonical[24] == '2']
	r := newRepository(t)
	r.commits("typo", shown[:len(shown)-1]+string(other)+"\n", "a typo works nowhere")
	r.commits("key", "XGVPP-NMH47-7TTHJ-W3FW7-8HV2C\n", "a product key")
	r.commits("longer", "app-x"+canonical+"\n"+shown+"x\n", "longer words")
	r.commits("spaced name", "", "an empty file")
	r.passes("push", "origin", "main")
	r.git("checkout", "-q", "-b", "topic")
	r.passes("push", "origin", "topic") // nothing in it is new
	r.passes("push", "origin", "--delete", "topic")
	r.git("tag", "light")
	r.git("tag", "-a", "-m", "a tag", "heavy")
	r.git("tag", "of-a-file", "main:README")
	r.git("tag", "of-a-folder", "main^{tree}")
	r.passes("push", "origin", "--tags")
	r.commits("README", "another\n", "forced")
	r.git("reset", "-q", "--hard", "HEAD~2")
	r.passes("push", "--force", "origin", "main")
	r.git("checkout", "-q", "--orphan", "root")
	r.commits("README", "from the beginning\n", "a second root")
	r.passes("push", "origin", "root")
}

// What was in the repository before the hook keeps nobody from working, and may be taken out.
func TestWhatIsThereAlreadyMayBeMovedAndRemoved(t *testing.T) {
	t.Parallel()
	shown, _ := draw(password.General)
	r := newRepository(t)
	hook := filepath.Join(r.bare, "hooks", "pre-receive")
	if err := os.Rename(hook, hook+".off"); err != nil {
		t.Fatal(err)
	}
	r.commits("mail.conf", "a\n"+shown+"\nb\n", "before the hook")
	r.passes("push", "origin", "main")
	if err := os.Rename(hook+".off", hook); err != nil {
		t.Fatal(err)
	}
	r.git("checkout", "-q", "-b", "topic")
	r.commits("mail.conf", "topic\n"+shown+"\nb\n", "beside it")
	r.git("checkout", "-q", "main")
	r.commits("mail.conf", "main\n"+shown+"\nb\n", "beside it, otherwise")
	if out, err := r.attempts(r.clone, "merge", "-q", "topic"); err == nil {
		t.Fatalf("there is no conflict: %s", out)
	}
	r.commits("mail.conf", "both\n"+shown+"\nb\n", "merge")
	r.passes("push", "origin", "main")
	r.commits("mail.conf", "a\nb\n", "take it out")
	r.passes("push", "origin", "main")
	r.refuses(shown, "mail.conf", "push", "origin", func() string { r.commits("mail.conf", shown, "put it back"); return "main" }())
}

func TestTheHookIsSetUpByConfiguration(t *testing.T) {
	t.Parallel()
	shown, _ := draw(password.General)
	ours := "mx" + strings.TrimPrefix(shown, "app")
	joined := strings.ReplaceAll(ours, "-", "")
	compact, _ := draw(password.Compact)
	r := newRepository(t)
	push := []string{"push", "origin", "main"}

	r.commits("a", joined+"\n", "another company's prefix")
	r.passes(push...)
	r.sets("--add", "apppass.prefix", "app")
	r.sets("--add", "apppass.prefix", "mx")
	r.commits("b", joined+"\n", "ours")
	r.refuses(ours, "b", push...)
	r.git("reset", "-q", "--hard", "origin/main")

	r.commits("c", "pw "+compact+"\n", "compact")
	r.passes(push...)
	r.sets("apppass.compact", "true")
	r.commits("d", "pw \""+compact+"\"\n", "compact")
	r.refuses(compact, "d", push...)
	r.sets("--add", "apppass.exclude", "docs/**/*.json")
	r.sets("--add", "apppass.exclude", "d")
	r.commits("docs/a/vectors.json", shown, "published ones")
	r.passes(push...)
	r.commits("docs/a/vectors.txt", shown, "others")
	r.refuses(shown, "docs/a/vectors.txt", push...)
	r.git("reset", "-q", "--hard", "origin/main")

	r.sets("--add", "apppass.prefix", "|x")
	r.commits("e", "e\n", "harmless")
	if out, err := r.attempts(r.clone, push...); err == nil || !strings.Contains(out, "apppass.prefix is not 2 to 4 letters") {
		t.Errorf("with a prefix that is none: %v\n%s", err, out)
	}
}

func TestABigPushIsFast(t *testing.T) {
	t.Parallel()
	shown, _ := draw(password.General)
	r := newRepository(t)
	// 64 MB in 400 files: code, minified code and base64.
	line := "func (a *application) users() ([]user, error) { return a.store.Users(a.ctx, a.now().Add(-time.Hour)) } // app-specific passwords\n"
	minified := strings.Repeat("var appUsersByName=function(e,t){return e.map(n=>n[t])};", 3000)
	for n := range 200 {
		r.writes(fmt.Sprintf("src/%d.go", n), fmt.Sprintf("// %d\n", n)+strings.Repeat(line, 1200))
		r.writes(fmt.Sprintf("src/%d.min.js", n), fmt.Sprintf("// %d\n", n)+minified)
	}
	r.commits("src/all.go", "package src\n", "a big one")
	begun := time.Now()
	r.passes("push", "-q", "origin", "main")
	took := time.Since(begun)
	t.Logf("64 MB in 401 files are pushed in %v", took)
	if took > time.Minute {
		t.Errorf("a push of 64 MB takes %v", took)
	}
	r.commits("src/one.go", shown, "a small one")
	r.refuses(shown, "src/one.go", "push", "origin", "main")
}
