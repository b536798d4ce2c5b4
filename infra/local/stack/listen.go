package stack

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// ErrTaken reports an address at which something else listens.
var ErrTaken = errors.New("the address is taken")

// listener is an open one; it is closed by its server, or else by the stack.
type listener struct {
	net.Listener
	taken bool
}

type listeners struct{ api, slack, aws *listener }

// listen opens all of the stack's listeners before anything is started, so that a taken port leaves nothing behind.
func (s *Stack) listen() (listeners, error) {
	var all listeners
	for _, l := range []struct {
		to             **listener
		addr, variable string
		needed         bool
		url            *string
	}{
		{&all.api, s.options.APIAddr, "API_ADDR", true, &s.APIURL},
		{&all.slack, s.options.SlackAddr, "SLACK_ADDR", true, &s.SlackURL},
		{&all.aws, s.options.AWSAddr, "AWS_ADDR", s.options.AWSEndpoint == "", &s.AWSURL},
	} {
		if !l.needed {
			continue
		}
		opened, err := net.Listen("tcp", l.addr)
		if errors.Is(err, syscall.EADDRINUSE) {
			return all, fmt.Errorf("%w: %s is in use; set %s to another host:port", ErrTaken, l.addr, l.variable)
		}
		if err != nil {
			return all, fmt.Errorf("listen at %s=%s: %w", l.variable, l.addr, err)
		}
		if err := loopback(opened.Addr()); err != nil {
			return all, errors.Join(fmt.Errorf("%s=%s: %w", l.variable, l.addr, err), opened.Close())
		}
		it := &listener{Listener: opened}
		*l.to = it
		*l.url = "http://" + strings.Replace(opened.Addr().String(), "[::1]", "localhost", 1)
		s.closers = append(s.closers, func() error {
			if it.taken {
				return nil
			}
			return it.Close()
		})
	}
	return all, nil
}

// errPublic reports an address that others can reach: anyone there could be Alice, and read her passwords.
var errPublic = errors.New("the local stack listens on loopback addresses only")

func loopback(a net.Addr) error {
	if tcp, ok := a.(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return errPublic
	}
	return nil
}
