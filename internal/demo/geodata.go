package demo

import (
	"slices"

	"wangge/internal/ward"
)

// Seed is the seed of the street everybody sees.
const Seed = 42

// layers are the sheets of geodata/: places and borders, no person and nothing
// that refers to one.
var layers = []string{"areas", "roads", "grounds", "courtyards", "buildings", "grids", "points", "lanes"}

// WriteLayers writes the sheets of the street that hold no person, the content
// of geodata/. It fails when the folder cannot be written.
func WriteLayers(dir string, seed uint64) error {
	sheets := slices.DeleteFunc(ward.Sheets(), func(s ward.Sheet) bool { return !slices.Contains(layers, s.Name) })
	fo, err := newFolder(dir, sheets)
	if err != nil {
		return err
	}
	street(seed, fo)
	return fo.close()
}
