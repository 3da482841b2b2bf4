package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// watch is a duty that runs.
type watch struct {
	ID, Team, Account int64
	StartedAt         time.Time
	Sharing           bool
	Paths             []string
}

// patrol is what is known of a team on duty.
type patrol struct {
	duty    int64
	filter  ward.FixFilter
	last    *keptFix
	grid    int64 // it counts as there
	since   time.Time
	other   int64 // where the last fixes were, when not there
	times   int
	allowed float64 // fixes it may still send, refilled with time
	filled  time.Time
	// elsewhere says that another node took a newer position: what is known here
	// is old, and the database knows better.
	elsewhere bool
}

// keptFix is a fix that is kept.
type keptFix struct {
	team   int64
	fix    ward.Fix
	grid   int64
	newest bool
	enters bool // the team comes into grid with it
	way    *orb.LineString
}

func mover(w watch, p keptFix) ward.Mover {
	return ward.Mover{Team: w.Team, At: p.fix.At, Location: p.fix.Location, Accuracy: p.fix.Accuracy, Speed: p.fix.Speed, Course: p.fix.Course, Grid: p.grid, Paths: w.Paths}
}

// meet makes the team of a duty known, with where it was last.
func (r *Recorder) meet(ctx context.Context, w watch) error {
	r.mu.Lock()
	current := r.current(w)
	r.mu.Unlock()
	if current {
		return nil
	}
	type row struct {
		At       time.Time
		Location orb.Point
		Grid     *int64
		Since    *time.Time
	}
	fresh := &patrol{duty: w.ID, allowed: ward.FixesBurst, filled: r.db.Now()}
	rows, err := many[row](ctx, r.db.Pool, `select at, pt as location, grid, since from team_position where team = @team and at >= @start`, pgx.NamedArgs{"team": w.Team, "start": w.StartedAt})
	if err != nil {
		return err
	}
	for _, was := range rows {
		fix := ward.Fix{At: was.At, Location: was.Location}
		fresh.filter, fresh.last = ward.FilterFrom(fix), &keptFix{team: w.Team, fix: fix}
		if was.Grid != nil && was.Since != nil {
			fresh.grid, fresh.since = *was.Grid, *was.Since
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.current(w) {
		if p := r.teams[w.Team]; p != nil && p.duty == w.ID {
			// A team whose fixes come by turns here and there settles in a grid all
			// the same: what was counted here goes on.
			fresh.allowed, fresh.filled, fresh.other, fresh.times = p.allowed, p.filled, p.other, p.times
		}
		r.teams[w.Team] = fresh
	}
	return nil
}

// current reports whether what is known of the team of a duty holds. The caller
// has the lock.
func (r *Recorder) current(w watch) bool {
	p := r.teams[w.Team]
	return p != nil && p.duty == w.ID && !p.elsewhere
}

// Hear takes what another node has taken in or ended.
func (r *Recorder) Hear(m ward.Mover) {
	if m.Gone {
		r.db.dutyChanged()
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.teams[m.Team]; p != nil && (p.last == nil || p.last.fix.At.Before(m.At)) {
		p.elsewhere = true
	}
}

// afford takes n fixes from what the team may send.
func (p *patrol) afford(n int, now time.Time) bool {
	p.allowed = min(ward.FixesBurst, p.allowed+now.Sub(p.filled).Seconds()*ward.FixesPerSec)
	p.filled = now
	if n > ward.FixesAtOnce || p.allowed < 1 {
		return false
	}
	p.allowed -= float64(n) // what a phone kept while it had no network comes at once
	return true
}

// place settles which grid the team is in and which way it came. A team on a
// border is not thrown from grid to grid by every fix.
func (p *patrol) place(one keptFix) keptFix {
	if !one.newest {
		return one
	}
	switch {
	case one.grid == p.grid || one.grid == 0:
		p.other, p.times = 0, 0
	case one.grid == p.other:
		p.times++
	default:
		p.other, p.times = one.grid, 1
	}
	if p.grid == 0 && p.other != 0 || p.times >= gridSettles {
		p.grid, p.since, p.other, p.times, one.enters = p.other, one.fix.At, 0, 0, true
	}
	if p.last != nil && sure(one.fix) && one.fix.At.Sub(p.last.fix.At) <= wayPause {
		line := orb.LineString{p.last.fix.Location, one.fix.Location}
		one.way = &line
	}
	one.grid = p.grid
	p.last = &one
	return one
}

func sure(f ward.Fix) bool { return f.Accuracy == nil || *f.Accuracy <= walkAccuracy }
