// Package webhook sends signed messages to programs of others: from the queue in
// the database, one after another, tried again when they fail, and never into the
// network this program stands in unless the configuration allows it.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"wangge/internal/ward"
)

// Queue is where messages come from and what became of them goes to.
type Queue interface {
	QueueWebhooks(ctx context.Context) (int, error)
	DueMessages(ctx context.Context, limit int) ([]ward.WebhookMessage, error)
	NoteDelivery(ctx context.Context, m ward.WebhookMessage, status int, words string, dice float64) error
}

const (
	patience  = 10 * time.Second // for one message
	answerMax = 4 << 10          // bytes of an answer that are read
	batch     = 20
	every     = 2 * time.Second
)

// Sender sends what is due.
type Sender struct {
	Queue Queue
	Log   *slog.Logger
	Now   func() time.Time
	// Allow are networks that may be reached although they are not public.
	Allow []netip.Prefix
	Dice  func() float64 // [0, 1); nil: the standard library's
}

// Run sends until ctx ends.
func (s Sender) Run(ctx context.Context) {
	client := s.client()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.Round(ctx, client); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "webhooks", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Round queues what is new and sends what is due, once.
func (s Sender) Round(ctx context.Context, client *http.Client) error {
	if client == nil {
		client = s.client()
	}
	if _, err := s.Queue.QueueWebhooks(ctx); err != nil {
		return fmt.Errorf("queueing: %w", err)
	}
	due, err := s.Queue.DueMessages(ctx, batch)
	if err != nil {
		return fmt.Errorf("reading what is due: %w", err)
	}
	for _, m := range due {
		status, words := s.send(ctx, client, m)
		if ctx.Err() != nil {
			return nil // the lease runs out and another try follows
		}
		if err := s.Queue.NoteDelivery(ctx, m, status, words, s.dice()); err != nil {
			return fmt.Errorf("noting a delivery: %w", err)
		}
	}
	return nil
}

func (s Sender) dice() float64 {
	if s.Dice != nil {
		return s.Dice()
	}
	return rand.Float64()
}

// send tries one message; words say why it did not arrive.
func (s Sender) send(ctx context.Context, client *http.Client, m ward.WebhookMessage) (status int, words string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, strings.NewReader(m.Body))
	if err != nil {
		return 0, "接收地址写法不对"
	}
	at := strconv.FormatInt(s.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "wangge-webhook")
	r.Header.Set("webhook-id", m.ID.String())
	r.Header.Set("webhook-timestamp", at)
	r.Header.Set("webhook-signature", Sign(m.Secret, m.ID.String(), at, m.Body))
	answer, err := client.Do(r)
	if err != nil {
		return 0, inWords(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, answerMax)) // so that the connection is used again
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return answer.StatusCode, fmt.Sprintf("对方答复 %d", answer.StatusCode)
	}
	return answer.StatusCode, ""
}

// Sign is the signature of a message by standardwebhooks.com: HMAC-SHA256 of
// "id.timestamp.body" under the secret, which is "whsec_" and base64.
func Sign(secret, id, timestamp, body string) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		key = []byte(secret)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var (
	errPrivate  = errors.New("private address")
	errRedirect = errors.New("redirect")
)

func inWords(err error) string {
	var unknown *net.DNSError
	switch {
	case errors.Is(err, errPrivate):
		return "地址在内部网络，未发送；需要时由管理员在 WANGGE_WEBHOOK_ALLOW 中允许"
	case errors.Is(err, errRedirect):
		return "对方要求转到别处，未跟随"
	case errors.Is(err, context.DeadlineExceeded):
		return "对方10秒内没有答复"
	case errors.As(err, &unknown):
		return "找不到这个主机"
	}
	return "连不上对方"
}

// client follows no redirect and uses no proxy. The address is held against the
// networks after it was looked up, when the connection is made: a name that turns
// from one address to another gains nothing.
func (s Sender) client() *http.Client {
	dialer := &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !s.mayReach(to.Addr().Unmap()) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
			MaxResponseHeaderBytes: 16 << 10,
		},
	}
}

// closed are networks that are not the public one and that netip does not name.
var closed = [...]string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "2001:db8::/32", "2002::/16"}

func (s Sender) mayReach(to netip.Addr) bool {
	for _, p := range s.Allow {
		if p.Contains(to) {
			return true
		}
	}
	if !to.IsGlobalUnicast() || to.IsPrivate() || to.IsLoopback() || to.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range closed {
		if netip.MustParsePrefix(p).Contains(to) {
			return false
		}
	}
	return true
}
