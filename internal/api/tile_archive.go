package api

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"wangge/internal/ward"
)

// The levels of an archive: from the whole city to single buildings.
const (
	archiveMinZoom = 10
	archiveMaxZoom = 17
	// archiveTiles is the most places an archive may hold: a grid has about a
	// hundred, a community some hundreds.
	archiveTiles = 4000
	// archiveDrawn is how many tiles are drawn at once, as many as the tile
	// store has connections.
	archiveDrawn = 4
)

// Archive draws every tile of a box in degrees into one PMTiles (v3) file. A
// tile of the archive holds all layers of its place. Invalid when the box is too
// large.
func (t *Tiles) Archive(ctx context.Context, box orb.Bound) ([]byte, error) {
	places := placesOf(box)
	if len(places) > archiveTiles {
		return nil, ward.Errorf(ward.Invalid, "范围过大，请按网格下载")
	}
	tiles := make([][]byte, len(places))
	errs := make([]error, len(places))
	next := make(chan int)
	var drawing sync.WaitGroup
	for range archiveDrawn {
		drawing.Go(func() {
			for i := range next {
				tiles[i], errs[i] = t.stacked(ctx, places[i])
			}
		})
	}
	for i := range places {
		next <- i
	}
	close(next)
	drawing.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("drawing an archive: %w", err)
		}
	}
	return writeArchive(places, tiles, box)
}

// placesOf lists the tiles that touch a box, all levels, in the order of the archive.
func placesOf(box orb.Bound) []maptile.Tile {
	var places []maptile.Tile
	for z := maptile.Zoom(archiveMinZoom); z <= archiveMaxZoom; z++ {
		low, high := maptile.At(box.LeftTop(), z), maptile.At(box.RightBottom(), z)
		for x := low.X; x <= high.X; x++ {
			for y := low.Y; y <= high.Y; y++ {
				places = append(places, maptile.New(x, y, z))
			}
		}
		if len(places) > archiveTiles {
			break // too many already
		}
	}
	slices.SortFunc(places, func(a, b maptile.Tile) int {
		if archiveID(a) < archiveID(b) {
			return -1
		}
		return 1
	})
	return places
}

// stacked is one tile with the layers of all: a vector tile is a list of layers,
// so tiles laid end to end are a tile. Compressed, nil when there is nothing.
func (t *Tiles) stacked(ctx context.Context, at maptile.Tile) ([]byte, error) {
	var whole bytes.Buffer
	for i, layer := range ward.TileLayers {
		if int(at.Z) < layer.MinZoom || int(at.Z) > layer.MaxZoom {
			continue
		}
		body, err := t.cache.get(ctx, tileKey{uint8(i), uint8(at.Z), at.X, at.Y})
		if err != nil {
			return nil, err
		}
		if body.gz == nil {
			continue
		}
		zr, err := gzip.NewReader(bytes.NewReader(body.gz))
		if err != nil {
			return nil, fmt.Errorf("opening a kept tile: %w", err)
		}
		if _, err := io.Copy(&whole, zr); err != nil {
			return nil, fmt.Errorf("reading a kept tile: %w", err)
		}
	}
	if whole.Len() == 0 {
		return nil, nil
	}
	return gzipped(whole.Bytes())
}

func gzipped(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, tileGzipLevel)
	if err != nil {
		return nil, fmt.Errorf("making a compressor: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	return out.Bytes(), nil
}

// archiveID is the place of a tile on the Hilbert curve through its level,
// counted from level 0 (PMTiles v3, "Tile ID").
func archiveID(t maptile.Tile) uint64 {
	id := (uint64(1)<<(2*uint(t.Z)) - 1) / 3 // tiles of the levels above
	x, y := uint64(t.X), uint64(t.Y)
	for s := uint64(1) << t.Z >> 1; s > 0; s >>= 1 {
		var rx, ry uint64
		if x&s > 0 {
			rx = 1
		}
		if y&s > 0 {
			ry = 1
		}
		id += s * s * ((3 * rx) ^ ry)
		if ry == 0 { // turn the quarter so that the curve joins up
			if rx == 1 {
				x, y = s-1-(x&(s-1)), s-1-(y&(s-1))
			}
			x, y = y, x
		}
	}
	return id
}

// archiveEntry is one line of the directory: tiles of the same bytes share them.
type archiveEntry struct {
	id             uint64
	offset, length uint64
}

// archiveHeader is the length of the fixed head, and what of root and head
// must fit into the first 16 KiB of the file.
const (
	archiveHeader = 127
	archiveRoot   = 16384 - archiveHeader
)

// writeArchive lays out a PMTiles v3 file with one directory; archiveTiles is so
// small that leaves are never needed.
func writeArchive(places []maptile.Tile, tiles [][]byte, box orb.Bound) ([]byte, error) {
	var data []byte
	var entries []archiveEntry
	known := map[string]archiveEntry{}
	for i, tile := range tiles {
		if tile == nil {
			continue
		}
		e, ok := known[string(tile)]
		if !ok {
			e = archiveEntry{offset: uint64(len(data)), length: uint64(len(tile))}
			known[string(tile)] = e
			data = append(data, tile...)
		}
		e.id = archiveID(places[i])
		entries = append(entries, e)
	}
	root, err := gzipped(directory(entries))
	if err != nil {
		return nil, err
	}
	if len(root) > archiveRoot {
		return nil, ward.Errorf(ward.Invalid, "范围过大，请按网格下载")
	}
	meta, err := gzipped(archiveMeta())
	if err != nil {
		return nil, err
	}
	head := header(len(root), len(meta), len(data), len(entries), len(known), box)
	return slices.Concat(head, root, meta, data), nil
}

// directory writes the entries as columns of varints: steps of the ids, runs,
// lengths, offsets (0: right behind the one before).
func directory(entries []archiveEntry) []byte {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for range entries {
		b = binary.AppendUvarint(b, 1)
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.length)
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+entries[i-1].length {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return b
}

func archiveMeta() []byte {
	type layer struct {
		ID      string            `json:"id"`
		Fields  map[string]string `json:"fields"`
		MinZoom int               `json:"minzoom"`
		MaxZoom int               `json:"maxzoom"`
	}
	meta := struct {
		Name   string  `json:"name"`
		Layers []layer `json:"vector_layers"`
	}{Name: "网格离线地图"}
	for _, l := range ward.TileLayers {
		meta.Layers = append(meta.Layers, layer{l.Name, l.Fields, l.MinZoom, l.MaxZoom})
	}
	text, err := json.Marshal(meta)
	if err != nil { // plain strings and numbers
		panic(fmt.Sprintf("describing an archive: %v", err))
	}
	return text
}

func header(root, meta, data, entries, contents int, box orb.Bound) []byte {
	const gzipCode, mvtCode = 2, 1
	h := make([]byte, archiveHeader)
	copy(h, "PMTiles\x03")
	at := archiveHeader
	for i, n := range []int{root, meta, 0, data} { // root, metadata, leaves, tiles
		binary.LittleEndian.PutUint64(h[8+16*i:], uint64(at))
		binary.LittleEndian.PutUint64(h[16+16*i:], uint64(n))
		at += n
	}
	for i, n := range []int{entries, entries, contents} {
		binary.LittleEndian.PutUint64(h[72+8*i:], uint64(n))
	}
	copy(h[96:], []byte{0, gzipCode, gzipCode, mvtCode, archiveMinZoom, archiveMaxZoom})
	middle := box.Center()
	for i, degrees := range []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
		binary.LittleEndian.PutUint32(h[102+4*i:], uint32(int32(math.Round(degrees*1e7))))
	}
	h[118] = archiveMaxZoom - 1
	binary.LittleEndian.PutUint32(h[119:], uint32(int32(math.Round(middle[0]*1e7))))
	binary.LittleEndian.PutUint32(h[123:], uint32(int32(math.Round(middle[1]*1e7))))
	return h
}
