package postgres

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// How the recorder works.
const (
	recordEvery  = time.Second     // positions are written together so often
	recordMost   = 20_000          // that may wait while the database is away; the oldest go first
	watchTrust   = 2 * time.Second // how long who is on duty is believed without looking
	gridSettles  = 2               // fixes in another grid before the team counts as there
	wayMost      = 200.0           // metres between two fixes that still count as a way walked
	wayPause     = 2 * time.Minute // and the time between them
	wayBeside    = 15              // metres a lane may lie beside the way
	walkAccuracy = 40.0            // metres; a worse fix walks no lane
)

// Recorder takes positions of teams, keeps what can be true and writes it down
// once a second. What is on duty, which trackers are good, and where each team
// was last is in memory, so that a position costs no query.
type Recorder struct {
	db  *DB
	log *slog.Logger

	mu      sync.Mutex
	book    book
	teams   map[int64]*patrol
	waiting []keptFix
	failing bool
}

// book is who may send for which team, as of a moment.
type book struct {
	at       time.Time
	changes  int64
	byTeam   map[int64]watch
	byDuty   map[int64]watch
	trackers map[[32]byte]int64 // team by hash of the token
}

// NewRecorder makes a recorder. It writes nothing until Run.
func NewRecorder(db *DB, log *slog.Logger) *Recorder {
	return &Recorder{db: db, log: log, teams: map[int64]*patrol{}}
}

// TakeFixes takes what the tablet of the account's own duty sends.
func (r *Recorder) TakeFixes(ctx context.Context, s ward.Scope, duty int64, fixes []ward.Fix) (ward.FixTally, error) {
	b, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	w, ok := b.byDuty[duty]
	switch {
	case !ok || w.Account != s.Actor():
		return nil, ward.Errorf(ward.NotFound, "您没有在岗，或已经下岗")
	case !w.Sharing:
		return nil, ward.Errorf(ward.Conflict, "没有打开位置共享")
	}
	return r.take(ctx, w, fixes)
}

// TakeTracked takes what a tracker sends. Off duty nothing is kept, and that is
// no fault of the tracker.
func (r *Recorder) TakeTracked(ctx context.Context, token [32]byte, fixes []ward.Fix) (ward.FixTally, error) {
	b, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	team, ok := b.trackers[token]
	if !ok {
		return nil, ward.Errorf(ward.NotFound, "没有这台定位设备，或已收回")
	}
	w, ok := b.byTeam[team]
	if !ok {
		return ward.FixTally{ward.OffDuty: len(fixes)}, nil
	}
	return r.take(ctx, w, fixes)
}

// look is the book, read anew when it is old or something has changed here.
func (r *Recorder) look(ctx context.Context) (book, error) {
	now, changes := time.Now(), r.db.duties.Load()
	r.mu.Lock()
	b := r.book
	r.mu.Unlock()
	if b.changes == changes && now.Sub(b.at) < watchTrust && b.byTeam != nil {
		return b, nil
	}
	watches, err := many[watch](ctx, r.db.Pool, `
		select d.id, d.team, d.account, d.started_at, d.sharing, array[a.path::text] || coalesce((select array_agg(g.path::text) from team_grid x join grid g on g.id = x.grid where x.team = t.id and x.valid @> today()), '{}') as paths
		from duty d join team t on t.id = d.team join area a on a.id = t.area where d.ended_at is null`, nil)
	if err != nil {
		return b, err
	}
	type known struct {
		Team  int64
		Token []byte
	}
	good, err := many[known](ctx, r.db.Pool, `select team, token from tracker where revoked_at is null`, nil)
	if err != nil {
		return b, err
	}
	b = book{at: now, changes: changes, byTeam: map[int64]watch{}, byDuty: map[int64]watch{}, trackers: map[[32]byte]int64{}}
	for _, w := range watches {
		b.byTeam[w.Team], b.byDuty[w.ID] = w, w
	}
	for _, k := range good {
		b.trackers[[32]byte(k.Token)] = k.Team
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.book = b
	for team, p := range r.teams {
		if w, on := b.byTeam[team]; !on || w.ID != p.duty {
			delete(r.teams, team)
		}
	}
	return b, nil
}

// take judges the fixes of a duty, oldest first, and shows the newest.
func (r *Recorder) take(ctx context.Context, w watch, fixes []ward.Fix) (ward.FixTally, error) {
	if err := r.meet(ctx, w); err != nil {
		return nil, err
	}
	now := r.db.Now()
	grids := make([]int64, len(fixes)) // before the lock: it may ask the database
	paths := make([]string, len(fixes))
	for i, f := range fixes {
		if c, err := r.db.chainAt(ctx, f.Location); err == nil {
			grids[i], paths[i] = c.ID, c.Path
		} else if ward.ErrorCode(err) != ward.NotFound {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.teams[w.Team]
	if p == nil || p.duty != w.ID {
		return ward.FixTally{ward.OffDuty: len(fixes)}, nil
	}
	if !p.afford(len(fixes), now) {
		return nil, ward.Errorf(ward.TooMany, "位置上报过快，请把间隔调到5秒以上")
	}
	tally := ward.FixTally{}
	for i, f := range fixes {
		fate := p.filter.Take(f, w.StartedAt, now)
		tally[fate]++
		if fate != ward.Kept && fate != ward.Late {
			continue
		}
		one := p.place(keptFix{team: w.Team, fix: f, grid: grids[i], newest: fate == ward.Kept})
		if r.waiting = append(r.waiting, one); len(r.waiting) > recordMost {
			r.waiting = r.waiting[1:]
		}
		if one.newest {
			m := mover(w, one)
			if paths[i] != "" {
				m.Paths = append([]string{paths[i]}, m.Paths...)
			}
			r.db.show(m)
		}
	}
	return tally, nil
}

// Run writes down what was taken until ctx ends, then writes the rest.
func (r *Recorder) Run(ctx context.Context) {
	tick := time.NewTicker(recordEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			r.write(last)
			return
		case <-tick.C:
			r.write(ctx)
		}
	}
}

func (r *Recorder) write(ctx context.Context) {
	err := r.Flush(ctx)
	r.mu.Lock()
	changed := r.failing != (err != nil)
	r.failing = err != nil
	r.mu.Unlock()
	if err != nil && changed {
		r.log.ErrorContext(ctx, "writing positions fails", "error", err)
	} else if changed {
		r.log.InfoContext(ctx, "writing positions works again")
	}
}

// Flush writes down what waits; on an error it waits on.
func (r *Recorder) Flush(ctx context.Context) error {
	r.mu.Lock()
	batch := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	err := r.db.write(ctx, func(tx pgx.Tx) error { return r.db.keepPlaces(ctx, tx, batch) })
	if err != nil {
		r.mu.Lock()
		r.waiting = append(batch, r.waiting...)
		r.mu.Unlock()
	}
	return err
}
