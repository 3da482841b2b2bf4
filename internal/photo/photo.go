// Package photo turns pictures people send into pictures that may be shown:
// decoded within bounds, upright, no larger than needed and written anew, so
// that nothing of what a camera writes beside the picture (place, time, owner)
// survives. It also keeps them in files named by what they hold.
package photo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	_ "image/png" // read, never written

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // read, never written

	"wangge/internal/ward"
)

// maxPixels bounds what is decoded: a 439 KB PNG may declare 400 million.
const maxPixels = 40_000_000

// quality of the JPEG that is kept: text on signs stays readable.
const quality = 82

// Clean reads a JPEG, PNG or WebP and returns it upright, at most
// ward.PhotoSide pixels on its longer side, as a JPEG with nothing beside the
// picture. Invalid when it is no picture; too_large when it has too many pixels.
func Clean(raw []byte) (ward.Picture, error) {
	config, kind, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return ward.Picture{}, notAPicture()
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return ward.Picture{}, ward.Errorf(ward.TooLarge, "照片像素过多，请用4000万像素以内的照片")
	}
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return ward.Picture{}, notAPicture()
	}
	turn := 1
	if kind == "jpeg" {
		turn = orientation(raw)
	}
	small := upright(shrink(decoded, ward.PhotoSide), turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
		return ward.Picture{}, notAPicture()
	}
	sum := sha256.Sum256(out.Bytes())
	return ward.Picture{JPEG: out.Bytes(), Hash: hex.EncodeToString(sum[:]), Width: small.Bounds().Dx(), Height: small.Bounds().Dy()}, nil
}

func notAPicture() error {
	return ward.Errorf(ward.Invalid, "这不是可以识别的照片，请用 JPEG、PNG 或 WebP")
}

// shrink draws the picture on white, so that transparency has a ground, and no
// larger than side.
func shrink(from image.Image, side int) *image.RGBA {
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(to, to.Bounds(), from, from.Bounds(), draw.Over, nil)
	return to
}

// upright turns a picture as its camera was held: the eight ways of EXIF.
func upright(from *image.RGBA, turn int) *image.RGBA {
	if turn < 2 || turn > 8 {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch turn {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(to.Pix[to.PixOffset(tx, ty):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	return to
}
