// Package journal keeps what the local stack must not forget: an append-only file of records, replayed at the next start.
//
// A record is in the file (in the operating system's hands) when [Journal.Append] returns, so killing the process at any
// moment loses nothing that was answered. A record cut off by such a kill is dropped at the next start; it was never answered.
// A line is the CRC-32 of the record in eight hex digits, a space, the record, a newline; records are one-line JSON.
//
// What is past stays in the file until its owner calls [Journal.Rewrite], at its start as a rule: it alone knows what is present.
//
// # What may be changed here
//
// The form of a line, if a journal in the former one still opens: people's state is in it. What stands in a record is its owner's.
package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Journal is safe for concurrent use. A nil *Journal forgets everything at once: it is how a stack in memory is made.
type Journal struct {
	path string
	mu   sync.Mutex
	file *os.File
}

// rewritten ends the name of a journal's successor until it is complete.
const rewritten = ".new"

// Open opens or makes the journal at path (its folder too) and calls replay with each record in the order of writing.
// A damaged line in the middle of the file is an error; a damaged tail is cut off.
func Open(path string, replay func(record json.RawMessage) error) (*Journal, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the journal's folder: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if err := read(file, replay); err != nil {
		return nil, fmt.Errorf("read the journal %s: %w", path, errors.Join(err, file.Close()))
	}
	// A kill in the middle of a rewriting leaves it behind.
	if err := os.Remove(path + rewritten); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove what is left of a rewriting: %w", errors.Join(err, file.Close()))
	}
	return &Journal{path: path, file: file}, nil
}

// Append writes one record, marshalled as JSON.
func (j *Journal) Append(record any) error {
	if j == nil {
		return nil
	}
	body, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("marshal a journal record: %w", err)
	}
	line := fmt.Appendf(make([]byte, 0, len(body)+10), "%08x %s\n", crc32.ChecksumIEEE(body), body)
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(line); err != nil {
		return fmt.Errorf("append to the journal: %w", err)
	}
	return nil
}

// Rewrite replaces the journal, in one step, by one that holds only the records that state keeps: killed at any moment, the former one is
// whole or the new one is. After an error the journal is as it was. Nothing can be appended while state runs.
func (j *Journal) Rewrite(state func(keep func(record any) error) error) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	file, err := os.OpenFile(j.path+rewritten, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("make the journal anew: %w", err)
	}
	next := Journal{file: file}
	err = state(next.Append)
	if err == nil {
		err = os.Rename(file.Name(), j.path)
	}
	if err != nil {
		return fmt.Errorf("write the journal %s anew: %w", j.path, errors.Join(err, file.Close(), os.Remove(file.Name())))
	}
	former := j.file
	j.file = file
	return former.Close()
}

// Close closes the file. A nil journal has none.
func (j *Journal) Close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}

func read(file *os.File, replay func(json.RawMessage) error) error {
	in := bufio.NewReaderSize(file, 1<<20)
	var whole int64
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return file.Truncate(whole)
		}
		if err != nil {
			return err
		}
		record, ok := check(line)
		if !ok {
			if _, err := in.Peek(1); err == io.EOF {
				return file.Truncate(whole)
			}
			return fmt.Errorf("line %d is damaged; delete the folder to start anew", n)
		}
		if err := replay(record); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		whole += int64(len(line))
	}
}

func check(line []byte) (json.RawMessage, bool) {
	sum, record, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	return record, ok && string(sum) == fmt.Sprintf("%08x", crc32.ChecksumIEEE(record))
}
