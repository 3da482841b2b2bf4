//go:build linux

package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// How much a run does: WANGGE_TEST_FAULTS faults (6), drawn with
// WANGGE_TEST_SEED (1). The same seed gives the same faults in the same order;
// where in the work they fall is the machine's.
func settingOf(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is no number", name, text)
	}
	return n
}

// fault is something that goes wrong for a while.
type fault struct {
	name string
	// strike lets it happen and returns what ends it.
	strike func(f *faults, dice *rand.Rand) (heal func())
}

// faults are everything a rig can suffer.
type faults struct {
	*rig
	base *ownCluster
}

func (f *faults) some(dice *rand.Rand) *node { return f.nodes[dice.IntN(len(f.nodes))] }

// kinds of faults, those that tell most first.
var kinds = []fault{
	{"kill -9 of a server", func(f *faults, dice *rand.Rand) func() {
		n := f.some(dice)
		n.kill()
		return n.start
	}},
	{"kill -9 of PostgreSQL", func(f *faults, _ *rand.Rand) func() {
		f.base.signal(syscall.SIGKILL)
		return f.base.start
	}},
	{"every line cut", func(f *faults, _ *rand.Rand) func() {
		for _, n := range f.nodes {
			n.gate.cut()
		}
		return func() {}
	}},
	{"a server frozen", func(f *faults, dice *rand.Rand) func() {
		n := f.some(dice)
		n.signal(syscall.SIGSTOP)
		return func() { n.signal(syscall.SIGCONT) }
	}},
	{"the database frozen", func(f *faults, _ *rand.Rand) func() {
		frozen := f.base.processes()
		for _, pid := range frozen {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
		return func() {
			for _, pid := range frozen {
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
		}
	}},
	{"every session of the database ended", func(f *faults, _ *rand.Rand) func() {
		_, _ = f.pool.Exec(f.t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
		return func() {}
	}},
	{"kill -9 of one process of PostgreSQL", func(f *faults, dice *rand.Rand) func() {
		if all := f.base.processes(); len(all) > 1 {
			_ = syscall.Kill(all[1+dice.IntN(len(all)-1)], syscall.SIGKILL)
		}
		return f.base.start // it comes back by itself; this waits for it
	}},
	{"immediate stop of PostgreSQL", func(f *faults, _ *rand.Rand) func() {
		f.base.signal(syscall.SIGQUIT)
		return f.base.start
	}},
	{"a server told to stop", func(f *faults, dice *rand.Rand) func() {
		n := f.some(dice)
		n.signal(syscall.SIGTERM)
		return func() { <-n.ended; n.start() }
	}},
	{"lines that carry nothing", func(f *faults, dice *rand.Rand) func() {
		n := f.some(dice)
		n.gate.hold.Lock()
		return n.gate.hold.Unlock
	}},
	{"the broker away", func(f *faults, _ *rand.Rand) func() {
		f.stopBroker()
		return f.startBroker
	}},
}

// drawn is which faults come in which order: every kind once, then every kind
// in another order, and so on.
func drawn(count int, dice *rand.Rand) []fault {
	var all []fault
	for len(all) < count {
		round := append([]fault{}, kinds...)
		if len(all) > 0 {
			dice.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		}
		all = append(all, round...)
	}
	return all[:count]
}

// Two servers, one database, a broker; leaders at work and onlookers of seven
// territories through lines that can be cut; and one thing after another breaks.
func TestNothingAcknowledgedIsLostWhateverBreaks(t *testing.T) {
	t.Parallel()
	count, seed := settingOf(t, "WANGGE_TEST_FAULTS", 6), uint64(settingOf(t, "WANGGE_TEST_SEED", 1))
	f := &faults{base: newOwnCluster(t)}
	f.rig = newRig(t, f.base.url, 2)
	dice := rand.New(rand.NewPCG(seed, 1))
	var onlookers []*onlooker
	for i, login := range everyone {
		for k := range 2 {
			onlookers = append(onlookers, newOnlooker(f.rig, login, rand.New(rand.NewPCG(seed, uint64(10+2*i+k))), f.nodes...))
		}
	}
	watching(t, onlookers)
	l := newLoad(f.rig, f.nodes...)
	ctx, stop := stopping(t)
	wait := l.run(ctx, 8, seed)
	began := time.Now()
	slowest := time.Duration(0)
	progress := func(more int) {
		before := l.done()
		f.eventually("work goes on", patience, func() bool { return l.done() >= before+more || l.failed() })
	}
	progress(50)
	for i, one := range drawn(count, dice) {
		lasts := time.Duration(200+dice.IntN(1800)) * time.Millisecond
		at, before := time.Since(began), l.done()
		heal := one.strike(f, dice)
		time.Sleep(lasts) // the fault itself, no wait for something
		heal()
		healed := time.Now()
		for _, n := range f.nodes {
			n.ready(patience)
		}
		back := time.Since(healed)
		slowest = max(slowest, back)
		progress(30)
		t.Logf("%3d  %6.1f s  %-38s for %4.1f s; ready %4.1f s after; %d changes acknowledged before it, %d since", i+1, at.Seconds(), one.name, lasts.Seconds(), back.Seconds(), before, l.done()-before)
		if l.failed() {
			break
		}
	}
	stop()
	wait()
	l.settle(onlookers, patience)
	l.judge(onlookers)
	connected, resynced := 0, 0
	for _, v := range onlookers {
		v.mu.Lock()
		connected, resynced = connected+v.connected, resynced+v.resynced
		v.mu.Unlock()
	}
	delays := l.delays(onlookers)
	t.Logf("seed %d: %d faults in %.0f s; %d changes acknowledged, %d requests repeated; %d onlookers connected %d times, %d snapshots anew; ready again %.1f s after the worst; answer → screen p50 %v p95 %v",
		seed, count, time.Since(began).Seconds(), l.done(), l.retries, len(onlookers), connected, resynced, slowest.Seconds(), quantile(delays, .5), quantile(delays, .95))
}
