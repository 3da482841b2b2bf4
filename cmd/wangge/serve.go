package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"wangge/internal/api"
	"wangge/internal/photo"
	"wangge/internal/postgres"
	"wangge/internal/realtime"
	"wangge/internal/siting"
	"wangge/internal/sound"
	"wangge/internal/ward"
	"wangge/internal/webhook"
)

// How long the server waits for whom.
const (
	readHeaderTimeout = 5 * time.Second
	requestTimeout    = 5 * time.Minute // an upload over a slow line
	shutdownGrace     = 10 * time.Second
	jobsAtOnce        = 2                   // each may keep a processor busy
	tileMemory        = 192 << 20           // bytes of tiles kept
	keepEvents        = 7 * 24 * time.Hour  // the longest a client may stay away and resume
	keepCommands      = 90 * 24 * time.Hour // longer than the longest time offline
)

// serve runs the server on a database, which it first brings up to date.
func serve(ctx context.Context, p program, args []string) error {
	set := flags(p, "serve", "[参数]")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	upgrade := set.Bool("migrate", true, "启动前把数据库升级到最新结构")
	secure := set.Bool("secure", false, "前面有 HTTPS 时打开：登录 Cookie 只走 HTTPS")
	if err := parse(set, args); err != nil {
		return err
	}
	settings, err := readConfig(p.getenv, *url, false)
	if err != nil {
		return err
	}
	if *upgrade {
		if err := settings.upgrade(ctx); err != nil {
			return err
		}
	}
	pool, err := postgres.Connect(ctx, settings.Database)
	if err != nil {
		return err
	}
	defer pool.Close()
	db := postgres.New(pool, settings.Keys)
	if err := firstAdmin(ctx, p, db); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", settings.Addr)
	if err != nil {
		return fmt.Errorf("监听 %s:%w", settings.Addr, err)
	}
	p.log.InfoContext(ctx, "服务已启动", "address", listener.Addr().String())
	nights, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { nightly(nights, p, settings, db) })
	defer running.Wait()
	defer stop()
	return serveOn(ctx, p, settings, db, listener, &api.Server{Secure: *secure, Proxies: settings.Proxies, BaseMaps: settings.BaseMaps, Identity: settings.Identity, Photos: photo.NewFiles(settings.Photos), Sounds: sound.NewFiles(settings.Photos)})
}

// firstAdmin makes an administrator with a random password when nobody can sign
// in yet, and says the password once.
func firstAdmin(ctx context.Context, p program, db *postgres.DB) error {
	accounts, err := db.Accounts(ctx, ward.System(""), ward.Filter{Limit: 1})
	if err != nil || len(accounts.Items) > 0 {
		return err
	}
	password := rand.Text()
	if _, err := db.CreateAccount(ctx, ward.System(""), postgres.NewAccount{
		Login: "admin", Name: "管理员", Password: password, Grants: []postgres.NewGrant{{Role: ward.Admin}},
	}); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "首次启动：管理员账号 admin，密码 %s（只显示这一次，请登录后修改）\n", password)
	return nil
}

// serveOn serves until ctx ends, then ends what it started in good order: no new
// requests, live connections told to come back, running requests finished.
func serveOn(ctx context.Context, p program, settings config, db *postgres.DB, listener net.Listener, server *api.Server) error {
	tileStore, err := postgres.NewTileStore(ctx, db.Pool)
	if err != nil {
		return err
	}
	defer tileStore.Close()
	hub := realtime.NewHub(db, realtime.Options{Log: p.log, Now: db.Now})
	db.Foot = onFoot
	recorder := postgres.NewRecorder(db, p.log)
	server.Positions = recorder
	movers := &moverMap{db: db, hub: hub, log: p.log}
	if err := movers.join(ctx, settings.NATS, recorder); err != nil {
		return err
	}
	if err := db.KeepTracks(ctx); err != nil {
		return err
	}
	db.Draw = drawGrids
	server.Store, server.Sessions, server.Log, server.Now = db, postgres.Sessions{Pool: db.Pool}, p.log, time.Now
	jobs := postgres.NewJobs(db, p.log, uuid.New(), jobsAtOnce)
	spool, err := newSpool(time.Now)
	if err != nil {
		return err
	}
	server.Import = newUploads(db, spool, jobs)
	server.Proposals = proposals{db, jobs}
	server.Siting = &siting.Finder{Store: db, Now: time.Now}
	server.Live = func(w http.ResponseWriter, r *http.Request, l api.Listener) { hub.Serve(w, r, viewer(db, l)) }
	tiles := api.NewTiles(tileStore, tileMemory, p.log, server.Fail)
	server.Tiles, server.Archive = tiles, tiles.Archive
	server.Ready, server.Trouble = ready(db, hub), movers.trouble
	handler, _ := server.Handler()

	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	var hubErr error
	running.Go(func() { hubErr = hub.Run(background) })
	running.Go(func() { tiles.Run(background) })
	running.Go(func() { db.WatchGrids(background, tileStore) })
	running.Go(func() { spool.Run(background) })
	running.Go(func() { jobs.Run(background) })
	running.Go(func() { recorder.Run(background) })
	var relayErr error
	running.Go(func() { relayErr = movers.run(background) })
	running.Go(func() { housekeeping(background, p, db) })
	running.Go(func() {
		db.WatchPublications(background, func(err error) { p.log.WarnContext(background, "publications", "error", err) })
	})
	running.Go(func() { db.KeepAudit(background, p.log) })
	running.Go(func() { warnDue(background, p, db) })
	running.Go(func() {
		webhook.Sender{Queue: db, Log: p.log, Now: db.Now, Allow: settings.WebhookAllow}.Run(background)
	})

	http1 := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: requestTimeout, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelWarn)}
	served := make(chan error, 1)
	go func() { served <- http1.Serve(listener) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		err = http1.Shutdown(grace)
	}
	stop()
	running.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	if errors.Is(hubErr, context.Canceled) {
		hubErr = nil
	}
	return firstError(err, hubErr, relayErr)
}

// viewer is a listener as the hub sees it. Grants are read again at each change.
func viewer(db *postgres.DB, l api.Listener) realtime.Viewer {
	return realtime.Viewer{
		Actor: l.Actor.ID, Scope: l.Scope, SessionOver: over(l.Until),
		Follows: l.Follows,
		Hears: func(v ward.Visibility) bool {
			return v == ward.Public || v == ward.Duty && !l.PublicOnly || v == ward.Confidential && l.Private
		},
		Refresh: func(ctx context.Context) (realtime.Viewer, error) {
			account, err := db.Account(ctx, l.Actor.ID)
			if err != nil {
				return realtime.Viewer{}, err
			}
			now, err := api.ListenerOf(account.Actor())
			if err != nil {
				return realtime.Viewer{}, err
			}
			now.Until = l.Until
			return viewer(db, now), nil
		},
	}
}

// over says whether that time has come; the zero time never does.
func over(at time.Time) func() bool {
	if at.IsZero() {
		return nil
	}
	return func() bool { return !time.Now().Before(at) }
}

// ready says whether the server can do its work: the database answers and the
// live stream follows it.
func ready(db *postgres.DB, hub *realtime.Hub) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if err := db.Pool.Ping(ctx); err != nil {
			return errors.New("数据库没有应答")
		}
		if db.Now().Sub(hub.Stats().AsOf) > 5*time.Second {
			return errors.New("实时数据落后")
		}
		return nil
	}
}

// housekeeping drops what has run out (sessions, old events, old commands) and
// spells names that were changed since.
func housekeeping(ctx context.Context, p program, db *postgres.DB) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := firstError(postgres.Sessions{Pool: db.Pool}.Sweep(ctx), db.Keep(ctx, keepEvents, keepCommands), db.Spell(ctx), db.ForgetUndo(ctx), db.TurnGrants(ctx), db.ForgetResidents(ctx), db.KeepTracks(ctx), db.ForgetDeliveries(ctx)); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "housekeeping", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// warnEvery is how often it is looked for limits that run out.
const warnEvery = 30 * time.Second

// warnDue tells those concerned of limits that run out.
func warnDue(ctx context.Context, p program, db *postgres.DB) {
	tick := time.NewTicker(warnEvery)
	defer tick.Stop()
	for {
		if err := db.EndLongDuties(ctx); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "ending long duties", "error", err)
		}
		if _, err := db.WarnDue(ctx); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "telling of limits", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
