package intake

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"wangge/internal/ward"
)

// raw is one row as it stands in the file: the text of a feature, or the fields
// of a table row.
type raw struct {
	line  int
	text  []byte
	cells []cell
	total bool // sums of other rows
}

// batch is some rows on their way through a worker, in the order of the file.
type batch struct {
	raws []raw
	out  []understood
	done chan struct{}
}

// batchRows is how many rows go to a worker at once.
const batchRows = 256

// stream understands rows on all processors and yields them in the order of the
// file. An error ends it. It returns when every goroutine it began has ended.
func stream(ctx context.Context, raws iter.Seq2[raw, error], work func(raw) understood, yield func(understood, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	jobs, order := make(chan *batch, workers), make(chan *batch, 2*workers)
	var failed error
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() {
		defer close(order)
		defer close(jobs)
		failed = produce(ctx, raws, jobs, order)
	})
	for range workers {
		running.Go(func() {
			for b := range jobs {
				for _, r := range b.raws {
					b.out = append(b.out, work(r))
				}
				close(b.done)
			}
		})
	}
	for b := range order {
		<-b.done
		for _, u := range b.out {
			if !yield(u, nil) {
				return
			}
		}
	}
	if failed != nil { // written before order was closed
		yield(understood{}, failed)
	}
}

func produce(ctx context.Context, raws iter.Seq2[raw, error], jobs, order chan<- *batch) error {
	b := &batch{done: make(chan struct{})}
	send := func() error {
		for _, to := range []chan<- *batch{jobs, order} {
			select {
			case to <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		b = &batch{done: make(chan struct{})}
		return nil
	}
	for r, err := range raws {
		if err != nil {
			if sent := send(); sent != nil {
				return sent
			}
			return err
		}
		if b.raws = append(b.raws, r); len(b.raws) == batchRows {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// Records reads the file from its beginning. Findings of a row are in its
// Record; those of the whole file come in a last Record with Line 0 and no
// Values. An error means that the file cannot be read on; its message is for
// people.
func (s *Source) Records(ctx context.Context) iter.Seq2[ward.Record, error] {
	return func(yield func(ward.Record, error) bool) {
		codes := coder{made: s.match.makesCodes(), seen: map[string]uint64{}, prefix: s.Sheet.Name[:1]}
		var changed [changes]tally
		var totals tally
		fits := guess{used: s.match.system, named: s.match.system.name != "", within: s.within}
		rows, on := 0, true
		stream(ctx, s.raws(ctx), s.understand, func(u understood, err error) bool {
			if u.total {
				totals.add(u.record.Line)
				return true
			}
			if err == nil {
				if rows++; rows > s.limits.Rows {
					err = ward.Errorf(ward.TooLarge, "文件超过%d行；请分成几个文件导入", s.limits.Rows)
				}
			}
			if err != nil {
				on = false
				yield(ward.Record{}, err)
				return false
			}
			if u.placed {
				fits.add(u.at)
			}
			if u.turned {
				fits.turned.add(u.record.Line)
			}
			slices.Sort(u.changed)
			for _, c := range slices.Compact(u.changed) {
				changed[c].add(u.record.Line)
			}
			if codes.give(&u) {
				on = yield(u.record, nil)
			}
			return on
		})
		if !on {
			return
		}
		last := s.summary(codes, changed, rows)
		if totals.n > 0 {
			last = append(last, note("", strconv.Itoa(totals.n)+"行是合计（"+totals.where(s.unit())+"）", "已跳过"))
		}
		if last = append(last, fits.told(s.unit())...); len(last) > 0 {
			yield(ward.Record{Findings: last}, nil)
		}
	}
}

func (s *Source) understand(r raw) understood {
	if r.total {
		return understood{record: ward.Record{Line: r.line}, total: true}
	}
	return s.match.understand(s.decode(r))
}

// summary is what is said of the whole file.
func (s *Source) summary(codes coder, changed [changes]tally, rows int) []ward.Finding {
	out := slices.Clone(s.notes)
	if rows == 0 {
		out = append(out, warn("", "文件里没有数据行", ""))
	}
	for c, t := range changed {
		if t.n > 0 {
			message, done := change(c).told()
			out = append(out, note("图形", strconv.Itoa(t.n)+message+"（"+t.where(s.unit())+"）", done))
		}
	}
	code, _ := s.Sheet.Column("code")
	if t := codes.suffixed; t.n > 0 {
		out = append(out, note(code.Title, strconv.Itoa(t.n)+"个要素的 id 与前面的重复而图形不同（"+t.where(s.unit())+"）", "已在 id 后加上图形指纹作为编码"))
	}
	if t := codes.repeated; t.n > 0 {
		out = append(out, note(code.Title, strconv.Itoa(t.n)+"个要素与前面的完全相同（"+t.where(s.unit())+"）", "已只写入一次"))
	}
	if t := codes.invented; t.n > 0 {
		out = append(out, note(code.Title, strconv.Itoa(t.n)+"个要素没有编码和 id（"+t.where(s.unit())+"）", "已用图形指纹作为编码"))
	}
	if unused := s.match.unused(); len(unused) > 0 {
		n := len(unused)
		for i := range unused {
			unused[i] = quote(unused[i])
		}
		out = append(out, note("", strconv.Itoa(n)+"个栏目没有用到："+strings.Join(unused[:min(n, 12)], "、"), "已忽略；需要时用“标题=栏目”指定对应关系"))
	}
	return out
}
