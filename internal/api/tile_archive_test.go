package api

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// The ids of the specification's own example and of the corners of a level.
func TestATileHasThePlaceOnTheCurveThatPMTilesGivesIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, y uint32
		z    maptile.Zoom
		id   uint64
	}{
		{0, 0, 0, 0},
		{0, 0, 1, 1},
		{0, 1, 1, 2},
		{1, 1, 1, 3},
		{1, 0, 1, 4},
		{0, 0, 2, 5},
		{3423, 1763, 12, 19078479},
	} {
		if got := archiveID(maptile.New(c.x, c.y, c.z)); got != c.id {
			t.Errorf("%d/%d/%d: %d, want %d", c.z, c.x, c.y, got, c.id)
		}
	}
}

// Every tile of a level has a place of its own, one step from the next.
func TestTheCurveVisitsEveryTileOnce(t *testing.T) {
	t.Parallel()
	const z = 5
	seen := map[uint64]maptile.Tile{}
	for x := range uint32(1 << z) {
		for y := range uint32(1 << z) {
			seen[archiveID(maptile.New(x, y, z))] = maptile.New(x, y, z)
		}
	}
	first := uint64(1<<(2*z)-1) / 3
	for id := first; id < first+1<<(2*z); id++ {
		at, ok := seen[id]
		if !ok {
			t.Fatalf("nothing at %d", id)
		}
		if id == first {
			continue
		}
		before := seen[id-1]
		dx, dy := int(at.X)-int(before.X), int(at.Y)-int(before.Y)
		if dx*dx+dy*dy != 1 {
			t.Fatalf("from %v to %v", before, at)
		}
	}
}

func TestAnArchiveGivesBackItsTiles(t *testing.T) {
	t.Parallel()
	box := orb.Bound{Min: orb.Point{120.61, 30.71}, Max: orb.Point{120.62, 30.72}}
	places := placesOf(box)
	tiles := make([][]byte, len(places))
	for i := range places {
		if i%3 != 0 { // some have nothing
			tiles[i] = []byte{byte(i / 4), 1, 2, 3} // some are alike
		}
	}
	file, err := writeArchive(places, tiles, box)
	if err != nil {
		t.Fatal(err)
	}
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(file[at:]) }
	part := func(at int) []byte { return file[number(at) : number(at)+number(at+8)] }
	if !bytes.HasPrefix(file, []byte("PMTiles\x03")) || number(56)+number(64) != uint64(len(file)) {
		t.Fatalf("head %x", file[:archiveHeader])
	}
	data := part(56)
	got := map[uint64][]byte{}
	for _, e := range readDirectory(t, part(8)) {
		got[e.id] = data[e.offset : e.offset+e.length]
	}
	for i, at := range places {
		if !bytes.Equal(got[archiveID(at)], tiles[i]) {
			t.Errorf("%v: %v, want %v", at, got[archiveID(at)], tiles[i])
		}
	}
}

func readDirectory(t *testing.T, packed []byte) []archiveEntry {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	r := bytes.NewReader(plain)
	next := func() uint64 {
		n, err := binary.ReadUvarint(r)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	entries := make([]archiveEntry, next())
	last := uint64(0)
	for i := range entries {
		last += next()
		entries[i].id = last
	}
	for range entries {
		if run := next(); run != 1 {
			t.Fatalf("run of %d", run)
		}
	}
	for i := range entries {
		entries[i].length = next()
	}
	for i := range entries {
		if o := next(); o > 0 {
			entries[i].offset = o - 1
		} else {
			entries[i].offset = entries[i-1].offset + entries[i-1].length
		}
	}
	return entries
}
