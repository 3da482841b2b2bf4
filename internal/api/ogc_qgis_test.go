package api_test

import (
	"bytes"
	"encoding/json"
	command "os/exec"
	"testing"

	"wangge/internal/ward"
)

// QGIS itself reads all features of every collection, page by page, and those
// within a box.
func TestQGISReadsEveryFeature(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3" // the one QGIS of the system belongs to
	if err := command.CommandContext(t.Context(), python, "-c", "import qgis.core").Run(); err != nil {
		t.Skip("QGIS for Python (python3-qgis) is not installed")
	}
	tw := newCityTown(t)
	args := []string{"testdata/read_with_qgis.py", tw.URL + "/ogc", "gis", password, "100"}
	for _, c := range ward.FeatureCollections() {
		args = append(args, c.ID)
	}
	cmd := command.CommandContext(t.Context(), python, args...)
	cmd.Env = append(cmd.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "http_proxy=", "HTTP_PROXY=")
	var words bytes.Buffer
	cmd.Stderr = &words
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%.3000s\n%.3000s", err, out, words.String())
	}
	seen := 0
	for text := range bytes.Lines(out) {
		var got struct {
			Collection, CRS                   string
			Read, Invalid, West, WestExpected int
			Fields                            []string
		}
		must(t, json.Unmarshal(text, &got))
		want := tw.count(t, `select count(*) from `+got.Collection)
		if got.Read != want || got.Invalid != 0 || got.West != got.WestExpected || want > 1 && got.West == 0 || len(got.Fields) == 0 || got.CRS != "EPSG:4326" {
			t.Errorf("%s: %s, want %d features", got.Collection, text, want)
		}
		seen++
	}
	if seen != len(ward.FeatureCollections()) {
		t.Errorf("%d collections, want %d\n%.2000s", seen, len(ward.FeatureCollections()), words.String())
	}
}
