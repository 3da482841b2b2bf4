package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"wangge/internal/devdb"
)

// devDatabase starts, stops, removes or lends the private cluster of a folder.
func devDatabase(ctx context.Context, p program, args []string) error {
	set := flags(p, "devdb", "[参数] start|stop|remove|copy 目录|run 命令…\n"+
		"  start  启动并显示地址    stop  停止    remove  停止并删除全部数据\n"+
		"  copy   把另一个目录中已停止的集群复制到这里\n"+
		"  run    启动，以 -env 指定的变量把地址交给命令，命令结束后停止（没有别人在用时）")
	dir := set.String("dir", ".wangge/pg", "集群所在目录")
	volatile := set.Bool("volatile", false, "不保证断电安全，换取速度，run 之后删除数据；只用于测试")
	database := set.String("db", "postgres", "库名；没有则建立")
	variable := set.String("env", "WANGGE_DATABASE_URL", "run：放地址的环境变量")
	if err := parse(set, args); err != nil {
		return err
	}
	var options []devdb.Option
	if *volatile {
		options = append(options, devdb.Volatile())
	}
	switch action := set.Arg(0); {
	case action == "stop" && set.NArg() == 1:
		_, err := devdb.Stop(ctx, *dir, p.log)
		return err
	case action == "remove" && set.NArg() == 1:
		return devdb.Remove(ctx, *dir, p.log)
	case action == "copy" && set.NArg() == 2:
		return devdb.Copy(ctx, set.Arg(1), *dir, p.log)
	case action == "start" && set.NArg() == 1:
		cluster, err := startDatabase(ctx, p, *dir, *database, options)
		if err != nil {
			return err
		}
		cluster.Leave()
		fmt.Fprintln(p.stdout, cluster.URL(*database))
		return nil
	case action == "run" && set.NArg() > 1:
		cluster, err := startDatabase(ctx, p, *dir, *database, options)
		if err != nil {
			return err
		}
		failed := runWith(ctx, p, set.Args()[1:], *variable+"="+cluster.URL(*database))
		end := cluster.Stop
		if *volatile {
			end = cluster.Discard
		}
		return firstError(failed, end(context.WithoutCancel(ctx)))
	default:
		set.Usage()
		return errUsage
	}
}

func startDatabase(ctx context.Context, p program, dir, database string, options []devdb.Option) (*devdb.Cluster, error) {
	cluster, err := devdb.Start(ctx, dir, p.log, options...)
	if err != nil {
		return nil, err
	}
	if err := cluster.Create(ctx, database); err != nil {
		return nil, firstError(err, cluster.Stop(context.WithoutCancel(ctx)))
	}
	return cluster, nil
}

// runWith runs a command until it ends. When we are told to stop, the command
// is told too and gets ten seconds.
func runWith(ctx context.Context, p program, args []string, env string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, p.stdout, p.stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s:%w", args[0], err)
	}
	return nil
}

// firstError returns the cause rather than what followed from it.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
