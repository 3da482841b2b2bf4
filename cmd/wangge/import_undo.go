package main

import (
	"context"
	"fmt"
	"strconv"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// undoImport takes an import back: wangge import undo 12. It ends with 1 when
// later work depends on it.
func undoImport(ctx context.Context, p program, args []string) error {
	set := flags(p, "import undo", "编号\n  撤销一次导入：它新增的删除，它改动的恢复；编号见导入报告或“导入”页的记录\n  退出码：0 已撤销，1 后来的工作用到了它、不能撤销，2 用法不对或失败")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	if err := parse(set, args); err != nil {
		return err
	}
	id, err := strconv.ParseInt(set.Arg(0), 10, 64)
	if err != nil || id < 1 || set.NArg() != 1 {
		set.Usage()
		return errUsage
	}
	settings, err := readConfig(p.getenv, *url, false)
	if err != nil {
		return err
	}
	pool, err := postgres.Connect(ctx, settings.Database)
	if err != nil {
		return err
	}
	defer pool.Close()
	db := postgres.New(pool, settings.Keys)
	undone, err := db.UndoImport(ctx, ward.System(""), id, nil)
	if ward.ErrorCode(err) == ward.Conflict {
		fmt.Fprintf(p.stdout, "✗ %s\n", ward.ErrorMessage(err))
		return errFindings
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "✓ 已撤销第%d次导入：删除%d行，恢复%d行\n", id, undone.Removed, undone.Restored)
	progress := newProgress(p, "整理")
	found, err := db.Settle(ctx, []string{undone.Sheet}, progress.step)
	progress.done()
	printFindings(p.stdout, found, 0)
	return err
}
