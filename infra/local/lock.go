package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// data is the folder of the state, kept from others until it is given back, or until this process ends in whatever way.
type data struct {
	dir  string
	lock *os.File
	made bool
}

var errLocked = errors.New("another make run uses this folder; end it, or set DATA to another folder")

// take makes the folder if it is absent, and takes it.
func take(dir string) (*data, error) {
	_, absent := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder DATA=%s: %w", dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the folder DATA=%s: %w", dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, errLocked), f.Close())
	}
	return &data{dir, f, errors.Is(absent, fs.ErrNotExist)}, nil
}

// giveBack lets others have the folder. One that was made for a stack that did not start is removed.
func (d *data) giveBack(started bool) error {
	var err error
	if d.made && !started {
		err = os.RemoveAll(d.dir)
	}
	return errors.Join(err, d.lock.Close())
}
