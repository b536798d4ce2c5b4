package stack

import (
	"errors"
	"fmt"
	"net"
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
func (s *Stack) listen() (all listeners, err error) {
	o := s.options
	if all.api, err = s.open("API_ADDR", o.APIAddr, &s.APIURL); err != nil {
		return all, err
	}
	if all.slack, err = s.open("SLACK_ADDR", o.SlackAddr, &s.SlackURL); err != nil {
		return all, err
	}
	if o.AWSEndpoint == "" {
		all.aws, err = s.open("AWS_ADDR", o.AWSAddr, &s.AWSURL)
	}
	return all, err
}

func (s *Stack) open(variable, addr string, url *string) (*listener, error) {
	opened, err := listen(variable, addr)
	if err != nil {
		return nil, err
	}
	l := &listener{Listener: opened}
	*url = "http://" + opened.Addr().String()
	s.closers = append(s.closers, func() error {
		if l.taken {
			return nil
		}
		return l.Close()
	})
	return l, nil
}

// CheckAddresses says what is wrong with the addresses, before anything is built or started: [ErrTaken], or that one is not on loopback.
func (o Options) CheckAddresses() error {
	addresses := [][2]string{{"API_ADDR", o.APIAddr}, {"SLACK_ADDR", o.SlackAddr}, {"AWS_ADDR", o.AWSAddr}}
	if o.AWSEndpoint != "" {
		addresses = addresses[:2]
	}
	for _, a := range addresses {
		l, err := listen(a[0], a[1])
		if err != nil {
			return err
		}
		if err := l.Close(); err != nil {
			return fmt.Errorf("close %s again: %w", a[0], err)
		}
	}
	return nil
}

func listen(variable, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w: %s is in use; set %s to another host:port", ErrTaken, addr, variable)
	}
	if err != nil {
		return nil, fmt.Errorf("listen at %s=%s: %w", variable, addr, err)
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("%s=%s: %w", variable, addr, errPublic), l.Close())
	}
	return l, nil
}

// errPublic reports an address that others can reach: anyone there could be Alice, and read her passwords.
var errPublic = errors.New("the local stack listens on loopback addresses only")
