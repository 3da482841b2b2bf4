package postgres_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
)

func keyText(id string, b byte) string {
	return id + ":" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, 32))
}

// A rotation that dies half way goes on from there, and the old key is needed no
// more once it says so.
func TestKeysAreRotatedThroughADeath(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	old := keys(t, keyText("k1", 1))
	const people = 1700
	for id := int64(1); id <= people; id++ {
		phone, _ := old.Seal(fmt.Sprintf("person.phone/%d", id), fmt.Sprintf("1390000%04d", id))
		idNo, _ := old.Seal(fmt.Sprintf("person.id_no/%d", id), fmt.Sprintf("33010219700101%04d", id))
		if _, err := pool.Exec(t.Context(), `insert into person (id, name, phone_sealed, id_no_sealed, id_no_digest) overriding system value values ($1, '某', $2, $3, $4)`, id, phone, idNo, old.Digest(fmt.Sprintf("33010219700101%04d", id))); err != nil {
			t.Fatal(err)
		}
	}
	both := postgres.New(pool, keys(t, keyText("k2", 2)+","+keyText("k1", 1)))
	ctx, kill := context.WithCancel(t.Context())
	err := both.RotateKeys(ctx, func(done, all int64) {
		if all != 2*people {
			t.Errorf("all %d", all)
		}
		if done >= 1000 {
			kill()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("killed: %v", err)
	}
	used, err := both.KeysInUse(t.Context())
	if err != nil || len(used) != 2 || used[1].Values != 1000 {
		t.Fatalf("after the death: %+v %v", used, err)
	}
	var first int64
	if err := both.RotateKeys(t.Context(), func(done, all int64) {
		if first == 0 {
			first = all
		}
	}); err != nil || first != 2*people-1000 {
		t.Fatalf("the second run had %d to do: %v", first, err)
	}
	if used, err := both.KeysInUse(t.Context()); err != nil || len(used) != 1 || used[0] != (postgres.KeyUse{Key: "k2", Values: 2 * people}) {
		t.Errorf("in the end: %+v %v", used, err)
	}
	fresh := keys(t, keyText("k2", 2))
	var sealed, digest []byte
	if err := pool.QueryRow(t.Context(), `select id_no_sealed, id_no_digest from person where id = 1234`).Scan(&sealed, &digest); err != nil {
		t.Fatal(err)
	}
	if text, err := fresh.Open("person.id_no/1234", sealed); err != nil || text != "330102197001011234" || !bytes.Equal(digest, fresh.Digest(text)) {
		t.Errorf("with the new key alone: %q %v", text, err)
	}
	if err := both.RotateKeys(t.Context(), func(int64, int64) { t.Error("something was left to do") }); err != nil {
		t.Error(err)
	}
}

// A column that holds sealed values and is not rotated would be lost with the
// old key.
func TestEverySealedColumnIsRotated(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	var known, there int
	if err := pool.QueryRow(t.Context(), `select count(*) filter (where (table_name, column_name) in (('person','phone_sealed'),('person','id_no_sealed'),('account','totp_sealed'),('resident_report','phone_sealed'),('hotline_order','caller_sealed'),('hotline_order','phone_sealed'),('client_report','contact_sealed'),('webhook','secret_sealed'))), count(*) from information_schema.columns where table_schema = 'public' and column_name like '%sealed' and data_type = 'bytea'`).Scan(&known, &there); err != nil || known != there || known != 8 {
		t.Errorf("%d of %d sealed columns are rotated: %v", known, there, err)
	}
}
