package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wangge/internal/ward"
)

// printReport says in words what became of one file.
func printReport(to io.Writer, r ward.ImportReport) {
	state := "已写入"
	switch {
	case r.DryRun:
		state = "只检查，未写入"
	case !r.Written:
		state = "有错误，整个文件未写入"
	}
	mark := "✓"
	if r.Errors > 0 {
		mark = "✗"
	}
	fmt.Fprintf(to, "%s %s %q：%s。共%d行，新增%d、更新%d、相同%d、跳过%d；错误%d、提醒%d（%.1f秒，第%d次导入）\n",
		mark, r.Title, r.File, state, r.Rows, r.Inserted, r.Updated, r.Same, r.Skipped, r.Errors, r.Warnings, r.Finished.Sub(r.Started).Seconds(), r.ID)
	printFindings(to, r.Findings, r.Errors+r.Warnings+r.Notes-len(r.Findings))
}

// varying is what differs between findings that say the same: what a row wrote,
// and the numbers of other rows.
var varying = regexp.MustCompile(`“[^”]*”|\d+`)

// alike are findings that say the same of several rows; the first stands for
// all.
type alike struct {
	ward.Finding
	lines []string
	n     int
}

// shownKinds is how many different findings are printed for one file.
const shownKinds = 20

// printFindings groups findings that say the same; hidden is how many the
// report no longer holds.
func printFindings(to io.Writer, found []ward.Finding, hidden int) {
	groups := []*alike{}
	byKey := map[[4]string]*alike{}
	for _, f := range found {
		key := [4]string{f.Level, f.Field, varying.ReplaceAllString(f.Message, ""), varying.ReplaceAllString(f.Done, "")}
		g := byKey[key]
		if g == nil {
			g = &alike{Finding: f}
			byKey[key] = g
			groups = append(groups, g)
		}
		if g.n++; f.Line > 0 && len(g.lines) < 5 {
			g.lines = append(g.lines, strconv.Itoa(f.Line))
		}
	}
	for _, g := range groups[:min(len(groups), shownKinds)] {
		fmt.Fprintf(to, "    [%s] %s\n", ward.FindingLevels().Label(g.Level), g.words())
	}
	if more := len(groups) - shownKinds; more > 0 {
		fmt.Fprintf(to, "    另有%d种，见完整报告（-report）\n", more)
	}
	if hidden > 0 {
		fmt.Fprintf(to, "    另有%d条没有列出\n", hidden)
	}
}

func (g alike) words() string {
	var b strings.Builder
	if len(g.lines) > 0 {
		b.WriteString("第" + strings.Join(g.lines, "、") + "行")
		if g.n > len(g.lines) {
			b.WriteString("等" + strconv.Itoa(g.n) + "行")
		}
		b.WriteString(" ")
	}
	if g.Field != "" {
		b.WriteString(g.Field + "：")
	}
	b.WriteString(g.Message)
	if g.Done != "" {
		b.WriteString(" → " + g.Done)
	}
	return b.String()
}

// progress shows how far a file is: on a terminal in one line, elsewhere in a
// line every few seconds, so that nobody takes a long job for a dead one.
type progress struct {
	to       io.Writer
	terminal bool
	what     string
	began    time.Time
	shown    time.Time
	every    time.Duration
	width    int
}

// progressEvery keeps a terminal from being written faster than anybody reads,
// lineEvery a log from filling up.
const (
	progressEvery = 200 * time.Millisecond
	lineEvery     = 3 * time.Second
)

func newProgress(p program, what string) *progress {
	pr := &progress{what: what, to: p.stderr, began: time.Now(), shown: time.Now(), every: lineEvery}
	if f, ok := p.stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			pr.terminal, pr.shown, pr.every = true, time.Time{}, progressEvery
		}
	}
	return pr
}

func (p *progress) rows(n int) { p.show(fmt.Sprintf("%s：%d行", p.what, n)) }

func (p *progress) step(done, total int, step string) {
	p.show(fmt.Sprintf("%s %d/%d：%s", p.what, done, total, step))
}

func (p *progress) show(text string) {
	if time.Since(p.shown) < p.every {
		return
	}
	p.shown = time.Now()
	if !p.terminal {
		fmt.Fprintf(p.to, "%s（已用%.0f秒）\n", text, time.Since(p.began).Seconds())
		return
	}
	fmt.Fprintf(p.to, "\r\x1b[K%s", text)
	p.width = len(text)
}

func (p *progress) done() {
	if p.width > 0 {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
