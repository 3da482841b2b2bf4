package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"wangge/internal/intake"
	"wangge/internal/ward"
)

// badLines is what is wrong with each line of a file.
type badLines map[int]string

// hear takes a finding; an error of the whole file is none of a line.
func (b badLines) hear(f ward.Finding) {
	if f.Level != ward.LevelError || f.Line == 0 {
		return
	}
	said := f.Message
	if f.Field != "" {
		said = f.Field + "：" + said
	}
	switch before, more := b[f.Line]; {
	case more:
		b[f.Line] = before + "；" + said
	case len(b) < intake.MaxBadRows:
		b[f.Line] = said
	}
}

// writeBad writes the rows with errors into the file people asked for, readable
// by its owner only: the rows may hold names and phones.
func (j *importJob) writeBad(ctx context.Context, source *intake.Source, why badLines) (err error) {
	if j.bad == "" || len(why) == 0 {
		return nil
	}
	f, err := os.OpenFile(j.bad, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("写错误行：%w", err)
	}
	n, err := source.WriteRows(ctx, f, why)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("写错误行：%w", err)
	}
	fmt.Fprintf(j.p.stdout, "    %d行有错误，已写入 %q，改正后可再导入\n", n, j.bad)
	return nil
}
