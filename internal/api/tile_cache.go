package api

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// tileRenderLimit is how long a tile may take altogether, waiting for a
// connection included.
const tileRenderLimit = 10 * time.Second

// tileKey names a tile; layer is its place in ward.TileLayers.
type tileKey struct {
	layer, z uint8
	x, y     uint32
}

// tileCache keeps tiles up to a number of bytes, the longest unused leaving
// first, and draws each missing tile once for all who wait. One lock guards
// everything: a hit holds it for some tens of nanoseconds, and storing a tile
// and declaring it stale can never cross.
type tileCache struct {
	render func(context.Context, tileKey) ([]byte, error)
	packer tilePacker
	limit  int64

	mu      sync.Mutex
	seeing  bool // changes are told: tiles may be kept
	closed  bool
	stored  map[tileKey]*storedTile
	used    storedTile // closes the ring of stored tiles: older is the newest, newer the longest unused
	bytes   int64
	flights map[tileKey]*tileFlight
	running sync.WaitGroup
}

// storedTile is a link of a ring in the order of use.
type storedTile struct {
	key          tileKey
	body         *tileBody
	newer, older *storedTile
}

func (s *storedTile) unlink() {
	s.newer.older, s.older.newer = s.older, s.newer
}

// linkBelow puts s where it is the next older one of above.
func (s *storedTile) linkBelow(above *storedTile) {
	s.newer, s.older = above, above.older
	s.newer.older, s.older.newer = s, s
}

// tileFlight is a tile being drawn.
type tileFlight struct {
	done  chan struct{}
	stale bool // what it shows changed after it began; guarded by tileCache.mu
	body  *tileBody
	err   error
}

func newTileCache(limit int64, render func(context.Context, tileKey) ([]byte, error)) *tileCache {
	c := &tileCache{
		render: render, limit: max(limit, 0), stored: map[tileKey]*storedTile{}, flights: map[tileKey]*tileFlight{},
	}
	c.used.newer, c.used.older = &c.used, &c.used
	return c
}

// tileTries is how often one request waits for a drawing that turns out stale.
// After that it gets what is there: the thing changes faster than it is drawn.
const tileTries = 3

// get returns the tile, drawn now if need be. A client that leaves does not stop
// the drawing: others wait for it, and the next visitor will want it.
func (c *tileCache) get(ctx context.Context, k tileKey) (*tileBody, error) {
	for try := 1; ; try++ {
		body, flight := c.look(ctx, k)
		if body != nil {
			return body, nil
		}
		if flight == nil {
			return nil, ward.Errorf(ward.Internal, "tiles are closed")
		}
		select {
		case <-flight.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if flight.err != nil {
			return nil, flight.err
		}
		c.mu.Lock()
		stale := flight.stale
		c.mu.Unlock()
		if !stale || try == tileTries {
			return flight.body, nil
		}
	}
}

// look returns the stored tile or the flight that draws it; neither when closed.
func (c *tileCache) look(ctx context.Context, k tileKey) (*tileBody, *tileFlight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.stored[k]; s != nil {
		s.unlink()
		s.linkBelow(&c.used)
		return s.body, nil
	}
	if f := c.flights[k]; f != nil || c.closed {
		return nil, f
	}
	f := &tileFlight{done: make(chan struct{})}
	c.flights[k] = f
	c.running.Go(func() { c.draw(context.WithoutCancel(ctx), k, f) })
	return nil, f
}

func (c *tileCache) draw(ctx context.Context, k tileKey, f *tileFlight) {
	ctx, cancel := context.WithTimeout(ctx, tileRenderLimit)
	defer cancel()
	defer close(f.done)
	mvt, err := c.render(ctx, k)
	if err == nil {
		f.body, err = c.packer.pack(mvt)
	}
	f.err = err
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[k] == f {
		delete(c.flights, k)
	}
	if err == nil && c.seeing && !f.stale {
		c.keep(k, f.body)
	}
}

// keep stores a tile and lets the longest unused ones go. The lock is held.
func (c *tileCache) keep(k tileKey, body *tileBody) {
	s := &storedTile{key: k, body: body}
	s.linkBelow(&c.used)
	c.stored[k] = s
	c.bytes += body.size()
	for c.bytes > c.limit {
		c.remove(c.used.newer.key)
	}
}

func (c *tileCache) remove(k tileKey) {
	if s := c.stored[k]; s != nil {
		delete(c.stored, k)
		s.unlink()
		c.bytes -= s.body.size()
	}
}

// forget marks the drawing of a tile as stale, so that it is not stored and the
// next who asks begins another, and then drops the stored tile. In this order:
// otherwise a drawing that ends between the two steps would be kept for ever.
// The lock is held.
func (c *tileCache) forget(k tileKey) {
	if f := c.flights[k]; f != nil {
		f.stale = true
		delete(c.flights, k)
	}
	c.remove(k)
}

// see says that changes are told from now on. What was begun before may have
// missed one.
func (c *tileCache) see() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgetAll()
	c.seeing = true
}

// blind drops everything and keeps nothing until see.
func (c *tileCache) blind() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seeing = false
	c.forgetAll()
}

func (c *tileCache) forgetAll() {
	for k := range c.flights {
		c.forget(k)
	}
	for k := range c.stored {
		c.forget(k)
	}
}

// close refuses new drawings and waits for those that run.
func (c *tileCache) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.running.Wait()
}

// changed drops every tile of the layers of source that box (metres of
// EPSG:3857) touches.
func (c *tileCache) changed(source string, box orb.Bound) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, l := range ward.TileLayers {
		if l.Source == source {
			c.forgetBox(uint8(i), l, box)
		}
	}
}

// forgetBox names the touched tiles one by one while they are few, and else
// looks through what is there.
func (c *tileCache) forgetBox(layer uint8, l ward.TileLayer, box orb.Bound) {
	for z := l.MinZoom; z <= l.MaxZoom; z++ {
		area := tilesIn(box, z)
		if area.count() <= int64(len(c.stored)+len(c.flights)) {
			for x := area.minX; x <= area.maxX; x++ {
				for y := area.minY; y <= area.maxY; y++ {
					c.forget(tileKey{layer, uint8(z), x, y})
				}
			}
			continue
		}
		inside := func(k tileKey) bool { return k.layer == layer && int(k.z) == z && area.has(k.x, k.y) }
		for k := range c.flights {
			if inside(k) {
				c.forget(k)
			}
		}
		for k := range c.stored {
			if inside(k) {
				c.forget(k)
			}
		}
	}
}

// tileArea is a rectangle of tiles of one level, ends included.
type tileArea struct{ minX, minY, maxX, maxY uint32 }

func (a tileArea) count() int64 {
	return (int64(a.maxX-a.minX) + 1) * (int64(a.maxY-a.minY) + 1)
}

func (a tileArea) has(x, y uint32) bool {
	return a.minX <= x && x <= a.maxX && a.minY <= y && y <= a.maxY
}

// halfWorld is half the side of the square of EPSG:3857, metres.
const halfWorld = 20037508.342789244

// tilesIn are the tiles of level z whose content box touches: a tile shows its
// buffer too, and half a step more guards against rounding.
func tilesIn(box orb.Bound, z int) tileArea {
	side := float64(uint32(1) << z)
	const reach = ward.TileBuffer + 0.5/4096
	at := func(v float64) uint32 {
		return uint32(math.Floor(min(max(v, 0), side-1)))
	}
	return tileArea{
		minX: at((box.Min[0]+halfWorld)/(2*halfWorld)*side - reach),
		maxX: at((box.Max[0]+halfWorld)/(2*halfWorld)*side + reach),
		minY: at((halfWorld-box.Max[1])/(2*halfWorld)*side - reach),
		maxY: at((halfWorld-box.Min[1])/(2*halfWorld)*side + reach),
	}
}
