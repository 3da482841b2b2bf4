package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wangge/internal/ward"
)

// audit walks the chain of the audit. It ends with 1 when the chain is broken.
func audit(ctx context.Context, p program, args []string) error {
	set := flags(p, "audit verify", "[参数]\n  退出码：0 完好，1 被动过手脚，2 用法不对")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	kept := set.String("head", "", "存证的链头 环号:哈希（取自另存的日志），用来发现链尾被截断或整链重算")
	if len(args) == 0 || args[0] != "verify" {
		set.Usage()
		return errUsage
	}
	if err := parse(set, args[1:]); err != nil {
		return err
	}
	anchor, err := parseHead(*kept)
	if err != nil {
		return err
	}
	db, stop, err := openStore(ctx, p, *url, false)
	if err != nil {
		return err
	}
	defer stop()
	if _, err := db.ChainAudit(ctx); err != nil {
		return err
	}
	start := time.Now()
	check, err := db.VerifyAudit(ctx, anchor)
	if err != nil {
		return err
	}
	if check.Broken != "" {
		fmt.Fprintf(p.stdout, "审计链断裂：%s。之前 %d 环完好，末环 %s\n", check.Broken, check.Head.Seq, headText(check.Head))
		return errors.New("审计记录被动过手脚，请保全数据库并报告")
	}
	fmt.Fprintf(p.stdout, "审计链完好：%d 环，用时 %.1f 秒\n链头 %s（请另行保存，下次用 -head 核对）\n", check.Rows, time.Since(start).Seconds(), headText(check.Head))
	return nil
}

func headText(h ward.AuditHead) string { return strconv.FormatInt(h.Seq, 10) + ":" + h.Hash }

func parseHead(text string) (h ward.AuditHead, err error) {
	if text == "" {
		return h, nil
	}
	seq, hash, _ := strings.Cut(text, ":")
	h.Hash = strings.ToLower(hash)
	if h.Seq, err = strconv.ParseInt(seq, 10, 64); err != nil || h.Seq < 1 || len(h.Hash) != 64 {
		return h, errors.New("-head 应写作 环号:64位哈希")
	}
	return h, nil
}
