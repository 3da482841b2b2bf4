package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wangge/internal/api"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// full keeps no session.
type full struct{ postgres.Sessions }

func (full) Commit(string, []byte, time.Time) error { return errors.New("no space left") }

func (full) CommitCtx(context.Context, string, []byte, time.Time) error {
	return errors.New("no space left")
}

func TestASessionThatCannotBeKeptIsTheOneAnswer(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	handler, _ := (&api.Server{Store: tw.db, Sessions: full{postgres.Sessions{Pool: tw.db.Pool}}, Log: slog.New(slog.DiscardHandler), Now: time.Now}).Handler()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	answer, err := http.Post(server.URL+"/api/login", "application/json", strings.NewReader(`{"login":"leader","password":"`+password+`"}`))
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	var told struct{ Code string }
	if err := json.Unmarshal(body, &told); err != nil || answer.StatusCode != http.StatusInternalServerError || told.Code != "internal" {
		t.Errorf("%d %s: %v; want one problem", answer.StatusCode, body, err)
	}
}
