// Command wangge is the whole program: server, migrations, import, demo and the
// tools of operations in one binary.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
)

// command is one subcommand. run reads its own flags from args.
type command struct {
	name    string
	summary string // Chinese, one line
	run     func(ctx context.Context, p program, args []string) error
}

// commands lists every subcommand, in the order help shows them.
func commands() []command {
	return []command{
		{"migrate", "把数据库升级到最新结构", migrate},
		{"serve", "启动服务", serve},
		{"demo", "在私有数据库上演示一个虚构的街道", demonstrate},
		{"simulate", "以真实用户的方式（接口、实时连接、定位设备）模拟街道的一天", simulate},
		{"import", "把文件（GeoJSON、表格、Shapefile）导入登记册", importFiles},
		{"backup", "把数据库和照片备份为一个文件", backUp},
		{"restore", "用一份备份换下数据库，或演练恢复", restore},
		{"devdb", "启动、停止开发和测试用的私有数据库", devDatabase},
		{"password", "给一个账号发一次性密码（管理员进不来时用）", password},
		{"keys", "轮换个人信息密钥，或查看各密钥的用量", keys},
		{"audit", "核对审计链：有没有记录被改动、删除或补插", audit},
		{"health", "检查本机的服务是否就绪（供容器健康检查使用）", health},
		{"openapi", "输出接口说明（OpenAPI）", openAPI},
		{"version", "显示版本", version},
	}
}

// program is what a command gets from outside.
type program struct {
	stdout, stderr io.Writer
	log            *slog.Logger
	getenv         func(string) string
}

// errUsage is a command line that makes no sense; what is wrong has been said.
var errUsage = errors.New("usage")

func main() {
	os.Exit(run())
}

// run ends at the first Ctrl-C in good order; the second one ends it at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	p := program{stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	p.log = newLog(os.Stderr, p.getenv)
	return dispatch(ctx, p, os.Args[1:])
}

// newLog is the only place that decides how the program logs.
func newLog(to io.Writer, getenv func(string) string) *slog.Logger {
	level := slog.LevelInfo
	if text := getenv("WANGGE_LOG_LEVEL"); text != "" {
		if err := level.UnmarshalText([]byte(text)); err != nil {
			fmt.Fprintf(to, "WANGGE_LOG_LEVEL=%q 不是 debug、info、warn 或 error，按 info 处理\n", text)
		}
	}
	return slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level}))
}

// dispatch runs one command and returns the exit code: 0 done, 1 failed, 2 not
// understood.
func dispatch(ctx context.Context, p program, args []string) int {
	if len(args) == 0 {
		help(p.stderr)
		return 2
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		help(p.stdout)
		return 0
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return exitCode(p, c, c.run(ctx, p, args[1:]))
		}
	}
	fmt.Fprintf(p.stderr, "没有名为 %q 的命令\n\n", args[0])
	help(p.stderr)
	return 2
}

func exitCode(p program, c command, err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	default:
		fmt.Fprintf(p.stderr, "wangge %s：%v\n", c.name, err)
		return 1
	}
}

func help(to io.Writer) {
	fmt.Fprint(to, "网格管理平台\n\n用法：wangge <命令> [参数]\n\n命令：\n")
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(table, "  %s\t%s\n", c.name, c.summary)
	}
	fmt.Fprint(table, "  help\t显示本帮助\n")
	table.Flush()
	fmt.Fprint(to, "\n每个命令的参数：wangge <命令> -h。设置项见 .env.example。\n")
}

// flags makes the flag set of a command; usage is the line after the name, for
// example "[参数] <文件>…".
func flags(p program, name, usage string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(p.stderr)
	set.Usage = func() {
		fmt.Fprintf(p.stderr, "用法：wangge %s %s\n", name, usage)
		set.PrintDefaults()
	}
	return set
}

// parse reads args and turns a mistake, which flag has shown, into errUsage.
func parse(set *flag.FlagSet, args []string) error {
	err := set.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errUsage
}
