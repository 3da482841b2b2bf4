package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// Photo draws the picture of a demo incident as a PNG: a yard with a heap in it,
// or tidied up. Nobody's yard.
func Photo(tidy bool) ([]byte, error) {
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	box := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(m, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	box(0, 0, 640, 300, color.RGBA{196, 214, 226, 255})
	box(60, 60, 580, 320, color.RGBA{214, 196, 172, 255})
	for floor := range 3 {
		for window := range 6 {
			box(95+window*80, 85+floor*75, 140+window*80, 130+floor*75, color.RGBA{92, 116, 138, 255})
		}
	}
	box(0, 310, 640, 480, color.RGBA{148, 148, 144, 255})
	if !tidy {
		for k, c := range []color.RGBA{{96, 74, 52, 255}, {54, 92, 62, 255}, {160, 140, 60, 255}, {120, 60, 50, 255}, {70, 70, 80, 255}} {
			box(190+k*52, 380-k%3*22, 260+k*52, 440, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		return nil, fmt.Errorf("drawing a photo: %w", err)
	}
	return out.Bytes(), nil
}
