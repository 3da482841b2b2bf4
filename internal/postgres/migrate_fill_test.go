package postgres

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFilledFilesKeepEveryOtherDollar(t *testing.T) {
	t.Parallel()
	const text = "-- +goose Up\n-- +goose ENVSUB ON\nselect ${SRID}, $1, '$$' || $body$ ${OTHER} $body$;\n"
	const want = "-- +goose Up\nselect 4549, $1, '$$' || $body$ ${OTHER} $body$;\n"
	files := filledFS{fstest.MapFS{"0001_a.sql": {Data: []byte(text)}}, map[string]string{"SRID": "4549"}}
	got, err := fs.ReadFile(files, "0001_a.sql")
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	if names, err := fs.Glob(files, "*.sql"); err != nil || len(names) != 1 {
		t.Errorf("Glob: %v, %v", names, err)
	}
}
