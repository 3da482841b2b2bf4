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
	"wangge/internal/ward"
)

// restore puts a backup in the place of the database, or only proves that it
// could.
func restore(ctx context.Context, p program, args []string) error {
	set := flags(p, "restore", "[参数] [备份文件]\n"+
		"  不写文件则用最近一份。先恢复到旁边的新库，逐表核对行数、核对审计链，全部相符才换上；原库改名保留。\n"+
		"  换库前须停止服务。退出码：0 完成，1 失败（原库未动），2 用法不对")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_OWNER_URL、WANGGE_DATABASE_URL 或 DATABASE_URL")
	dir := set.String("dir", "", "备份目录；不填则取 WANGGE_BACKUPS（"+defaultBackups+"）")
	identity := set.String("identity", "", "备份加密时：age 私钥文件")
	check := set.Bool("check", false, "演练：恢复到临时库并核对，然后删去，不动现有数据")
	force := set.Bool("force", false, "断开仍在使用数据库的连接")
	if err := parse(set, args); err != nil {
		return err
	}
	if set.NArg() > 1 {
		set.Usage()
		return errUsage
	}
	settings, err := readConfig(p.getenv, *url, false)
	if err != nil {
		return err
	}
	path, err := chosenBackup(set.Arg(0), first(*dir, settings.Backups.Dir))
	if err != nil {
		return err
	}
	with, err := identities(*identity)
	if err != nil {
		return err
	}
	return restoration{p: p, settings: settings, path: path, with: with, check: *check, force: *force, start: time.Now()}.run(ctx)
}

func chosenBackup(path, dir string) (string, error) {
	if path != "" {
		return path, nil
	}
	all, err := backup.List(dir)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", fmt.Errorf("%s 中没有备份；请写明备份文件，或用 -dir 指定目录", dir)
	}
	return all[0].Path, nil
}

func identities(path string) ([]age.Identity, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.New("打不开私钥文件")
	}
	defer f.Close()
	with, err := age.ParseIdentities(f)
	if err != nil {
		return nil, errors.New("私钥文件写法不对：应为 age-keygen 生成的 AGE-SECRET-KEY-1…")
	}
	return with, nil
}

// restoration is one run of restore.
type restoration struct {
	p            program
	settings     config
	path         string
	with         []age.Identity
	check, force bool
	start        time.Time
}

func (r restoration) run(ctx context.Context) error {
	r.say("备份文件 %s", r.path)
	dir, err := os.MkdirTemp("", "wangge-restore-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	m, err := backup.Unpack(ctx, r.path, dir, r.with)
	if err != nil {
		return err
	}
	r.say("文件完好：制作于 %s，版本 %s，%d行数据，%d个照片和录音文件", m.At.Local().Format("2006-01-02 15:04:05"), m.Program, m.Rows(), len(m.Files))
	if newest := postgres.NewestSchema(); m.Schema > newest {
		return fmt.Errorf("备份的数据库结构（%d）比本程序（%d）新，请先升级程序", m.Schema, newest)
	}
	name, err := backup.NameOf(r.settings.Owner)
	if err != nil {
		return err
	}
	fresh := name + "_restore_" + r.start.Format("20060102_150405")
	at, err := backup.Load(ctx, r.settings.Owner, fresh, dir, m)
	if err != nil {
		return err
	}
	if err := r.settle(ctx, at, m, fresh); err != nil || r.check {
		return errors.Join(err, backup.Drop(context.WithoutCancel(ctx), r.settings.Owner, fresh))
	}
	came, err := backup.Files(dir, r.settings.Photos)
	if err != nil {
		return errors.Join(err, backup.Drop(context.WithoutCancel(ctx), r.settings.Owner, fresh))
	}
	kept, err := backup.Swap(ctx, r.settings.Owner, fresh, r.start, r.force)
	if err != nil {
		return errors.Join(err, backup.Drop(context.WithoutCancel(ctx), r.settings.Owner, fresh))
	}
	r.say("已换上：放回%d个照片和录音文件，用时%.1f秒。请启动服务，所有人须重新登录", came, time.Since(r.start).Seconds())
	if kept != "" {
		r.say("原来的数据库保留为 %s，确认无误后可删除：dropdb %s", kept, kept)
	}
	return nil
}

// settle brings the restored database up to date and proves its audit.
func (r restoration) settle(ctx context.Context, at string, m backup.Manifest, fresh string) error {
	pool, err := postgres.Connect(ctx, at)
	if err != nil {
		return err
	}
	defer pool.Close()
	db := postgres.New(pool, r.settings.Keys)
	audit, err := db.VerifyAudit(ctx, ward.AuditHead{Seq: m.Audit.Seq, Hash: m.Audit.Hash})
	if err != nil {
		return err
	}
	if audit.Broken != "" {
		return errors.New("备份中的审计链断裂：" + audit.Broken)
	}
	r.say("已恢复到 %s 并核对：%d张表行数相符，审计链%d环完好", fresh, len(m.Tables), audit.Rows)
	if missing := missingKeys(m.Keys, r.settings.Keys.IDs()); len(missing) > 0 {
		r.say("注意：WANGGE_KEYS 中没有密钥 %s，用它们加密的电话、证件号将无法读取", strings.Join(missing, "、"))
	}
	if r.check {
		r.say("演练通过：这份备份可以恢复，用时%.1f秒。临时库已删去，现有数据未动", time.Since(r.start).Seconds())
		return nil
	}
	if err := postgres.Migrate(ctx, at, r.settings.MetricSRID); err != nil {
		return err
	}
	if err := postgres.GrantRuntime(ctx, at, r.settings.Database); err != nil {
		return err
	}
	return db.Restored(ctx, m.At)
}

func missingKeys(needed, have []string) []string {
	var out []string
	for _, id := range needed {
		found := false
		for _, known := range have {
			found = found || known == id
		}
		if !found {
			out = append(out, id)
		}
	}
	return out
}

func (r restoration) say(format string, args ...any) {
	fmt.Fprintf(r.p.stdout, format+"\n", args...)
}
