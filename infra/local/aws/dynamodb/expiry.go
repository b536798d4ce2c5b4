package dynamodb

import (
	"fmt"
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// Expire removes, from all tables with time to live, the items whose time is over by the clock, and tells how many. As on AWS only a
// number of epoch seconds counts, and none that is more than five years old.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
func (e *Engine) Expire() (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Now()
	all := 0
	for _, t := range e.tables {
		due, err := t.dueBetween(now.AddDate(-5, 0, 0), now)
		if err != nil {
			return all, fmt.Errorf("expire items of %s: %w", t.Name, err)
		}
		if err := e.commit(due, "", token{}); err != nil {
			return all, fmt.Errorf("expire items of %s: %w", t.Name, err)
		}
		all += len(due)
	}
	return all, nil
}

// due is where an item stands in the table's expiry, if it does.
func (t *table) due(key string, item attribute.Item) (string, bool) {
	v := item[t.TTL]
	if t.TTL == "" || v.Type != attribute.N {
		return "", false
	}
	return string(v.Key(nil)) + key, true
}

// buildExpiry makes the table's expiry from its rows.
func (t *table) buildExpiry() error {
	t.expiry = sorted[string]{}
	for key, r := range t.rows.between("", "") {
		item, err := r.item()
		if err != nil {
			return err
		}
		t.expect(key, item)
	}
	return nil
}

// expect puts an item in the table's expiry, if it has a time.
func (t *table) expect(key string, item attribute.Item) {
	if due, ok := t.due(key, item); ok {
		t.expiry.set(due, key)
	}
}

// dueBetween is the removals of what is due in a span of time, both ends included.
func (t *table) dueBetween(from, to time.Time) ([]*change, error) {
	var due []*change
	for _, key := range t.expiry.between(string(seconds(from).Key(nil)), end(seconds(to).Key(nil))) {
		r, _ := t.rows.get(key)
		item, err := r.item()
		if err != nil {
			return nil, err
		}
		due = append(due, t.change(key, r, item, nil))
	}
	return due, nil
}

func seconds(t time.Time) attribute.Value {
	return attribute.Value{Type: attribute.N, Text: fmt.Sprint(t.Unix())}
}
