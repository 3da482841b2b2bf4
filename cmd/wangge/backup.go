package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"filippo.io/age"

	"wangge/internal/backup"
	"wangge/internal/postgres"
)

// backups is where backups go and when they are made.
type backups struct {
	Dir        string          // WANGGE_BACKUPS
	Keep       int             // WANGGE_BACKUP_KEEP, how many stay
	Recipients []age.Recipient // WANGGE_BACKUP_RECIPIENT; none: not encrypted
	At         string          // WANGGE_BACKUP_AT, HH:MM of each night; "": the server makes none
}

// What holds when nobody says.
const (
	defaultBackups = ".wangge/backups"
	defaultKeep    = 14
)

func readBackups(getenv func(string) string) (b backups, err error) {
	b = backups{Dir: first(getenv("WANGGE_BACKUPS"), defaultBackups), Keep: defaultKeep, At: getenv("WANGGE_BACKUP_AT")}
	var wrong []error
	if text := getenv("WANGGE_BACKUP_KEEP"); text != "" {
		if _, err := fmt.Sscan(text, &b.Keep); err != nil || b.Keep < 1 {
			wrong = append(wrong, errors.New("WANGGE_BACKUP_KEEP 应为保留的份数，例如 14"))
		}
	}
	if _, err := time.Parse("15:04", b.At); b.At != "" && err != nil {
		wrong = append(wrong, errors.New("WANGGE_BACKUP_AT 应为每天备份的时刻，例如 02:30"))
	}
	if text := getenv("WANGGE_BACKUP_RECIPIENT"); text != "" {
		if b.Recipients, err = age.ParseRecipients(strings.NewReader(strings.ReplaceAll(text, ",", "\n"))); err != nil {
			wrong = append(wrong, errors.New("WANGGE_BACKUP_RECIPIENT 应为 age 公钥（age1…），用 age-keygen 生成；私钥另行保管"))
		}
	}
	return b, errors.Join(wrong...)
}

// backUp makes one backup now.
func backUp(ctx context.Context, p program, args []string) error {
	set := flags(p, "backup", "[参数]\n  把数据库和照片备份为一个文件，并删去多余的旧备份。恢复：wangge restore")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_OWNER_URL、WANGGE_DATABASE_URL 或 DATABASE_URL")
	dir := set.String("dir", "", "备份目录；不填则取 WANGGE_BACKUPS（"+defaultBackups+"）")
	list := set.Bool("list", false, "只列出已有的备份")
	if err := parse(set, args); err != nil {
		return err
	}
	settings, err := readConfig(p.getenv, *url, false)
	if err != nil {
		return err
	}
	settings.Backups.Dir = first(*dir, settings.Backups.Dir)
	if *list {
		return listBackups(p, settings.Backups.Dir)
	}
	path, m, gone, err := settings.makeBackup(ctx, time.Now())
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("looking at the backup: %w", err)
	}
	fmt.Fprintf(p.stdout, "已备份：%s（%s，%d行数据，%d个照片和录音文件）\n", path, size(info.Size()), m.Rows(), len(m.Files))
	if len(settings.Backups.Recipients) == 0 {
		fmt.Fprintln(p.stdout, "备份没有加密，含姓名等个人信息，请限制访问；要加密请设置 WANGGE_BACKUP_RECIPIENT")
	}
	if len(m.Keys) > 0 {
		fmt.Fprintf(p.stdout, "读取电话、证件号还需要密钥 %s，请与备份分开保存\n", strings.Join(m.Keys, "、"))
	}
	if gone > 0 {
		fmt.Fprintf(p.stdout, "已删去%d份旧备份，保留最近%d份\n", gone, settings.Backups.Keep)
	}
	return nil
}

// makeBackup makes a backup and prunes the folder.
func (c config) makeBackup(ctx context.Context, now time.Time) (path string, m backup.Manifest, gone int, err error) {
	path, m, err = backup.Make(ctx, backup.Order{
		Database: c.Owner, Files: c.Photos, To: c.Backups.Dir, Program: versionText(), Keys: c.Keys.IDs(), Recipients: c.Backups.Recipients, Now: now,
	})
	if err != nil {
		return "", m, 0, err
	}
	gone, err = backup.Prune(c.Backups.Dir, c.Backups.Keep)
	return path, m, gone, err
}

func listBackups(p program, dir string) error {
	all, err := backup.List(dir)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintf(p.stdout, "%s 中没有备份\n", dir)
	}
	for _, b := range all {
		fmt.Fprintf(p.stdout, "%s  %8s  %s\n", b.At.Format("2006-01-02 15:04:05"), size(b.Bytes), b.Path)
	}
	return nil
}

func size(bytes int64) string {
	if bytes < 10<<20 {
		return fmt.Sprintf("%d KB", (bytes+1023)>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}

// nightly makes a backup every night until ctx ends. Of several servers on one
// database one makes it.
func nightly(ctx context.Context, p program, c config, db *postgres.DB) {
	if c.Backups.At == "" {
		return
	}
	for {
		wait := time.NewTimer(time.Until(nextNight(time.Now(), c.Backups.At)))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
		start := time.Now()
		done, err := db.OnceANight(ctx, "backup", start, func(ctx context.Context) error {
			path, m, _, err := c.makeBackup(ctx, start)
			if err == nil {
				p.log.InfoContext(ctx, "backup made", "file", path, "rows", m.Rows(), "files", len(m.Files), "seconds", int(time.Since(start).Seconds()))
			}
			return err
		})
		switch {
		case err != nil && ctx.Err() == nil:
			p.log.ErrorContext(ctx, "backup failed", "error", err)
		case !done:
			p.log.InfoContext(ctx, "another server makes the backup")
		}
	}
}

// nextNight is the next time the clock shows at (HH:MM), after now.
func nextNight(now time.Time, at string) time.Time {
	clock, err := time.Parse("15:04", at)
	if err != nil { // the settings were checked
		panic("backup: " + at + " is no time of day")
	}
	next := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}
