package main

import (
	"context"
)

// migrate upgrades the database and says so; running it again does nothing.
func migrate(ctx context.Context, p program, args []string) error {
	set := flags(p, "migrate", "[参数]")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	if err := parse(set, args); err != nil {
		return err
	}
	settings, err := readConfig(p.getenv, *url, false)
	if err != nil {
		return err
	}
	if err := settings.upgrade(ctx); err != nil {
		return err
	}
	p.log.InfoContext(ctx, "数据库结构已是最新")
	return nil
}
