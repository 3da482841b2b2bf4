package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"testing"

	"wangge/internal/ward"
)

func encoded(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestALargePhotoIsMadeSmallerAndKeepsItsShape(t *testing.T) {
	t.Parallel()
	p, err := Clean(encoded(t, image.NewGray(image.Rect(0, 0, 4096, 1024))))
	if err != nil || p.Width != ward.PhotoSide || p.Height != 512 || len(p.Hash) != 64 {
		t.Errorf("%d × %d, %q, %v", p.Width, p.Height, p.Hash, err)
	}
}

// A file of a few bytes may declare a picture that fills the memory.
func TestAPictureBombIsRefusedBeforeItIsDecoded(t *testing.T) {
	t.Parallel()
	raw := encoded(t, image.NewGray(image.Rect(0, 0, 2, 2)))
	binary.BigEndian.PutUint32(raw[16:], 20000)
	binary.BigEndian.PutUint32(raw[20:], 20000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	if _, err := Clean(raw); ward.ErrorCode(err) != ward.TooLarge {
		t.Errorf("got %v", err)
	}
}

// Each way to hold a camera brings the marked corner back to the top left.
func TestAPhotoIsTurnedUpright(t *testing.T) {
	t.Parallel()
	mark := color.RGBA{255, 0, 0, 255}
	for turn, corner := range map[int]image.Point{1: {0, 0}, 2: {3, 0}, 3: {3, 1}, 4: {0, 1}, 5: {0, 0}, 6: {0, 1}, 7: {3, 1}, 8: {3, 0}} {
		from := image.NewRGBA(image.Rect(0, 0, 4, 2))
		from.Set(corner.X, corner.Y, mark)
		to := upright(from, turn)
		if to.RGBAAt(0, 0) != mark {
			t.Errorf("turn %d: the mark is not at the top left", turn)
		}
		if turned := to.Bounds().Dx() == 2; turned != (turn >= 5) {
			t.Errorf("turn %d: %v", turn, to.Bounds())
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if turn := orientation(raw); turn < 1 || turn > 8 {
			t.Errorf("turn %d", turn)
		}
	})
}

func TestFilesKeepsWhatItWasGivenOnce(t *testing.T) {
	t.Parallel()
	f := NewFiles(t.TempDir())
	p, err := f.Clean(t.Context(), encoded(t, image.NewGray(image.Rect(0, 0, 8, 8))))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Keep(p); err != nil {
			t.Fatal(err)
		}
	}
	if body, err := f.Read(p.Hash); err != nil || !bytes.Equal(body, p.JPEG) {
		t.Errorf("read: %v", err)
	}
	for _, hash := range []string{"", "../../etc/passwd", "00" + p.Hash[2:]} {
		if _, err := f.Read(hash); ward.ErrorCode(err) != ward.NotFound {
			t.Errorf("%q: %v", hash, err)
		}
	}
}
