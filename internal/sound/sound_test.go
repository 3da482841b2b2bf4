package sound

import (
	"bytes"
	_ "embed"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangge/internal/ward"
)

// fromChromium is what Chromium 150 recorded of its own test tone in a second and
// a half.
//
//go:embed testdata/chromium.webm
var fromChromium []byte

// live is a recording as a recorder writes it that cannot go back: parents
// without an end. Packets of 20 ms, one after the other.
func live(packets int, more ...[]byte) []byte {
	open := func(id ...byte) []byte { return append(id, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF) }
	out := write(ebmlHead, text(docType, "webm"))
	out = append(out, open(0x18, 0x53, 0x80, 0x67)...)
	for _, m := range more {
		out = append(out, m...)
	}
	out = append(out, write(tracks, track("A_OPUS", 2))...)
	for n := range packets {
		if n%100 == 0 {
			out = append(out, open(0x1F, 0x43, 0xB6, 0x75)...)
			out = append(out, whole(timestamp, n*20)...)
		}
		since := n % 100 * 20
		out = append(out, write(simpleBlock, []byte{0x81, byte(since >> 8), byte(since), 0x80, 0xF8, byte(n)})...)
	}
	return out
}

func track(codec string, kind int) []byte {
	head := append([]byte("OpusHead\x01\x01"), 0x38, 1, 0x80, 0xBB, 0, 0, 0, 0, 0)
	return write(trackEntry, whole(trackNumber, 1), whole(trackType, kind), text(codecID, codec), write(codecPrivate, head))
}

func TestWhatABrowserRecordsIsKeptWithItsLength(t *testing.T) {
	t.Parallel()
	s, err := Clean(fromChromium)
	if err != nil {
		t.Fatal(err)
	}
	if s.Length < time.Second || s.Length > 2*time.Second || len(s.Hash) != 64 {
		t.Errorf("%v %q", s.Length, s.Hash)
	}
	if bytes.Contains(s.WebM, []byte("Chrome")) || len(s.WebM) > len(fromChromium)+400 {
		t.Errorf("%d bytes of %d, or the name of the browser is left", len(s.WebM), len(fromChromium))
	}
	again, err := Clean(s.WebM)
	if err != nil || again.Hash != s.Hash {
		t.Errorf("what was written anew is not read as the same: %v", err)
	}
}

func TestNothingBesideTheSpeechIsKept(t *testing.T) {
	t.Parallel()
	tags := write(0x1254C367, text(0x45A3, "LOCATION"), text(0x4487, "+30.7+120.1/"))
	s, err := Clean(live(200, tags, write(0xEC, bytes.Repeat([]byte("padding"), 99))))
	if err != nil || s.Length != 4*time.Second {
		t.Fatalf("%v %v", s.Length, err)
	}
	if bytes.Contains(s.WebM, []byte("LOCATION")) || bytes.Contains(s.WebM, []byte("padding")) {
		t.Error("something else survived")
	}
}

func TestARecordingThatIsTooLongIsRefusedWhateverItSaysOfItself(t *testing.T) {
	t.Parallel()
	short := write(info, fraction(duration, 1000))
	if _, err := Clean(live(int(ward.RecordingLongest/(20*time.Millisecond)), short)); err != nil {
		t.Errorf("the longest: %v", err)
	}
	if _, err := Clean(live(int(ward.RecordingLongest/(20*time.Millisecond))+500, short)); ward.ErrorCode(err) != ward.TooLarge {
		t.Errorf("ten seconds more: %v", err)
	}
}

func TestWhatIsNoRecordingIsRefused(t *testing.T) {
	t.Parallel()
	good := live(3)
	swap := func(from, to string) []byte { return []byte(strings.Replace(string(good), from, to, 1)) }
	for name, raw := range map[string][]byte{
		"nothing": {}, "text": []byte("<svg onload=alert(1)>"), "half": good[:len(good)-1], "something behind it": append(bytes.Clone(good), "<script>"...),
		"silence": live(0), "a film": swap(string(track("A_OPUS", 2)), string(track("A_OPUS", 1))), "another codec": swap(string(track("A_OPUS", 2)), string(track("A_FLAC", 2))),
		"matroska": swap("webm", "mkv!"), "two tracks": swap(string(track("A_OPUS", 2)), string(append(track("A_OPUS", 2), track("A_OPUS", 2)...))),
		"no packet": swap("\xF8\x01", "\xFB\x00"), "an MP4": append([]byte("\x00\x00\x00\x20ftypM4A "), good...),
	} {
		if _, err := Clean(raw); ward.ErrorCode(err) != ward.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever comes in, what goes out is read again as the same, and nothing panics.
func TestWhatIsAcceptedIsAcceptedAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := bytes.Clone(live(rapid.IntRange(0, 300).Draw(t, "packets")))
		for range rapid.IntRange(0, 6).Draw(t, "changes") {
			raw[rapid.IntRange(0, len(raw)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		s, err := Clean(raw)
		if err != nil {
			return
		}
		again, err := Clean(s.WebM)
		if err != nil || again.Length != s.Length {
			t.Fatalf("%v, then %v %v", s.Length, again.Length, err)
		}
	})
}

func TestFilesKeepsWhatItWasGivenOnce(t *testing.T) {
	t.Parallel()
	f := NewFiles(t.TempDir())
	s, err := f.Clean(live(5))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Keep(s); err != nil {
			t.Fatal(err)
		}
	}
	if body, err := f.Read(s.Hash); err != nil || !bytes.Equal(body, s.WebM) {
		t.Errorf("read: %v", err)
	}
	for _, hash := range []string{"", "../../etc/passwd", "00" + s.Hash[2:]} {
		if _, err := f.Read(hash); ward.ErrorCode(err) != ward.NotFound {
			t.Errorf("%q: %v", hash, err)
		}
	}
}
