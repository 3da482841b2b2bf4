package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"wangge/internal/api"
	"wangge/internal/demo"
	"wangge/internal/devdb"
	"wangge/internal/intake"
	"wangge/internal/photo"
	"wangge/internal/postgres"
	"wangge/internal/sound"
	"wangge/internal/ward"
)

// demonstration is one run of the demo.
type demonstration struct {
	p        program
	dir      string
	scale    demo.Scale
	seed     uint64
	pace     float64
	settings config
	db       *postgres.DB
	today    string // the business date where -clock moved it, else ""
}

// demonstrate fills a street, serves it and lets its day go by, on a private
// database of its own, until Ctrl-C ends all of it.
func demonstrate(ctx context.Context, p program, args []string) error {
	set := flags(p, "demo", "[参数]")
	d := demonstration{p: p}
	set.StringVar(&d.dir, "dir", ".wangge", "数据所在目录")
	scale := set.String("scale", string(demo.OneStreet), "规模：street 一个街道,district 一个区（用于测速）")
	set.Uint64Var(&d.seed, "seed", demo.Seed, "随机种子；相同种子得到相同的街道")
	set.Float64Var(&d.pace, "pace", 1, "模拟一天的快慢，0 为不模拟")
	address := set.String("addr", p.getenv("WANGGE_ADDR"), "监听地址；不填则从 127.0.0.1:8080 起找一个空闲端口")
	clock := set.String("clock", "", "演示从这个时间开始，例如 2026-11-23T09:00:00+08:00；不填为现在")
	url := set.String("database", "", "使用这个（空的）数据库，而不是私有数据库")
	fill := set.Bool("fill-only", false, "只建好数据，不启动服务")
	if err := parse(set, args); err != nil {
		return err
	}
	if d.scale = demo.Scale(*scale); d.scale != demo.OneStreet && d.scale != demo.District {
		return errors.New("-scale 应为 street 或 district")
	}
	ahead, err := clockAhead(*clock, time.Now())
	if err != nil {
		return err
	}
	if ahead != 0 {
		d.today = time.Now().Add(ahead).In(ward.China).Format(time.DateOnly)
	}
	stop, err := d.open(ctx, *url)
	if err != nil {
		return err
	}
	d.db.Now = func() time.Time { return time.Now().Add(ahead) }
	defer stop()
	if err := d.fill(ctx); err != nil || *fill {
		return err
	}
	listener, err := listen(*address)
	if err != nil {
		return err
	}
	return d.serve(ctx, listener)
}

// clockAhead is how far the clock of the demo is ahead of the real one.
func clockAhead(text string, now time.Time) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	start, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, errors.New("-clock 应写作 2026-11-23T09:00:00+08:00")
	}
	return start.Sub(now), nil
}

// open starts the private cluster (unless a database was named), migrates it
// and gives back how to close all of it.
func (d *demonstration) open(ctx context.Context, address string) (func(), error) {
	stop, owner := func() {}, address
	if address == "" {
		cluster, err := startDatabase(ctx, d.p, filepath.Join(d.dir, "pg"), "wangge_"+string(d.scale), nil)
		if err != nil {
			return nil, err
		}
		owner = cluster.URL("wangge_" + string(d.scale))
		stop = func() { d.stopCluster(cluster) }
		if address, err = makeServerRole(ctx, owner); err != nil {
			stop()
			return nil, err
		}
	}
	settings, err := d.readSettings(address)
	if err == nil {
		settings.Owner = owner
		err = settings.upgrade(ctx)
	}
	if err != nil {
		stop()
		return nil, err
	}
	pool, err := postgres.Connect(ctx, onDay(settings.Database, d.today))
	if err != nil {
		stop()
		return nil, err
	}
	d.settings, d.db = settings, postgres.New(pool, settings.Keys)
	return func() { pool.Close(); stop() }, nil
}

// onDay is the address of a database whose connections take a day for today's;
// with "" it is the address itself.
func onDay(address, day string) string {
	if day == "" {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return address // Connect says what is wrong with it
	}
	query := u.Query()
	query.Set("wangge.today", day) // a parameter the driver does not know is a setting of the session
	u.RawQuery = query.Encode()
	return u.String()
}

// photos is the folder of photos of the demo.
func (d *demonstration) photos() *photo.Files { return photo.NewFiles(d.photosDir()) }

// photosDir is where photos and recordings of the demo lie.
func (d *demonstration) photosDir() string { return filepath.Join(d.dir, "photos") }

// makeServerRole gives the private cluster the role the server runs as, with a
// password of this run, and returns its address. The demo runs as a deployment
// should: the owner migrates, the server owns nothing.
func makeServerRole(ctx context.Context, owner string) (string, error) {
	u, err := url.Parse(owner)
	if err != nil {
		return "", fmt.Errorf("reading the address of the private cluster: %w", err)
	}
	u.User = url.UserPassword("wangge_server", rand.Text())
	return u.String(), postgres.MakeRuntimeRole(ctx, owner, u.String())
}

func (d *demonstration) stopCluster(cluster *devdb.Cluster) {
	if err := cluster.Stop(context.Background()); err != nil {
		d.p.log.Warn("stopping the database", "error", err)
	}
}

// readSettings reads the settings with a key for personal data that the demo
// makes for itself and keeps beside its data.
func (d *demonstration) readSettings(url string) (config, error) {
	file := filepath.Join(d.dir, "demo", "keys")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		rand.Read(key) // never fails
		text = []byte("demo:" + base64.StdEncoding.EncodeToString(key))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return config{}, fmt.Errorf("making the folder of the demo: %w", err)
		}
		err = os.WriteFile(file, text, 0o600)
		if err != nil {
			return config{}, fmt.Errorf("keeping the key of the demo: %w", err)
		}
	} else if err != nil {
		return config{}, fmt.Errorf("reading the key of the demo: %w", err)
	}
	return readConfig(func(name string) string {
		if name == "WANGGE_KEYS" {
			return strings.TrimSpace(string(text))
		}
		return d.p.getenv(name)
	}, url, true)
}

// fill makes the street's files and imports them as everybody's files are, once.
func (d *demonstration) fill(ctx context.Context) error {
	// A fill that was cut short is done again: importing twice changes nothing.
	if done, err := d.db.Covered(ctx); err != nil || done {
		return err
	}
	start := time.Now()
	files := filepath.Join(d.dir, "demo", string(d.scale))
	fmt.Fprintf(d.p.stdout, "正在生成演示数据（%s，种子 %d）…\n", d.scale, d.seed)
	if err := demo.Write(files, d.seed, d.scale); err != nil {
		return err
	}
	job := importJob{p: program{stdout: d.p.stdout, stderr: d.p.stderr, log: d.p.log, getenv: d.p.getenv}, db: d.db, read: intake.Options{}, write: ward.ImportOptions{}}
	if err := job.run(ctx, []string{files}); err != nil {
		return fmt.Errorf("importing the demo: %w", err)
	}
	if err := d.makeAccounts(ctx); err != nil {
		return err
	}
	if d.scale == demo.OneStreet {
		if err := d.pastWeek(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(d.p.stdout, "演示数据已就绪，用时 %.0f 秒\n", time.Since(start).Seconds())
	return nil
}

// listen takes the address, or the first free port from 8080 on.
func listen(address string) (net.Listener, error) {
	if address != "" {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, fmt.Errorf("监听 %s:%w", address, err)
		}
		return l, nil
	}
	for port := 8080; port < 8180; port++ {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		return l, err
	}
	return nil, errors.New("127.0.0.1 的 8080—8179 端口都被占用，请用 -addr 指定一个")
}

// serve shows the street and lets its day go by beside it.
func (d *demonstration) serve(ctx context.Context, listener net.Listener) error {
	logins, err := d.logins(ctx)
	if err != nil {
		return err
	}
	server := &api.Server{BaseMaps: d.settings.BaseMaps, Photos: d.photos(), Sounds: sound.NewFiles(d.photosDir()), Config: api.Config{Demo: true, Logins: logins}}
	d.announce(listener.Addr(), logins)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var playing sync.WaitGroup
	if d.pace > 0 && d.scale == demo.OneStreet {
		playing.Go(func() {
			if err := d.play(ctx, "http://"+listener.Addr().String()); err != nil {
				d.p.log.Error("the day of the demo ended", "error", err)
			}
		})
	}
	err = serveOn(ctx, d.p, d.settings, d.db, listener, server)
	cancel()
	playing.Wait()
	return err
}

func (d *demonstration) announce(address net.Addr, logins []api.DemoLogin) {
	out := d.p.stdout
	fmt.Fprintf(out, "\n网格通演示环境：http://%s/\n\n", address)
	fmt.Fprintf(out, "  %-14s %-16s %s\n", "账号", "密码", "角色 · 辖区 · 界面")
	for _, l := range logins {
		fmt.Fprintf(out, "  %-14s %-16s %s · %s · http://%s%s\n", l.Login, l.Password, l.Role, l.Place, address, l.Face)
	}
	fmt.Fprint(out, "\n按 Ctrl-C 结束并停止数据库。数据均为虚构。\n")
}
