// Package dynamodb is the local stack's DynamoDB: as much of it as apppass calls, and loud about the rest.
//
// # What it does
//
// Tables with string, number and binary keys and global secondary indexes; single, batch and transactional reads and writes; queries
// and scans by pages; all expressions (package expression); time to live; consumed capacity as AWS counts it. Calls take effect one after
// the other, each whole: a transaction never sees or shows half of another. Any other operation, local secondary indexes, and any request
// member that is not named in this package (legacy conditions, parallel scans) are refused: a test must never pass because something was
// quietly ignored. Tags, encryption, table classes and provisioned throughput are taken and change nothing.
//
// # What it can be asked to do badly
//
// [Switches]: indexes that lag behind, batches that are done in part, transactions in conflict. Throttling and single failures are
// the listener's (package faults).
//
// # What is kept
//
// With a path, every commit is a record in a journal before it is answered, and [New] makes the state from it; a
// journal much larger than its state is first written anew. An item is kept as the JSON that it is answered with. Nothing runs in the
// background: what time to live has made due goes when [Engine.Expire] is called, and can still be read until then, as on AWS.
//
// # What may be changed here
//
// Another operation is one more entry in operations and a function from its request to its answer. State changes only in
// [Engine.commit] and by the records of tables (record.go), so that a restart sees what was answered. The order of rows is the
// order of their keys as texts (key.go); nothing else may depend on how keys are written.
//
// The reference is https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/; what is promised is checked by package contract.
package dynamodb

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/journal"
)

// Options says where an engine gets its time and where it keeps its state.
type Options struct {
	// Clock is the stack's time.
	Clock *clock.Clock
	// Path is the journal's file; empty keeps everything in memory.
	Path string
}

// Switches makes the engine behave as DynamoDB does on a bad day. The zero value is a good day.
type Switches struct {
	// IndexDelay is how long, by the clock, a write takes to be seen in indexes.
	IndexDelay time.Duration
	// UnprocessedKeys is how many keys, from now on, BatchGetItem leaves undone: of each call as many as are left of the number.
	UnprocessedKeys int
	// UnprocessedItems is the same for BatchWriteItem.
	UnprocessedItems int
	// Conflicts is how many TransactWriteItems, from now on, are cancelled because of a conflict (TransactionConflict) at their first action.
	Conflicts int
}

// Engine is an emulated DynamoDB in region us-east-1, account 000000000000. It is safe for concurrent use.
type Engine struct {
	clock *clock.Clock

	mu       sync.Mutex
	journal  *journal.Journal
	tables   map[string]*table
	tokens   map[string]token // of TransactWriteItems
	lagging  []move           // what indexes don't show yet, oldest first
	switches Switches
}

var _ awsjson.Service = (*Engine)(nil)

// New opens the engine with the state that its journal holds.
func New(o Options) (*Engine, error) {
	e := &Engine{clock: o.Clock, tables: map[string]*table{}, tokens: map[string]token{}}
	if o.Path != "" {
		if err := e.open(o.Path); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Close closes the journal. The engine must not be used afterwards.
func (e *Engine) Close() error { return e.journal.Close() }

// Switch replaces all switches. An index shows at once what is older than the new delay.
func (e *Engine) Switch(s Switches) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.switches = s
	e.settle()
}

// Dump is every item stored, as the API's JSON, by table and in no particular order: for tests that search for leaks.
func (e *Engine) Dump() map[string][]json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := map[string][]json.RawMessage{}
	for name, t := range e.tables {
		all[name] = []json.RawMessage{}
		for _, r := range t.rows.between("", "") {
			all[name] = append(all[name], json.RawMessage(r.text))
		}
	}
	return all
}

// Serve runs one operation. See [awsjson.Service].
func (e *Engine) Serve(_ context.Context, operation string, body []byte) ([]byte, error) {
	run, ok := operations[operation]
	if !ok {
		return nil, awsjson.Refuse("com.amazon.coral.service#UnknownOperationException", "the local DynamoDB does not know "+operation)
	}
	return run(e, body)
}

// operations is what the engine does. It is read only.
var operations = map[string]func(*Engine, []byte) ([]byte, error){
	"CreateTable":               answer((*Engine).createTable),
	"DescribeTable":             answer((*Engine).describeTable),
	"ListTables":                answer((*Engine).listTables),
	"DeleteTable":               answer((*Engine).deleteTable),
	"UpdateTimeToLive":          answer((*Engine).updateTimeToLive),
	"DescribeTimeToLive":        answer((*Engine).describeTimeToLive),
	"UpdateContinuousBackups":   answer((*Engine).updateContinuousBackups),
	"DescribeContinuousBackups": answer((*Engine).describeContinuousBackups),
	"PutItem":                   answer((*Engine).putItem),
	"UpdateItem":                answer((*Engine).updateItem),
	"DeleteItem":                answer((*Engine).deleteItem),
	"GetItem":                   answer((*Engine).getItem),
	"Query":                     answer((*Engine).query),
	"Scan":                      answer((*Engine).scan),
	"BatchGetItem":              answer((*Engine).batchGetItem),
	"BatchWriteItem":            answer((*Engine).batchWriteItem),
	"TransactWriteItems":        answer((*Engine).transactWriteItems),
	"TransactGetItems":          answer((*Engine).transactGetItems),
}
