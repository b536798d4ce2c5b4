package world

import (
	"net/http"

	"github.com/apppass/apppass/infra/local/drive"
)

// Server is a server of the company that verifies.
type Server struct {
	w *World
	drive.Server
	protocol string
}

// With is the same server with another service key.
func (s *Server) With(key string) *Server {
	other := *s
	other.Key = key
	return &other
}

// Asks asks whether a password signs a person in.
func (s *Server) Asks(p *Person, password string) drive.Verdict {
	s.w.t.Helper()
	return s.AsksAs(drive.Login{Login: p.Email, Password: password, Protocol: s.protocol, ClientIP: "192.0.2.7"})
}

// AsksAs asks whether a login is good.
func (s *Server) AsksAs(l drive.Login) drive.Verdict {
	s.w.t.Helper()
	ctx, cancel := s.w.context()
	defer cancel()
	v, err := s.Verify(ctx, l)
	if err != nil {
		s.w.t.Fatalf("verify: %v", err)
	}
	return v
}

// Accepts expects that the password signs the person in.
func (s *Server) Accepts(p *Person, password string) {
	s.w.t.Helper()
	if v := s.Asks(p, password); v.Status != http.StatusOK || !v.OK || v.Person != p.ID || v.Login != p.Email {
		s.w.t.Errorf("%s's password: got %+v, want it to be accepted", p.ID, v)
	}
}

// Rejects expects that it does not, for that reason.
func (s *Server) Rejects(p *Person, password, reason string) {
	s.w.t.Helper()
	if v := s.Asks(p, password); v.Status != http.StatusUnauthorized || v.OK || v.Reason != reason {
		s.w.t.Errorf("%s's password: got %+v, want 401 %s", p.ID, v, reason)
	}
}

// Revocations is whose sessions the server has to end since a cursor, and the next one.
func (s *Server) Revocations(after string) (logins []string, next string) {
	s.w.t.Helper()
	ctx, cancel := s.w.context()
	defer cancel()
	logins, next, err := s.Server.Revocations(ctx, after)
	if err != nil {
		s.w.t.Fatalf("revocations: %v", err)
	}
	return logins, next
}
