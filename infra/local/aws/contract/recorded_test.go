package contract_test

import (
	"context"
	"crypto/rand"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/google/go-cmp/cmp"
)

// record makes the recordings anew.
var record = flag.Bool("record", false, "write testdata anew: from the endpoint in APPPASS_CONTRACT_ENDPOINT, else from the emulator")

// TestAnswersAreAsRecorded makes the exchanges of testdata/<service>/<what>.json with a fresh emulator and compares every answer, so that a
// change of one's shape is seen by whoever reads the change. Requests are written by hand; with -record the answers are written anew.
func TestAnswersAreAsRecorded(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found no recordings: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(path, "testdata/"), ".json"), func(t *testing.T) {
			t.Parallel() // they wait more than they do
			r, err := read(path)
			if err != nil {
				t.Fatal(err)
			}
			cfg, from := recorded(t)
			made := exchangeAll(t, cfg, filepath.Base(filepath.Dir(path)), r.Exchanges)
			if *record {
				if err := (recording{from, made}).write(path); err != nil {
					t.Fatal(err)
				}
				return
			}
			for n, got := range made {
				if diff := cmp.Diff(compared(r.Exchanges[n]), compared(got)); diff != "" {
					t.Errorf("%s\n%s %s\nrecorded (-) and answered (+):\n%s", got.Says, got.Target, got.Request, diff)
				}
			}
		})
	}
}

// recorded is where the exchanges are made, and what a recording says of it.
func recorded(t *testing.T) (cfg aws.Config, from string) {
	t.Helper()
	endpoint := os.Getenv("APPPASS_CONTRACT_ENDPOINT")
	if !*record || endpoint == "" {
		return emulator(t), "from the emulator; replace by AWS's: APPPASS_CONTRACT_ENDPOINT=aws go test ./infra/local/aws/contract -run AsRecorded -record"
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if endpoint == "aws" {
		return cfg, "from AWS, " + time.Now().UTC().Format(time.DateOnly)
	}
	cfg.BaseEndpoint = &endpoint
	return cfg, "from " + endpoint + ", " + time.Now().UTC().Format(time.DateOnly)
}

// exchangeAll makes all exchanges, in order.
func exchangeAll(t *testing.T, cfg aws.Config, service string, all []exchange) []exchange {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	c := client{cfg: cfg, service: service, plain: plain{run: strings.ToLower(rand.Text()[:12])}, members: map[string]string{}}
	made := make([]exchange, len(all))
	for n, e := range all {
		var err error
		if made[n], err = c.make(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	return made
}

// compared is an exchange's answer, line by line.
func compared(e exchange) map[string]any {
	return map[string]any{"status": e.Status, "headers": e.Headers, "answer": strings.Split(string(e.Answer), ",")}
}
