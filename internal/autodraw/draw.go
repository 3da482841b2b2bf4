package autodraw

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Options say what is wanted. The zero value of a field means its default.
type Options struct {
	// Scratch draws all grids anew, for a new community; otherwise today's grids
	// are balanced and as few people as possible change theirs.
	Scratch bool
	// Grids is how many grids come out; 0: as many as Suggest says.
	Grids int
	// Least and Most households of a grid; default 300 and 500.
	Least, Most int
	// MostPersons of a grid; 0: not looked at.
	MostPersons int
	// Sliders 0 … 1, 0.5 is as measured: keep people where they are, run along
	// roads, be compact. Nil is 0.5.
	Keep, Roads, Compact *float64
	// Seed: the same region, options and seed give the same drawing.
	Seed uint64
	// Effort is steps per grid, default 2000; Restarts how many drawings are
	// made of which the best is kept, default 4.
	Effort, Restarts int
	// Progress is told the share done, 0 … 1, rising, by one caller at a time.
	Progress func(share float64)
}

// Drawing is a grid for every cell.
type Drawing struct {
	// Grid of each cell, 0 … len(Continues)-1.
	Grid []int32
	// Continues says which of today's grids (Cell.Old) a grid goes on, -1: a new one.
	Continues []int32
	// Cost is what was minimised, less is better; of use between drawings of
	// the same region and options only.
	Cost float64
	Card Card
	// Stopped: it was cancelled, this is the best so far.
	Stopped bool
}

// Default numbers of a grid: 300–500 households is the field's norm.
const (
	DefaultLeast = 300
	DefaultMost  = 500
)

// weights of the cost, see state.total.
type weights struct {
	balance, compact, road, divide, move float64
	least, most, mostPersons             float64
	even                                 bool
}

func (o Options) weights() weights {
	w := weights{
		balance: 1, compact: slider(o.Compact), road: slider(o.Roads), divide: 0.4 * slider(o.Roads),
		least: float64(o.Least), most: float64(o.Most), mostPersons: float64(o.MostPersons), even: o.Scratch,
	}
	if !o.Scratch {
		w.move = 16 * math.Pow(slider(o.Keep), 3) // at 1 nobody moves but to get a grid into its band
	}
	return w
}

// slider makes 0 … 1 a factor of 1/4 … 4.
func slider(at *float64) float64 {
	if at == nil {
		return 1
	}
	return math.Pow(4, 2*min(1, max(0, *at))-1)
}

func (o Options) defaults() Options {
	if o.Least <= 0 && o.Most <= 0 {
		o.Least, o.Most = DefaultLeast, DefaultMost
	}
	if o.Most < o.Least {
		o.Most = o.Least
	}
	if o.Effort <= 0 {
		o.Effort = 2000
	}
	if o.Restarts <= 0 {
		o.Restarts = 4
	}
	return o
}

// Suggest is how many grids of least … most households a region wants: as many
// as today when that is possible, else the nearest number that is; at least 1.
func Suggest(households, today, least, most int) int {
	low := max(1, (households+most-1)/max(1, most))
	high := max(1, households/max(1, least))
	if low > high {
		return low
	}
	if today == 0 {
		return max(low, min(high, int(math.Round(2*float64(households)/float64(least+most)))))
	}
	return max(low, min(high, today))
}

// Draw divides a region. When ctx ends it answers with the best so far, never
// with less than a whole drawing. The error says what of the options cannot be.
func Draw(ctx context.Context, r *Region, o Options) (Drawing, error) {
	o = o.defaults()
	begin, err := r.begin(o)
	if err != nil {
		return Drawing{}, err
	}
	done := newMeter(o.Progress, o.Restarts*o.steps(begin.grids()))
	runs := make([]*state, o.Restarts)
	var all sync.WaitGroup
	for i := range runs {
		all.Go(func() { runs[i] = r.run(ctx, o, begin, rand.New(rand.NewPCG(o.Seed, uint64(i))), done) })
	}
	all.Wait()
	best := slices.MinFunc(runs, func(a, b *state) int { return compare(a.total(), b.total()) })
	d := Drawing{Grid: best.part, Continues: begin.continues, Cost: best.total(), Stopped: ctx.Err() != nil}
	if o.Scratch {
		d.Continues = r.match(best.part, begin)
	}
	d.Card = r.Card(d.Grid, d.Continues, o)
	return d, nil
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (o Options) steps(grids int) int { return grids * (o.Effort + o.Effort/10) }

// run makes one drawing: from scratch by cutting, dividing pairs again while
// hot, and polishing; or from today's grids by polishing alone. It never gives
// back worse than it began with.
func (r *Region) run(ctx context.Context, o Options, b beginning, rng *rand.Rand, done *meter) *state {
	part, home := slices.Clone(b.part), b.part
	if o.Scratch {
		r.cutAll(part, b, rng)
		home = nil
	}
	s := newState(r, part, home, b.grids(), o.weights(), rng)
	first, cost := slices.Clone(s.part), s.total()
	if o.Scratch {
		s.anneal(ctx, phase{o.Effort / 10 * b.grids(), 1, 0.05, 0.1, 0.9, 0.10}, b.fixed, done.add)
		s.anneal(ctx, phase{o.Effort * b.grids(), 0.15, 0.005, 0.4, 0.01, 0.10}, b.fixed, done.add)
	} else {
		s.anneal(ctx, phase{o.Effort * b.grids(), 0.5, 0.01, 0.3, 0.01, 0.15}, b.fixed, done.add)
		s.anneal(ctx, phase{o.Effort / 10 * b.grids(), 0.01, 0.001, 0.2, 0, 0.15}, b.fixed, done.add)
	}
	if s.total() > cost {
		return newState(r, first, home, b.grids(), o.weights(), rng)
	}
	return s
}

// meter adds up steps of several runs and tells whole per cents.
type meter struct {
	mu        sync.Mutex
	tell      func(float64)
	done, all int
	told      int
}

func newMeter(tell func(float64), all int) *meter { return &meter{tell: tell, all: max(1, all)} }

func (m *meter) add(steps int) {
	if m.tell == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += steps
	if now := min(100, m.done*100/m.all); now > m.told {
		m.told = now
		m.tell(float64(now) / 100)
	}
}

// ErrGrids is in the error of Draw when the number of grids cannot be.
type ErrGrids struct{ Asked, Least, Most int }

func (e ErrGrids) Error() string {
	return fmt.Sprintf("autodraw: %d grids asked, %d to %d can be", e.Asked, e.Least, e.Most)
}
