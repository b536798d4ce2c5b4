package dovecot

import (
	"bufio"
	"encoding/asn1"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// directory is a stand-in for the company's LDAP, in which real accounts have real passwords. It counts who is tried.
type directory struct {
	Addr     string
	password string // of every account

	mu    sync.Mutex
	binds []string // the logins of the accounts that somebody tried to bind as
}

// Tags of LDAP's operations (RFC 4511 §4.2, §4.3).
const (
	bindRequest, bindResponse, unbindRequest = 0, 1, 2

	success, invalidCredentials = 0, 49
)

// newDirectory starts a directory whose accounts all have one password.
func newDirectory(t *testing.T, password string) *directory {
	t.Helper()
	d := &directory{password: password}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	d.Addr = l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				d.serve(c)
			}()
		}
	}()
	return d
}

// conf is what Dovecot's LDAP driver needs to sign people in there.
func (d *directory) conf() string {
	return "uris = ldap://" + d.Addr + "\nauth_bind = yes\nauth_bind_userdn = uid=%u,dc=example\nbase = dc=example\n"
}

// Binds is whom somebody tried to bind as.
func (d *directory) Binds() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.binds...)
}

// message is an LDAPMessage (RFC 4511 §4.1.1).
type message struct {
	ID        int
	Operation asn1.RawValue
}

func (d *directory) serve(c net.Conn) {
	for r := bufio.NewReader(c); ; {
		text, err := readElement(r)
		if err != nil {
			return
		}
		var m message
		if _, err := asn1.Unmarshal(text, &m); err != nil || m.Operation.Tag == unbindRequest {
			return
		}
		if m.Operation.Tag != bindRequest {
			continue
		}
		// Version, name and simple password.
		var version int
		var name []byte
		var simple asn1.RawValue
		rest, err := asn1.Unmarshal(m.Operation.Bytes, &version)
		if err == nil {
			rest, err = asn1.Unmarshal(rest, &name)
		}
		if err == nil {
			_, err = asn1.Unmarshal(rest, &simple)
		}
		if err != nil {
			return
		}
		answer, err := asn1.Marshal(struct {
			ID     int
			Result asn1.RawValue
		}{m.ID, asn1.RawValue{Class: asn1.ClassApplication, Tag: bindResponse, IsCompound: true, Bytes: d.bind(string(name), string(simple.Bytes))}})
		if err != nil {
			return
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

// bind tries a password, and returns the LDAPResult's members.
func (d *directory) bind(name, password string) []byte {
	code := byte(success)
	if login, ok := strings.CutPrefix(name, "uid="); ok {
		d.mu.Lock()
		d.binds = append(d.binds, strings.TrimSuffix(login, ",dc=example"))
		d.mu.Unlock()
		if password != d.password {
			code = invalidCredentials
		}
	}
	return []byte{asn1.TagEnum, 1, code, asn1.TagOctetString, 0, asn1.TagOctetString, 0}
}

// readElement reads one BER element with its tag and its length.
func readElement(r *bufio.Reader) ([]byte, error) {
	head, err := r.Peek(2)
	if err != nil {
		return nil, err
	}
	size, n := int(head[1]), 2
	if more := size &^ 0x80; size >= 0x80 {
		if head, err = r.Peek(2 + more); err != nil {
			return nil, err
		}
		size, n = 0, 2+more
		for _, b := range head[2:] {
			size = size<<8 | int(b)
		}
	}
	text := make([]byte, n+size)
	_, err = io.ReadFull(r, text)
	return text, err
}
