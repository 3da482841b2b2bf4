package demo

import "testing"

func BenchmarkStreet(b *testing.B) {
	for b.Loop() {
		if err := Write(b.TempDir(), Seed, OneStreet); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDistrict must stay under a minute: go test -bench District -benchtime 1x ./internal/demo
func BenchmarkDistrict(b *testing.B) {
	for b.Loop() {
		if err := Write(b.TempDir(), Seed, District); err != nil {
			b.Fatal(err)
		}
	}
}
