// Package siting answers who reaches what on foot, where the blank spots (空白点)
// are, and where a service point should go (选址). It puts the walking network
// (walknet) under what the registers say of doors and places.
package siting

import (
	"context"
	"fmt"
	"maps"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/walknet"
	"wangge/internal/ward"
)

// Finder answers from a network it keeps in memory until the ways change, and
// from doors it keeps for a moment, so that a slider can be moved.
type Finder struct {
	Store ward.SitingStore
	Now   func() time.Time

	mutex   sync.Mutex
	town    *town
	grounds map[string]*settled
}

// groundAge is how long doors and places are kept, groundsHeld how many territories.
const (
	groundAge   = 30 * time.Second
	groundsHeld = 8
)

// settled is a territory tied to the network. It is never changed.
type settled struct {
	ward.SitingGround
	read     time.Time
	town     *town
	doors    []tie
	squares  squares
	straight []float64 // metres from each door to the nearest place; +Inf beyond straightFar
}

// straightFar is how far a straight line is followed, metres.
const straightFar = 4000.0

// town is the walking network. It is never changed.
type town struct {
	revision int64
	net      *walknet.Net
}

// tie is where a door meets the network; not ok when no way is near.
type tie struct {
	walknet.Access
	ok bool
}

// townOf gives the network as it was at a revision or later.
func (f *Finder) townOf(ctx context.Context, revision int64) (*town, error) {
	f.mutex.Lock()
	kept := f.town
	f.mutex.Unlock()
	if kept != nil && kept.revision >= revision {
		return kept, nil
	}
	ways, at, err := f.Store.SitingWays(ctx)
	if err != nil {
		return nil, err
	}
	fresh := &town{revision: at, net: network(ways)}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.town == nil || f.town.revision < at {
		f.town = fresh
	}
	return f.town, nil
}

func network(ways []ward.SitingWay) *walknet.Net {
	var lines []walknet.Line
	var barriers [][]orb.Point
	for _, w := range ways {
		if w.Barrier {
			barriers = append(barriers, w.Line)
		} else {
			lines = append(lines, walknet.Line{Points: w.Line, Bridge: w.Bridge})
		}
	}
	return walknet.New(lines, barriers)
}

// attachAll ties many places; reached has the index of each that a way is near.
func attachAll[T any](t *town, all []T, at func(T) orb.Point) (access []walknet.Access, reached []int) {
	for i, one := range all {
		if a, ok := t.net.Attach(at(one)); ok {
			access, reached = append(access, a), append(reached, i)
		}
	}
	return access, reached
}

// settle ties the doors of a ground to the network.
func (f *Finder) settle(ctx context.Context, ground ward.SitingGround) (*settled, error) {
	t, err := f.townOf(ctx, ground.Revision)
	if err != nil {
		return nil, err
	}
	s := &settled{SitingGround: ground, read: f.Now(), town: t, squares: newSquares(ground.Doors), doors: make([]tie, len(ground.Doors)), straight: make([]float64, len(ground.Doors))}
	near := newNearby(ground.Places)
	for i, d := range ground.Doors {
		s.doors[i].Access, s.doors[i].ok = t.net.Attach(d.At)
		s.straight[i] = near.distance(d.At, straightFar)
	}
	return s, nil
}

// groundOf reads a territory, or takes what was read a moment ago. The key is
// the territory itself: who may see the same ground gets the same.
func (f *Finder) groundOf(ctx context.Context, s ward.Scope, l ward.SitingLayer) (*settled, error) {
	key := fmt.Sprint(l.Of, "|", l.Kind, "|", strings.Join(s.Paths(), ","))
	now := f.Now()
	f.mutex.Lock()
	held := f.grounds[key]
	f.mutex.Unlock()
	if held != nil && now.Sub(held.read) < groundAge {
		return held, nil
	}
	ground, err := f.Store.SitingGround(ctx, s, l)
	if err != nil {
		return nil, err
	}
	fresh, err := f.settle(ctx, ground)
	if err != nil {
		return nil, err
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	maps.DeleteFunc(f.grounds, func(_ string, h *settled) bool { return now.Sub(h.read) >= groundAge })
	if f.grounds == nil || len(f.grounds) >= groundsHeld {
		f.grounds = map[string]*settled{}
	}
	f.grounds[key] = fresh
	return fresh, nil
}

// minutes is how long one walks from a door, -1 when nobody gets there, and
// from which source.
func (s *settled) minutes(reach *walknet.Reach, door, pace int) (minutes float64, source int) {
	if !s.doors[door].ok {
		return -1, -1
	}
	metres, from := reach.To(s.doors[door].Access)
	if from < 0 || math.IsInf(metres, 1) {
		return -1, -1
	}
	return metres / float64(pace), from
}
