package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// version prints what the Go tool recorded in the binary: no number to keep in
// step by hand.
func version(_ context.Context, p program, args []string) error {
	if err := parse(flags(p, "version", ""), args); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "wangge", versionText())
	return nil
}

// versionText is the module version, or the commit and whether the tree was
// changed.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	text := info.Main.Version + " " + info.GoVersion
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			text += " " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			text += "（有未提交的改动）"
		}
	}
	return text
}
