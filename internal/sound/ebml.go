package sound

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The elements of WebM that are read or written, by their numbers in RFC 9559.
const (
	ebmlHead, docType                                   = 0x1A45DFA3, 0x4282
	segment, info, tracks, cues, cluster                = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1F43B675
	timestampScale, duration, muxingApp, writingApp     = 0x2AD7B1, 0x4489, 0x4D80, 0x5741
	trackEntry, trackNumber, trackUID, trackType        = 0xAE, 0xD7, 0x73C5, 0x83
	codecID, codecPrivate, codecDelay, seekPreRoll      = 0x86, 0x63A2, 0x56AA, 0x56BB
	audio, samplingFrequency, channels                  = 0xE1, 0xB5, 0x9F
	timestamp, simpleBlock, blockGroup, block           = 0xE7, 0xA3, 0xA0, 0xA1
	cuePoint, cueTime, cuePositions, cueTrack, cuePlace = 0xBB, 0xB3, 0xB7, 0xF7, 0xF1
)

// element reads the head of the next element: its number, where its body begins
// and how long that is; size -1 for "until its parent ends". False at the end or
// for what is no element.
func element(raw []byte) (id uint64, head, size int, ok bool) {
	if len(raw) < 2 || raw[0] < 0x10 {
		return 0, 0, 0, false
	}
	n := bits.LeadingZeros8(raw[0]) + 1
	if len(raw) < n+1 || raw[n] == 0 {
		return 0, 0, 0, false
	}
	for _, b := range raw[:n] {
		id = id<<8 | uint64(b)
	}
	m := bits.LeadingZeros8(raw[n]) + 1
	if len(raw) < n+m {
		return 0, 0, 0, false
	}
	long := uint64(raw[n]) & (0xFF >> m)
	for _, b := range raw[n+1 : n+m] {
		long = long<<8 | uint64(b)
	}
	switch {
	case long == 1<<(7*m)-1:
		return id, n + m, -1, true
	case long > uint64(len(raw)-n-m):
		return 0, 0, 0, false
	}
	return id, n + m, int(long), true
}

// number reads an unsigned integer of up to eight bytes.
func number(body []byte) (v uint64) {
	for _, b := range body[:min(len(body), 8)] {
		v = v<<8 | uint64(b)
	}
	return v
}

// write makes an element of parts.
func write(id uint32, parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	out := binary.BigEndian.AppendUint32(nil, id)
	out = out[(bits.LeadingZeros32(id) / 8):]
	// Four bytes say any length that occurs here.
	out = binary.BigEndian.AppendUint32(out, 0x1000_0000|uint32(size))
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// whole is an element that holds a number, always in four bytes.
func whole(id uint32, v int) []byte { return write(id, binary.BigEndian.AppendUint32(nil, uint32(v))) }

// fraction is an element that holds a fraction.
func fraction(id uint32, v float64) []byte {
	return write(id, binary.BigEndian.AppendUint64(nil, math.Float64bits(v)))
}

func text(id uint32, s string) []byte { return write(id, []byte(s)) }
