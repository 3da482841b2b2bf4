package main

import (
	"net"
	"sync"
	"testing"
)

// gate is the line to a server, which a test may cut or hold.
type gate struct {
	listener net.Listener
	target   string
	running  sync.WaitGroup
	hold     sync.RWMutex // nothing passes while it is locked

	mu    sync.Mutex
	lines map[net.Conn]struct{}
}

func newGate(t testing.TB, target string) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: listener, target: target, lines: map[net.Conn]struct{}{}}
	g.running.Go(g.accept)
	t.Cleanup(func() { listener.Close(); g.cut(); g.running.Wait() })
	return g
}

func (g *gate) address() string { return "http://" + g.listener.Addr().String() }

func (g *gate) accept() {
	for {
		in, err := g.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", g.target)
		if err != nil {
			in.Close()
			continue
		}
		g.mu.Lock()
		g.lines[in], g.lines[out] = struct{}{}, struct{}{}
		g.mu.Unlock()
		g.running.Go(func() { g.pass(in, out) })
		g.running.Go(func() { g.pass(out, in) })
	}
}

// pass carries bytes one way until either end closes, and then closes both.
func (g *gate) pass(from, to net.Conn) {
	defer func() {
		from.Close()
		to.Close()
		g.mu.Lock()
		delete(g.lines, from)
		delete(g.lines, to)
		g.mu.Unlock()
	}()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		g.hold.RLock()
		_, failed := to.Write(buffer[:n])
		g.hold.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

// cut breaks every line, wherever it is in a message.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for line := range g.lines {
		line.Close()
	}
}
