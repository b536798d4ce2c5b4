package browser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/apppass/apppass/infra/local/compile"
)

// Script is a script that a test runs in a page to judge it: a file of a package of npm, of one version, known by its hash.
type Script struct {
	Package, Version string
	Integrity        string // npm's: "sha512-" and the base64 of the SHA-512 of the package
	File             string // inside the package
}

// QR reads QR codes: https://github.com/cozmo/jsQR.
var QR = Script{
	"jsqr", "1.4.0",
	"sha512-dxLob7q65Xg2DvstYkRpkYtmKm2sPJ9oFhrhmudT1dZvNFFTlroai3AWSpLey/w5vMcLBXRgOJsbXpdN9HzU/A==",
	"dist/jsQR.js",
}

var axe = Script{
	"axe-core", "4.14.1",
	"sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
	"axe.min.js",
}

// Source is the script's text. The package is fetched once and kept under build/. Where there is no npm, or no network, the test is
// skipped in one line; with CI=true that is a failure.
func (s Script) Source(t testing.TB) string {
	t.Helper()
	packed, err := s.fetch()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("get %s: %v", s.Package, err)
		}
		t.Skipf("%s is not here: %v", s.Package, err)
	}
	text, err := s.unpack(packed)
	if err != nil {
		t.Fatalf("unpack %s: %v", s.Package, err)
	}
	return text
}

func (s Script) fetch() ([]byte, error) {
	root, err := compile.Root()
	if err != nil {
		return nil, err
	}
	name := s.Package + "-" + s.Version + ".tgz"
	kept := filepath.Join(root, "build", "npm", name)
	if packed, err := os.ReadFile(kept); err == nil && s.is(packed) {
		return packed, nil
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return nil, err
	}
	// Another package's tests may fetch the same: each into a folder of its own.
	dir, err := os.MkdirTemp(filepath.Dir(kept), s.Package)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if out, err := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, s.Package+"@"+s.Version).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack: %w %s", err, bytes.TrimSpace(out))
	}
	packed, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if !s.is(packed) {
		return nil, errors.New("it is not the package of that hash")
	}
	return packed, os.Rename(filepath.Join(dir, name), kept)
}

func (s Script) is(packed []byte) bool {
	sum := sha512.Sum512(packed)
	return "sha512-"+base64.StdEncoding.EncodeToString(sum[:]) == s.Integrity
}

func (s Script) unpack(packed []byte) (string, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(zipped); ; {
		header, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("find %s: %w", s.File, err)
		}
		if header.Name == "package/"+s.File {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
}
