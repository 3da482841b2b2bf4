package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// keys rotates the keys of personal data or says which are in use.
func keys(ctx context.Context, p program, args []string) error {
	set := flags(p, "keys rotate|check", "[参数]\n"+
		"  轮换：把新密钥写在 WANGGE_KEYS 最前面，重启服务，再运行 keys rotate；可中断，再次运行会接着做")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	if len(args) == 0 || args[0] != "rotate" && args[0] != "check" {
		set.Usage()
		return errUsage
	}
	if err := parse(set, args[1:]); err != nil {
		return err
	}
	db, stop, err := openStore(ctx, p, *url, true)
	if err != nil {
		return err
	}
	defer stop()
	if args[0] == "rotate" {
		if err := db.RotateKeys(ctx, func(done, all int64) { fmt.Fprintf(p.stdout, "已重新加密 %d / %d\n", done, all) }); err != nil {
			return err
		}
	}
	return sayKeys(ctx, p, db)
}

// sayKeys says how much each key still holds, and which may go.
func sayKeys(ctx context.Context, p program, db *postgres.DB) error {
	used, err := db.KeysInUse(ctx)
	if err != nil {
		return err
	}
	values := map[string]int64{}
	for _, u := range used {
		values[u.Key] = u.Values
	}
	for i, id := range db.Keys.IDs() {
		switch {
		case i == 0:
			fmt.Fprintf(p.stdout, "密钥 %s:%d 项（当前用于加密）\n", id, values[id])
		case values[id] == 0:
			fmt.Fprintf(p.stdout, "密钥 %s:0 项，可以从 WANGGE_KEYS 中删去（旧备份仍需要它，请另存）\n", id)
		default:
			fmt.Fprintf(p.stdout, "密钥 %s:%d 项，还不能删去，请运行 wangge keys rotate\n", id, values[id])
		}
		delete(values, id)
	}
	for id, n := range values {
		fmt.Fprintf(p.stdout, "密钥 %s:%d 项，但不在 WANGGE_KEYS 中，这些内容无法读取\n", id, n)
	}
	return nil
}

// password gives an account a one-time password from the shell, for the day
// when no administrator can sign in.
func password(ctx context.Context, p program, args []string) error {
	set := flags(p, "password", "[参数] 账号")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	totp := set.Bool("totp", false, "同时清除动态口令")
	enable := set.Bool("enable", false, "同时恢复被停用的账号")
	admin := set.Bool("admin", false, "同时授予全辖区管理员")
	if err := parse(set, args); err != nil {
		return err
	}
	if set.NArg() != 1 {
		set.Usage()
		return errUsage
	}
	db, stop, err := openStore(ctx, p, *url, false)
	if err != nil {
		return err
	}
	defer stop()
	secret, err := recoverAccount(ctx, db, set.Arg(0), *totp, *enable, *admin)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "账号 %s 的一次性密码：%s（只显示这一次，登录后须先修改；此前的登录已全部结束）\n", set.Arg(0), secret)
	return nil
}

func recoverAccount(ctx context.Context, db *postgres.DB, login string, totp, enable, admin bool) (string, error) {
	all := ward.System("")
	page, err := db.Accounts(ctx, all, ward.Filter{Query: login, Limit: ward.MaxLimit})
	if err != nil {
		return "", err
	}
	for _, a := range page.Items {
		if a.Login != login {
			continue
		}
		if err := raise(ctx, db, a, enable, admin); err != nil {
			return "", err
		}
		if totp {
			if _, err := db.ResetTOTP(ctx, all, uuid.New(), a.ID); err != nil {
				return "", err
			}
		}
		out, err := db.ResetPassword(ctx, all, uuid.New(), a.ID)
		return out.Password, err
	}
	return "", errors.New("没有这个账号")
}

// raise enables an account and makes it an administrator, as asked.
func raise(ctx context.Context, db *postgres.DB, a ward.Account, enable, admin bool) error {
	ch := ward.AccountChange{Version: a.Version}
	if enable {
		off := false
		ch.Disabled = &off
	}
	if admin {
		grants := []ward.GrantDraft{{Role: ward.Admin}}
		for _, g := range a.Grants {
			if g.Role != ward.Admin || g.Code != "" {
				grants = append(grants, ward.GrantDraft{Role: g.Role, Code: g.Code, From: g.From, To: g.To})
			}
		}
		ch.Grants = &grants
	}
	if ch.Disabled == nil && ch.Grants == nil {
		return nil
	}
	_, err := db.ChangeAccount(ctx, ward.System(""), uuid.New(), a.ID, ch)
	return err
}

// openStore connects for a command of operations; stop closes what it opened.
func openStore(ctx context.Context, p program, url string, personal bool) (db *postgres.DB, stop func(), err error) {
	settings, err := readConfig(p.getenv, url, personal)
	if err != nil {
		return nil, nil, err
	}
	pool, err := postgres.Connect(ctx, settings.Database)
	if err != nil {
		return nil, nil, err
	}
	return postgres.New(pool, settings.Keys), pool.Close, nil
}
