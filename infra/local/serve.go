package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/stack"
)

// serve is make run.
func serve(ctx context.Context, c Config, root, binaries string) (err error) {
	dir := c.Data
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	d, err := take(dir)
	if err != nil {
		return err
	}
	started := false
	defer func() { err = errors.Join(err, d.giveBack(started)) }()
	o := stack.Options{
		Root: root, Binaries: binaries, Dir: dir, APIAddr: c.APIAddr, SlackAddr: c.SlackAddr, AWSAddr: c.AWSAddr,
		AWSEndpoint: endpoint(c.AWSEndpoint), SigningSecret: c.SigningSecret,
	}
	// Before anything that takes long or leaves something behind.
	if err := o.CheckAddresses(); err != nil {
		return err
	}
	if err := buildAll(ctx, root, binaries); err != nil {
		return err
	}
	log, err := openLog(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	o.Log = log.line
	s, err := stack.New(ctx, o)
	if err != nil {
		return err
	}
	started = true
	fmt.Print(screen(s, c, dir))
	<-ctx.Done()
	fmt.Fprintln(os.Stderr, "\nstopping")
	return s.Close()
}

func endpoint(set string) string {
	if set == "" || strings.Contains(set, "://") {
		return set
	}
	return "http://" + set
}

// screen is the first thing that a newcomer sees: what to open, what to type, what to paste.
func screen(s *stack.Stack, c Config, data string) string {
	return fmt.Sprintf(`
apppass is running. Press Ctrl-C to end it.

  Open   %[2]s   and be Alice, in a Slack of your own
  Type   /apppass new Thunderbird

  Ask as a mail server (401 "unknown" until you have a password):
    curl -s %[1]s/v1/verify -H 'Authorization: Bearer local-mail-service-key' \
      -d '{"login":"alice@example.com","password":"app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB","protocol":"imap","client_ip":""}'

  HTTP API %[1]s · Slack %[2]s · AWS %[3]s (local/local, us-east-1)
  people UALICE UBOB UCAROL of TLOCAL · signing secret %[4]s
  service keys local-mail-service-key, local-intranet-service-key
  state and log in %[5]s; deleting it is the reset
`, s.APIURL, s.SlackURL, s.AWSURL, c.SigningSecret, data)
}

// logFile has what the functions and the stack log, a line each, after the time and the source.
type logFile struct {
	mu sync.Mutex
	to io.WriteCloser
}

func openLog(path string) (*logFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return &logFile{to: f}, nil
}

func (l *logFile) line(source, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// A log that can't be written has no one to be told to.
	_, _ = fmt.Fprintf(l.to, "%s %s %s\n", time.Now().UTC().Format(time.RFC3339), source, line)
}

// Close closes the file.
func (l *logFile) Close() error { return l.to.Close() }
