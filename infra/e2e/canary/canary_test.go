package canary

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"testing"
)

func TestEveryFormIsFoundWhereverItStands(t *testing.T) {
	secret := []byte("Xk7mQ2345.6789=BCDEF_GHJK")
	for _, form := range Forms() {
		for before := range 4 {
			hay := append(bytes.Repeat([]byte("<"), before), Write(form, secret)...)
			hay = append(hay, " and so on"...)
			for name, place := range map[string][]byte{
				"": hay, "gzip, ": zipped(t, hay), "gzip in base64": []byte(`{"B":"` + base64.StdEncoding.EncodeToString(zipped(t, hay)) + `"}`),
				"gzip in gzip": zipped(t, append([]byte("x"), zipped(t, hay)...)),
			} {
				if found := Find([]Secret{{"it", secret}}, []Place{{"here", place}}); len(found) == 0 {
					t.Errorf("%s in %s with %d bytes before it is not found", form, name, before)
				}
			}
		}
	}
}

func TestEveryAlignmentOfBase64IsFound(t *testing.T) {
	secret := make([]byte, 32)
	for range 200 {
		rand.Read(secret)
		for before := range 3 {
			for after := range 3 {
				whole := append(append(make([]byte, before), secret...), make([]byte, after)...)
				for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
					if found := Find([]Secret{{"it", secret}}, []Place{{"here", []byte(encoding.EncodeToString(whole))}}); len(found) == 0 {
						t.Fatalf("with %d bytes before and %d after it is not found", before, after)
					}
				}
			}
		}
	}
}

func TestNothingIsFoundWhereNothingIs(t *testing.T) {
	hay := make([]byte, 1<<16)
	rand.Read(hay)
	secret := make([]byte, 16)
	rand.Read(secret)
	if found := Find([]Secret{{"it", secret}}, []Place{{"noise", hay}, {"noise in base64", []byte(base64.StdEncoding.EncodeToString(hay))}}); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

func zipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
