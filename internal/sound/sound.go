// Package sound turns recordings people send into recordings that may be played:
// WebM with one track of Opus, what every browser of today records and plays. The
// packets are taken out and written anew, with their true length and places to
// jump to, so that nothing else a file may hold survives. Nothing is decoded.
package sound

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"wangge/internal/ward"
)

// packet is one packet of Opus and when it sounds.
type packet struct {
	at   time.Duration
	body []byte
}

// recorded is what is taken out of a file.
type recorded struct {
	webm    bool
	entries int // tracks
	head    []byte
	opus    bool
	audio   bool
	scale   time.Duration
	cluster time.Duration
	packets []packet
}

// Clean reads a WebM of one Opus track and returns it written anew. Invalid when
// it is anything else; too_large when it is longer than ward.RecordingLongest.
func Clean(raw []byte) (ward.Sound, error) {
	r := recorded{scale: time.Millisecond}
	if !r.read(raw) || !r.webm || r.entries != 1 || !r.audio || !r.opus || r.head == nil || len(r.packets) == 0 {
		return ward.Sound{}, ward.Errorf(ward.Invalid, "这不是可以识别的录音，请用平板上的录音按钮录制（WebM，Opus）")
	}
	length := r.length()
	if length > ward.RecordingLongest+ward.RecordingGrace {
		return ward.Sound{}, ward.Errorf(ward.TooLarge, "录音超过%d分钟，请分段录制", int(ward.RecordingLongest.Minutes()))
	}
	webm := r.anew(length)
	sum := sha256.Sum256(webm)
	return ward.Sound{WebM: webm, Hash: hex.EncodeToString(sum[:]), Length: length}, nil
}

// read walks all elements in the order they lie, without regard to where their
// parents end: a recorder that cannot go back leaves those open. False when the
// bytes do not add up.
func (r *recorded) read(raw []byte) bool {
	if len(raw) < 4 || binary.BigEndian.Uint32(raw) != ebmlHead {
		return false
	}
	for len(raw) > 0 {
		id, head, size, ok := element(raw)
		if !ok {
			return false
		}
		raw = raw[head:]
		switch id {
		case trackEntry:
			r.entries++
			continue
		case ebmlHead, segment, info, tracks, cluster, blockGroup, audio:
			continue
		}
		if size < 0 || !r.take(id, raw[:size]) {
			return false
		}
		raw = raw[size:]
	}
	return true
}

// take keeps what an element says; false when it is not what a recording holds.
func (r *recorded) take(id uint64, body []byte) bool {
	switch id {
	case docType:
		r.webm = string(body) == "webm"
	case timestampScale:
		r.scale = time.Duration(number(body))
		return r.scale > 0 && r.scale <= time.Second
	case trackType:
		r.audio = number(body) == 2
	case codecID:
		r.opus = string(body) == "A_OPUS"
	case codecPrivate:
		// RFC 7845, 5.1; family 0 is one voice or two.
		if len(body) < 19 || !bytes.HasPrefix(body, []byte("OpusHead")) || body[9] < 1 || body[9] > 2 || body[18] != 0 {
			return false
		}
		r.head = body
	case timestamp:
		n := number(body)
		r.cluster = time.Duration(n) * r.scale
		return n < 1<<32 && r.cluster <= time.Hour
	case simpleBlock, block:
		return r.packet(body)
	}
	return true
}

// packet takes a block: its track, its time against the cluster, flags, a packet.
func (r *recorded) packet(body []byte) bool {
	if len(body) < 5 || body[0] < 0x80 || body[3]&0x06 != 0 { // laced blocks are for other codecs
		return false
	}
	at := r.cluster + time.Duration(int16(binary.BigEndian.Uint16(body[1:])))*r.scale
	if n := len(r.packets); n > 0 && at < r.packets[n-1].at {
		return false
	}
	_, ok := lasts(body[4:])
	r.packets = append(r.packets, packet{at, body[4:]})
	return ok
}

// lasts is how long a packet of Opus sounds (RFC 6716, 3.1).
func lasts(p []byte) (time.Duration, bool) {
	const ms = time.Millisecond
	of := int(p[0] >> 3)
	frame := []time.Duration{ms * 5 / 2, 5 * ms, 10 * ms, 20 * ms}[of%4]
	switch {
	case of < 12:
		frame = []time.Duration{10 * ms, 20 * ms, 40 * ms, 60 * ms}[of%4]
	case of < 16:
		frame = []time.Duration{10 * ms, 20 * ms}[of%2]
	}
	frames := []int{1, 2, 2, 0}[p[0]&3]
	if frames == 0 && len(p) > 1 {
		frames = int(p[1] & 0x3F)
	}
	long := frame * time.Duration(frames)
	return long, long > 0 && long <= 120*ms
}

// length is how long the recording sounds, by its packets.
func (r *recorded) length() (sum time.Duration) {
	last := r.packets[len(r.packets)-1]
	long, _ := lasts(last.body)
	for _, p := range r.packets {
		long, _ := lasts(p.body)
		sum += long
	}
	return max(sum, last.at-r.packets[0].at+long)
}

// clusterLength is how far apart the places are to which a player may jump.
const clusterLength = 5 * time.Second

// anew writes the packets as a file of our own.
func (r *recorded) anew(length time.Duration) []byte {
	voices, skip := int(r.head[9]), binary.LittleEndian.Uint16(r.head[10:])
	head := append([]byte("OpusHead\x01"), byte(voices))
	head = binary.LittleEndian.AppendUint16(head, skip)
	head = binary.LittleEndian.AppendUint32(head, 48_000)
	head = append(head, 0, 0, 0) // gain, family
	before := append(
		write(info, whole(timestampScale, int(time.Millisecond)), fraction(duration, float64(length)/float64(time.Millisecond)), text(muxingApp, "wangge"), text(writingApp, "wangge")),
		write(tracks, write(trackEntry, whole(trackNumber, 1), whole(trackUID, 1), whole(trackType, 2), text(codecID, "A_OPUS"), write(codecPrivate, head),
			whole(codecDelay, int(skip)*int(time.Second)/48_000), whole(seekPreRoll, int(80*time.Millisecond)),
			write(audio, fraction(samplingFrequency, 48_000), whole(channels, voices))))...)
	starts, clusters := r.clusters()
	points := func(from int) (out []byte) {
		for i, at := range starts {
			out = append(out, write(cuePoint, whole(cueTime, int(at/time.Millisecond)), write(cuePositions, whole(cueTrack, 1), whole(cuePlace, from)))...)
			from += len(clusters[i])
		}
		return write(cues, out)
	}
	table := points(len(before) + len(points(0))) // numbers take four bytes whatever they are
	return append(write(ebmlHead, whole(0x4286, 1), whole(0x42F7, 1), whole(0x42F2, 4), whole(0x42F3, 8), text(docType, "webm"), whole(0x4287, 4), whole(0x4285, 2)),
		write(segment, before, table, bytes.Join(clusters, nil))...)
}

// clusters are the packets in pieces of clusterLength, and when each begins.
func (r *recorded) clusters() (starts []time.Duration, out [][]byte) {
	var parts [][]byte
	var start time.Duration
	end := func() {
		starts, out = append(starts, start), append(out, write(cluster, parts...))
	}
	for _, p := range r.packets {
		at := p.at - r.packets[0].at
		if parts == nil || at-start >= clusterLength {
			if parts != nil {
				end()
			}
			start, parts = at.Truncate(time.Millisecond), [][]byte{whole(timestamp, int(at/time.Millisecond))}
		}
		since := uint16((at - start) / time.Millisecond)
		parts = append(parts, write(simpleBlock, []byte{0x81, byte(since >> 8), byte(since), 0x80}, p.body))
	}
	end()
	return starts, out
}
