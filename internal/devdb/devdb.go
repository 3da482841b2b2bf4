//go:build unix

// Package devdb finds PostgreSQL with PostGIS on this machine, installs it by
// apt-get where it is missing, and runs a private cluster for the demo, for
// development and for tests: own port, own user, own password, own data. It
// never touches a cluster that is already there.
//
// A cluster lives in one folder:
//
//	lock          taken while starting and stopping
//	users         held shared by every program that uses the cluster
//	cluster.json  port, password, data folder
//	server/       data and log, owned by the operating-system user that runs
//	              PostgreSQL (PostgreSQL refuses to run as root)
package devdb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a running private PostgreSQL cluster.
type Cluster struct {
	dir   string
	log   *slog.Logger
	state state
	owner owner
	users *fileLock
}

// Option changes how a cluster runs.
type Option func(*settings)

// Volatile gives up durability for speed: no fsync, no autovacuum. For tests.
func Volatile() Option { return func(s *settings) { s.volatile = true } }

// Start returns the cluster of folder dir, running: it installs PostgreSQL and
// PostGIS, creates the cluster and starts it, each only where needed. Several
// programs may start the same folder at once and then share the cluster. Log
// lines are Chinese, for the person who waits. The error says in Chinese what
// to install when the machine cannot do it by itself.
func Start(ctx context.Context, dir string, log *slog.Logger, options ...Option) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder of the cluster: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the cluster: %w", err)
	}
	starting, err := lockFile(ctx, filepath.Join(dir, "lock"), exclusive)
	if err != nil {
		return nil, err
	}
	defer starting.release()

	c := &Cluster{dir: dir, log: log}
	if c.users, err = lockFile(ctx, filepath.Join(dir, "users"), shared); err != nil {
		return nil, err
	}
	if err := c.ensureRunning(ctx, options); err != nil {
		c.users.release()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) ensureRunning(ctx context.Context, options []Option) error {
	state, err := loadState(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	c.state = state
	if err == nil && c.answers(ctx) == nil {
		return nil
	}
	tools, err := findOrInstall(ctx, c.log, dataVersion(c.state.Data))
	if err != nil {
		return err
	}
	if dataVersion(c.state.Data) == 0 {
		err = c.create(ctx, tools)
	} else {
		c.owner, err = ownerOf(c.state.Data)
	}
	if err != nil {
		return err
	}
	return c.run(ctx, tools, options)
}

// create makes the data folder. cluster.json is written last, so a run that was
// broken off leaves nothing that looks finished.
func (c *Cluster) create(ctx context.Context, tools tools) error {
	var err error
	if c.owner, err = clusterOwner(); err != nil {
		return err
	}
	place, err := c.owner.place(c.dir, c.log)
	if err != nil {
		return err
	}
	c.log.InfoContext(ctx, "正在建立私有数据库集群", "目录", place, "版本", tools.version)
	s := state{
		Data: filepath.Join(place, "data"), Log: filepath.Join(place, "postgres.log"),
		User: "wangge", Password: rand.Text(),
	}
	if err := os.RemoveAll(s.Data); err != nil {
		return fmt.Errorf("clearing a half-made cluster: %w", err)
	}
	if err := initdb(ctx, tools, c.owner, s); err != nil {
		return err
	}
	c.state = s
	return s.save(c.dir)
}

// run starts the server. The port of last time is taken when it is still free;
// when another program takes the chosen port first, the next one is tried.
func (c *Cluster) run(ctx context.Context, tools tools, options []Option) error {
	var err error
	for try := range 5 {
		if c.state.Port, err = freePort(c.dir, c.state.Port, try); err != nil {
			return err
		}
		if err = c.state.save(c.dir); err != nil {
			return err
		}
		if err = startServer(ctx, tools, c.owner, c.state, newSettings(options)); err == nil {
			err = c.answers(ctx)
		}
		if err == nil {
			c.log.InfoContext(ctx, "私有数据库已启动", "端口", c.state.Port, "目录", c.state.Data)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return fmt.Errorf("数据库启动失败，日志见 %s:%w", c.state.Log, err)
}

// answers reports whether the server at the recorded port is ours and takes
// connections; a server that is still recovering is waited for.
func (c *Cluster) answers(ctx context.Context) error {
	if c.state.Port == 0 || !serverAlive(c.state.Data) {
		return errNotRunning
	}
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		err := c.probe(ctx)
		if err == nil || !serverAlive(c.state.Data) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the server: %w", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (c *Cluster) probe(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.URL("postgres"))
	if err != nil {
		return fmt.Errorf("connecting to the private cluster: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var data string
	if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&data); err != nil {
		return fmt.Errorf("asking the server for its data folder: %w", err)
	}
	if data != c.state.Data {
		return fmt.Errorf("the server at port %d is not ours", c.state.Port)
	}
	return nil
}

// URL returns the address of database db, for pgx and libpq alike. Its user is
// the superuser of the cluster.
func (c *Cluster) URL(db string) string { return c.state.url(db) }

// Create makes database db unless it is there.
func (c *Cluster) Create(ctx context.Context, db string) error {
	conn, err := pgx.Connect(ctx, c.URL("postgres"))
	if err != nil {
		return fmt.Errorf("connecting to the private cluster: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", db).Scan(&there); err != nil {
		return fmt.Errorf("looking for database %s: %w", db, err)
	}
	if there {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{db}.Sanitize()); err != nil {
		return fmt.Errorf("creating database %s: %w", db, err)
	}
	return nil
}
