package demo

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write geodata/ anew")

const geodata = "../../geodata"

func TestGeodataIsWhatTheGeneratorWrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if *update {
		dir = geodata
	}
	if err := WriteLayers(dir, Seed); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(geodata, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, name := range layers {
		made, err := os.ReadFile(filepath.Join(dir, name+".geojson"))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(filepath.Join(geodata, name+".geojson"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(made, kept) {
			t.Errorf("geodata/%s.geojson is not what the generator writes; run: go test ./internal/demo -run Geodata -update", name)
		}
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^\| %s\.geojson \|.*\| %d \| internal/demo, seed %d \| \S`, name, bytes.Count(kept, []byte(`{"type":"Feature",`)), Seed))
		if !row.Match(readme) {
			t.Errorf("README.md does not give source, licence and number of rows of %s", name)
		}
		total += len(kept)
	}
	if total > 3<<20 {
		t.Errorf("geodata is %d bytes, want less than 3 MiB", total)
	}
}
