package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"wangge/internal/postgres"
	"wangge/internal/realtime"
	"wangge/internal/relay"
	"wangge/internal/ward"
)

// How often the map of a node is held against the database: now and then,
// because what goes from node to node may be lost; often while the broker
// between them is away, so that positions come late instead of never.
const (
	settleEvery = 5 * time.Second
	settleRound = 6 // of these while nothing is wrong
)

// moverMap keeps where teams are on the live maps of this node, together with
// the other nodes of the database.
type moverMap struct {
	db    *postgres.DB
	hub   *realtime.Hub
	log   *slog.Logger
	relay *relay.Relay // nil: this node is alone
}

// join makes this node show, and tell the others at the broker, what it takes
// in. It begins with where everybody was last.
func (m *moverMap) join(ctx context.Context, broker string, recorder *postgres.Recorder) error {
	m.db.Show = m.hub.Show
	if broker != "" {
		town, err := m.db.Town(ctx)
		if err != nil {
			return err
		}
		m.relay = relay.New(relay.Options{URL: broker, Town: town, Log: m.log, Hear: func(one ward.Mover) {
			recorder.Hear(one)
			m.hub.Show(one)
		}})
		m.db.Show = func(one ward.Mover) {
			m.hub.Show(one)
			m.relay.Tell(one)
		}
	}
	return m.settle(ctx)
}

// settle holds the map against the database.
func (m *moverMap) settle(ctx context.Context) error {
	asOf := m.db.Now()
	movers, err := m.db.Movers(ctx)
	if err == nil {
		m.hub.Settle(movers, asOf)
	}
	return err
}

// run keeps the line to the other nodes, and the map right, until ctx ends.
func (m *moverMap) run(ctx context.Context) error {
	var line sync.WaitGroup
	var broken error
	if m.relay != nil {
		line.Go(func() { broken = m.relay.Run(ctx) })
	}
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	failing := false
	for n, away := 1, false; ; n++ {
		select {
		case <-ctx.Done():
			line.Wait()
			return broken
		case <-tick.C:
		}
		before := away // what was lost just before it came back
		if away = m.trouble() != ""; !away && !before && n%settleRound != 0 {
			continue
		}
		err := m.settle(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			m.log.WarnContext(ctx, "reading where teams are", "error", err)
		}
		failing = err != nil
	}
}

// trouble says in Chinese what does not work though everything else does; ""
// when all is well.
func (m *moverMap) trouble() string {
	if m.relay == nil || m.relay.There() {
		return ""
	}
	return "各服务器之间的消息服务（NATS）没有连上：在别的服务器上报的队伍位置晚几秒显示，其余不受影响"
}
