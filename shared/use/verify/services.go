package verify

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/apppass/apppass/shared/core/service"
)

// How fresh the services are that a verification goes by.
const (
	refreshAfter = 10 * time.Second
	staleAfter   = time.Minute
	// retryAfter is the shortest time between two tries to read them.
	retryAfter = time.Second
)

// Settings is where services are stored.
type Settings interface {
	Services(ctx context.Context) ([]service.Service, error)
}

// Cache holds the services in memory, by key: read when first asked, again after 10 s, and at most once a second for a key that is
// unknown. When storage fails, what was read is good for a minute, then the trouble is told. Services are configuration; a person's verdict
// is never cached.
type Cache struct {
	settings Settings
	now      func() time.Time

	mu     sync.Mutex
	byKey  map[service.KeyHash]service.Service
	read   time.Time // when byKey was read; zero: never
	tried  time.Time
	failed error // of the last try
}

// NewCache returns an empty cache over the settings.
func NewCache(settings Settings, now func() time.Time) *Cache {
	return &Cache{settings: settings, now: now}
}

// Warm reads the services, if that was not done yet.
func (c *Cache) Warm(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read.IsZero() {
		c.refresh(ctx, c.now())
	}
	return c.failed
}

// Asker is the service that has the key, [ErrServiceKey] where none has, or [ErrNetwork] where it may not ask from that address.
func (c *Cache) Asker(ctx context.Context, key string, source netip.Addr) (service.Service, error) {
	s, err := c.byHash(ctx, service.HashKey(key))
	if err == nil && !s.AsksFrom(source) {
		return service.Service{}, fmt.Errorf("%s asks from %v: %w", s.ID, source, ErrNetwork)
	}
	return s, err
}

func (c *Cache) byHash(ctx context.Context, key service.KeyHash) (service.Service, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	s, known := c.byKey[key]
	if (now.Sub(c.read) >= refreshAfter || !known) && now.Sub(c.tried) >= retryAfter {
		c.refresh(ctx, now)
		s, known = c.byKey[key]
	}
	switch {
	case c.failed != nil && (!known || now.Sub(c.read) >= staleAfter): // an unknown key may be a new one
		return service.Service{}, c.failed
	case !known:
		return service.Service{}, ErrServiceKey
	}
	return s, nil
}

func (c *Cache) refresh(ctx context.Context, now time.Time) {
	c.tried = now
	all, err := c.settings.Services(ctx)
	if err != nil {
		c.failed = fmt.Errorf("read the services: %w", err)
		return
	}
	c.byKey, c.read, c.failed = map[service.KeyHash]service.Service{}, now, nil
	for _, s := range all {
		for _, key := range s.Keys {
			c.byKey[key.Hash] = s
		}
	}
}
