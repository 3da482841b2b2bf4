package realtime_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"wangge/internal/realtime"
)

// raw opens a socket by hand and leaves the bytes to the test.
func (s *stage) raw(actor int) net.Conn {
	s.t.Helper()
	host := strings.TrimPrefix(s.server.URL, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /?scope=d1&actor=%d HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
		actor, host, s.server.URL)
	var head []byte
	for one := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); {
		if _, err := conn.Read(one); err != nil {
			s.t.Fatalf("shaking hands: %v after %q", err, head)
		}
		head = append(head, one...)
	}
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 101")) {
		s.t.Fatalf("shaking hands: %q", head)
	}
	if bytes.Contains(bytes.ToLower(head), []byte("deflate")) {
		s.t.Error("compression was agreed on")
	}
	return conn
}

// Frames by hand. The mask of four zero bytes leaves the payload readable.
func frame(first, length byte, payload string) []byte {
	return append([]byte{first, 0x80 | length, 0, 0, 0, 0}, payload...)
}

func TestHostileFramesEndOnlyTheirOwnConnection(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{PongWait: 2 * time.Second, PingEvery: 500 * time.Millisecond, MarkEvery: 250 * time.Millisecond})
	witness := newClient(s, 1000, "").start()
	s.settle(witness)
	flood := bytes.Repeat(frame(0x89, 0, ""), 1000)
	cases := map[string][]byte{
		"a message":                     frame(0x81, 2, "hi"),
		"a message in single bytes":     frame(0x01, 1, "h"),
		"a frame without a mask":        {0x81, 0x02, 'h', 'i'},
		"reserved bits":                 frame(0xF1, 2, "hi"),
		"a compressed frame":            frame(0xC1, 2, "hi"),
		"an unknown kind":               frame(0x83, 0, ""),
		"64 KB announced":               {0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0},
		"2^63 bytes announced":          {0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0},
		"a fragmented ping":             frame(0x09, 0, ""),
		"a ping too long":               {0x89, 0xFE, 0, 126, 0, 0, 0, 0},
		"a continuation of nothing":     frame(0x80, 2, "hi"),
		"a close reason of bad UTF-8":   frame(0x88, 4, "\x03\xe8\xff\xfe"),
		"a close code out of range":     frame(0x88, 2, "\xff\xff"),
		"a close frame of one byte":     frame(0x88, 1, "x"),
		"a thousand pings":              flood,
		"half a header, then silence":   {0x81},
		"silence: pings stay unheard":   {},
		"an HTTP request in the stream": []byte("GET / HTTP/1.1\r\n\r\n"),
	}
	actor := 0
	for name, bad := range cases {
		actor++
		conn := s.raw(actor)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn.Write(bad) // the server may hang up in the middle
			conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Error("the connection was left open")
			}
		})
	}
	t.Cleanup(func() { // after the cases
		s.put("after", "d1.s1")
		s.settle(witness)
		if witness.connected.Load() != 1 {
			t.Errorf("the witness was disturbed: %d connections", witness.connected.Load())
		}
	})
}

func TestAByteAtATimeKeepsNobodyIn(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{PongWait: 500 * time.Millisecond, PingEvery: 200 * time.Millisecond, MarkEvery: 100 * time.Millisecond})
	conn := s.raw(1)
	go func() { // a frame of 4000 bytes, one byte each 50 ms, would take minutes
		conn.Write([]byte{0x81, 0xFE, 0x0F, 0xA0, 0, 0, 0, 0})
		for {
			if _, err := conn.Write([]byte{'x'}); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Error("the connection was left open")
	}
}

func TestAPlainRequestIsAnsweredAndGoesAway(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{PerActor: 1})
	for range 3 { // each gives its place back
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", s.server.URL)
		response, err := s.server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("answered %d, want 400", response.StatusCode)
		}
	}
}
