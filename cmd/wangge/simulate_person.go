package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"wangge/internal/ward"
)

// simPerson is somebody signed in, as a browser is: cookies, an origin, a socket.
type simPerson struct {
	url   string
	http  *http.Client
	actor ward.Actor
}

func signInAs(ctx context.Context, url string, l simLogin) (*simPerson, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &simPerson{url: strings.TrimSuffix(url, "/"), http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	if err := p.sendJSON(ctx, "POST", "/api/login", l, &p.actor); err != nil {
		return nil, fmt.Errorf("%s 登录：%w", l.Login, err)
	}
	return p, nil
}

func (p *simPerson) holds(role ward.Role) bool {
	for _, g := range p.actor.Grants {
		if g.Role == role {
			return true
		}
	}
	return false
}

func (p *simPerson) get(ctx context.Context, path string, out any) error {
	return p.send(ctx, "GET", path, "", nil, out)
}

func (p *simPerson) sendJSON(ctx context.Context, method, path string, body, out any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return p.send(ctx, method, path, "application/json", text, out)
}

// act is a change, timed for the report.
func (p *simPerson) act(ctx context.Context, report *simReport, method, path string, body, out any) error {
	began := time.Now()
	err := p.sendJSON(ctx, method, path, body, out)
	if ctx.Err() == nil {
		report.acted(time.Since(began), err)
	}
	return err
}

// send asks and reads the answer into out unless that is nil; a refusal is a
// ward.Error with what the server said.
func (p *simPerson) send(ctx context.Context, method, path, kind string, body []byte, out any) error {
	return p.sendUnder(ctx, newKey(), method, path, kind, body, out)
}

// sendUnder is send with the key of a command, which a repeated one keeps.
func (p *simPerson) sendUnder(ctx context.Context, key uuid.UUID, method, path, kind string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Idempotency-Key", key.String())
	answer, err := p.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		var said struct {
			Code   ward.Code `json:"code"`
			Detail string    `json:"detail"`
		}
		if json.Unmarshal(text, &said) != nil || said.Code == "" { // what is no problem in JSON has no words
			said.Code = ward.Internal
		}
		return &ward.Error{Code: said.Code, Message: fmt.Sprintf("%s %s:%d %s", method, path, answer.StatusCode, said.Detail)}
	}
	if out == nil || len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, out)
}

// listen keeps the live connection of an open page until ctx ends.
func (p *simPerson) listen(ctx context.Context, report *simReport) {
	for ctx.Err() == nil {
		p.listenOnce(ctx, report)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (p *simPerson) listenOnce(ctx context.Context, report *simReport) {
	dialer := websocket.Dialer{Jar: p.http.Jar, HandshakeTimeout: 10 * time.Second}
	conn, answer, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(p.url, "http")+"/api/live", http.Header{"Origin": {p.url}})
	if err != nil {
		return
	}
	_ = answer.Body.Close()
	closed := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() { closed(); _ = conn.Close() }()
	for {
		var m simMessage
		if err := conn.ReadJSON(&m); err != nil {
			return
		}
		report.heard(m)
	}
}

// simMessage is what matters of a message of the stream.
type simMessage struct {
	T     string            `json:"t"`
	Topic string            `json:"topic"`
	ID    string            `json:"id"`
	M     []json.RawMessage `json:"m"`
}
