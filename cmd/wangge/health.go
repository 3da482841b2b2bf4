package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// health asks the server at WANGGE_ADDR on this machine whether it is ready.
func health(ctx context.Context, p program, args []string) error {
	if err := parse(flags(p, "health", ""), args); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(first(p.getenv("WANGGE_ADDR"), defaultAddr))
	if err != nil {
		return errors.New("WANGGE_ADDR 写法不对：应为 主机:端口")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("服务没有应答：%w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("服务尚未就绪（%s）", answer.Status)
	}
	said, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if _, trouble, worse := strings.Cut(string(said), "degraded: "); worse {
		fmt.Fprintf(p.stdout, "就绪，但%s\n", trouble)
	}
	return nil
}
