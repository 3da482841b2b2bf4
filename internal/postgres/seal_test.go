package postgres_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"wangge/internal/postgres"
)

func keys(t *testing.T, text string) postgres.Keys {
	t.Helper()
	k, err := postgres.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealedFieldsOpenOnlyInTheirPlace(t *testing.T) {
	t.Parallel()
	a, b := "a:"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32)), "b:"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, 32))
	old, both, fresh := keys(t, a), keys(t, b+","+a), keys(t, b)
	sealed, err := old.Seal("person.phone/1", "19900001234")
	if err != nil || bytes.Contains(sealed, []byte("1990")) {
		t.Fatalf("sealed %q: %v", sealed, err)
	}
	if again, _ := old.Seal("person.phone/1", "19900001234"); bytes.Equal(again, sealed) {
		t.Error("the same value is sealed alike twice")
	}
	if text, err := both.Open("person.phone/1", sealed); err != nil || text != "19900001234" {
		t.Errorf("after rotation: %q %v", text, err)
	}
	for name, open := range map[string]func() (string, error){
		"another row":    func() (string, error) { return old.Open("person.phone/2", sealed) },
		"another column": func() (string, error) { return old.Open("person.id_no/1", sealed) },
		"another key":    func() (string, error) { return fresh.Open("person.phone/1", sealed) },
		"cut short":      func() (string, error) { return old.Open("person.phone/1", sealed[:len(sealed)-1]) },
		"cut to nothing": func() (string, error) { return old.Open("person.phone/1", sealed[:3]) },
		"plain text":     func() (string, error) { return old.Open("person.phone/1", []byte("19900001234")) },
	} {
		if text, err := open(); err == nil {
			t.Errorf("%s opens it: %q", name, text)
		}
	}
	if none, err := old.Seal("person.phone/1", ""); none != nil || err != nil {
		t.Error("an empty value is sealed")
	}
	if _, err := (postgres.Keys{}).Seal("person.phone/1", "1"); err == nil {
		t.Error("without a key something is stored")
	}
	if !bytes.Equal(both.Digest("33049919700101001x"), both.Digest(" 33049919700101001X")) || !bytes.Equal(fresh.Digest("1"), both.Digest("1")) {
		t.Error("the same number is not found again")
	}
	for _, bad := range []string{"", "a", "a:xx", "a:" + base64.StdEncoding.EncodeToString([]byte("short")), a + "," + a} {
		if _, err := postgres.ParseKeys(bad); err == nil {
			t.Errorf("%q is taken for keys", bad)
		}
	}
}
