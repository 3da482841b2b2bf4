package demo

import (
	"os"
	"testing"
)

// TestWriteFolder writes a city to the folder WANGGE_DEMO_DIR names.
func TestWriteFolder(t *testing.T) {
	dir := os.Getenv("WANGGE_DEMO_DIR")
	if dir == "" {
		t.Skip("set WANGGE_DEMO_DIR=folder to write the city there")
	}
	scale := OneStreet
	if os.Getenv("WANGGE_DEMO_SCALE") == string(District) {
		scale = District
	}
	if err := Write(dir, 42, scale); err != nil {
		t.Fatal(err)
	}
}
