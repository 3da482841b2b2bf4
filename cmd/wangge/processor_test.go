package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A clock on a machine that others use too tells of the others. Seconds of the
// processor are those of the work: of this program, of programs it has run, and
// of a PostgreSQL on the same machine.

// ticks is how many units of /proc/PID/stat are a second: 100 on every Linux.
const ticks = 100

// spent is the processor time so far of this process, its children that ended,
// and the server of a pool with its connections, ended ones too. known is false
// when the server runs elsewhere.
func spent(t testing.TB, pool *pgxpool.Pool) (total time.Duration, known bool) {
	t.Helper()
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var used syscall.Rusage
		if err := syscall.Getrusage(who, &used); err != nil {
			t.Fatal(err)
		}
		total += time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	rows, err := pool.Query(t.Context(), `select pid from pg_stat_activity where datname = current_database()`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	postmaster := 0
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			t.Fatal(err)
		}
		stat, ok := readStat(pid)
		if !ok {
			return 0, false
		}
		total, postmaster = total+stat.own, stat.parent
	}
	stat, ok := readStat(postmaster)
	return total + stat.ended, ok && rows.Err() == nil
}

// processStat is what /proc tells of a process: its own processor time, that of
// its children that ended, and its parent.
type processStat struct {
	own, ended time.Duration
	parent     int
}

func readStat(pid int) (s processStat, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, false
	}
	_, after, _ := strings.Cut(string(text), ") ") // the name may hold spaces
	fields := strings.Fields(after)
	if len(fields) < 15 {
		return s, false
	}
	seconds := func(i int) time.Duration {
		n, _ := strconv.Atoi(fields[i])
		return time.Duration(n) * time.Second / ticks
	}
	s.parent, _ = strconv.Atoi(fields[1])
	s.own, s.ended = seconds(11)+seconds(12), seconds(13)+seconds(14)
	return s, true
}
