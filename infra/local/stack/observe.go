package stack

import (
	"io"
	"strings"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/slack/api"
)

// line, call and exchange pass on what the stack hears.
func (s *Stack) line(source, line string) {
	s.hood.line(source, line)
	if s.options.Log != nil {
		s.options.Log(source, line)
	}
}

func (s *Stack) call(c aws.Call) {
	s.hood.call(c)
	if s.options.ObserveAWS != nil {
		s.options.ObserveAWS(c)
	}
}

func (s *Stack) exchange(e api.Exchange) {
	s.hood.exchange(e)
	if s.options.ObserveSlack != nil {
		s.options.ObserveSlack(e)
	}
}

// lines makes a log of what is written.
type lines struct {
	log    func(source, line string)
	source string
}

var _ io.Writer = lines{}

// Write takes one line.
func (l lines) Write(b []byte) (int, error) {
	l.log(l.source, strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}
