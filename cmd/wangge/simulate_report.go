package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"wangge/internal/ward"
)

// simKept bounds the times that are kept for the figures.
const simKept = 200_000

// simReport counts what a simulation did and heard.
type simReport struct {
	began time.Time

	mu                         sync.Mutex
	acts, refused, positions   int
	lost, events, moves        int
	answers, arrivals          []time.Duration
	reported                   map[string]time.Time // incidents whose first event is awaited
	firstRefusal, firstFailure string
}

// acted notes a change and how long its answer took.
func (r *simReport) acted(took time.Duration, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acts++
	if len(r.answers) < simKept {
		r.answers = append(r.answers, took)
	}
	if err != nil {
		if r.refused++; r.firstRefusal == "" {
			r.firstRefusal = ward.ErrorMessage(err)
		}
	}
}

func (r *simReport) positioned(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.positions++; err != nil {
		if r.lost++; r.firstFailure == "" {
			r.firstFailure = err.Error()
		}
	}
}

// expect notes that an incident is being reported, to see when others hear of it.
func (r *simReport) expect(id string, _ time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.reported) < 10_000 {
		r.reported[id] = time.Now()
	}
}

// heard notes a message of somebody's stream.
func (r *simReport) heard(m simMessage) {
	switch m.T {
	case "batch":
		for _, raw := range m.M {
			var one simMessage
			if json.Unmarshal(raw, &one) == nil {
				r.heard(one)
			}
		}
		return
	case "now":
		r.mu.Lock()
		r.moves += len(m.M)
		r.mu.Unlock()
		return
	case "ev":
	default:
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events++
	if began, ok := r.reported[m.ID]; ok {
		delete(r.reported, m.ID)
		if len(r.arrivals) < simKept {
			r.arrivals = append(r.arrivals, time.Since(began))
		}
	}
}

// print writes the figures, one a line.
func (r *simReport) print(to io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	seconds := time.Since(r.began).Seconds()
	fmt.Fprintf(to, "模拟 %.0f 秒：操作 %d 次（被拒 %d），位置 %d 个（失败 %d），收到变更 %d 条、位置 %d 条\n", seconds, r.acts, r.refused, r.positions, r.lost, r.events, r.moves)
	fmt.Fprintf(to, "  操作应答    p50 %v  p95 %v\n", quantile(r.answers, .5), quantile(r.answers, .95))
	fmt.Fprintf(to, "  上报到他人屏幕 p50 %v  p95 %v\n", quantile(r.arrivals, .5), quantile(r.arrivals, .95))
	for _, text := range []string{r.firstRefusal, r.firstFailure} {
		if text != "" {
			fmt.Fprintf(to, "  第一次被拒：%s\n", text)
		}
	}
}

func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(q*float64(len(sorted)-1))].Round(time.Millisecond / 10)
}
