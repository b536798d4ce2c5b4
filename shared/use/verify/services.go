package verify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// How fresh the services are that a verification goes by.
const (
	refreshAfter = 10 * time.Second
	staleAfter   = time.Minute
	// missRefresh is the shortest time between two reads that unknown keys have caused.
	missRefresh = time.Second
)

// Settings is where services are stored.
type Settings interface {
	Services(ctx context.Context) ([]service.Service, error)
}

// Cache holds the services in memory, by key: read when first asked, again after 10 s, and at most once a second for a key that is
// unknown. When storage fails, what was read is good for a minute, then [problem.ErrUnavailable]. Services are configuration; a
// person's verdict is never cached.
type Cache struct {
	settings Settings
	now      func() time.Time

	mu    sync.Mutex
	byKey map[service.KeyHash]service.Service
	read  time.Time // when byKey was read; zero: never
	tried time.Time
}

// NewCache returns an empty cache over the settings.
func NewCache(settings Settings, now func() time.Time) *Cache {
	return &Cache{settings: settings, now: now}
}

// Warm reads the services, if that was not done yet.
func (c *Cache) Warm(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.read.IsZero() {
		return nil
	}
	return c.refresh(ctx, c.now())
}

// ByKey is the service that has the key, or [ErrServiceKey].
func (c *Cache) ByKey(ctx context.Context, key service.KeyHash) (service.Service, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	s, known := c.byKey[key]
	var failed error
	if now.Sub(c.read) >= refreshAfter || !known && now.Sub(c.tried) >= missRefresh {
		failed = c.refresh(ctx, now)
		s, known = c.byKey[key]
	}
	switch {
	case now.Sub(c.read) >= staleAfter:
		if failed == nil {
			failed = problem.ErrUnavailable
		}
		return service.Service{}, failed
	case !known && failed != nil:
		return service.Service{}, failed // it may be a new key
	case !known:
		return service.Service{}, ErrServiceKey
	}
	return s, nil
}

func (c *Cache) refresh(ctx context.Context, now time.Time) error {
	c.tried = now
	all, err := c.settings.Services(ctx)
	if err != nil {
		return fmt.Errorf("read the services: %w", err)
	}
	byKey := map[service.KeyHash]service.Service{}
	for _, s := range all {
		for _, key := range s.Keys {
			byKey[key] = s
		}
	}
	c.byKey, c.read = byKey, now
	return nil
}
