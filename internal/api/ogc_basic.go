package api

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"net/http"
	"sync"
	"time"

	"wangge/internal/ward"
)

// basicTrust is how long a password that was right is not checked again: a
// client sends it with each of a hundred pages, and a check costs 16 ms.
const basicTrust = time.Minute

// basicSignIns remembers right passwords for a while, as keyed digests.
type basicSignIns struct {
	server *Server
	key    []byte
	mu     sync.Mutex
	right  map[[sha256.Size]byte]rightPassword
}

type rightPassword struct {
	account, epoch int64
	until          time.Time
}

// basic signs in those who send account and password with the request, as QGIS
// and GDAL do; who has a session needs none.
func (s *Server) basic() func(http.Handler) http.Handler {
	b := &basicSignIns{server: s, key: []byte(rand.Text()), right: map[[sha256.Size]byte]rightPassword{}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			login, password, sent := r.BasicAuth()
			if _, known := ward.ActorFrom(r.Context()); known || !sent {
				next.ServeHTTP(w, r)
				return
			}
			account, err := b.signIn(r.Context(), login, password)
			if err != nil {
				s.ogcFail(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(ward.WithActor(r.Context(), account.Actor())))
		})
	}
}

// signIn checks a pair, out of memory when it was right a moment ago. The grants
// are always those of now, and a changed password ends the trust at once.
func (b *basicSignIns) signIn(ctx context.Context, login, password string) (ward.Account, error) {
	if len(login) > 160 || len(password) > 800 {
		return ward.Account{}, ward.Errorf(ward.Unauthenticated, "账号或密码不对")
	}
	digest, now := b.digest(login, password), b.server.Now()
	b.mu.Lock()
	seen, ok := b.right[digest]
	b.mu.Unlock()
	if ok && seen.until.After(now) {
		account, err := b.server.Store.Account(ctx, seen.account)
		if err == nil && account.Epoch == seen.epoch {
			return account, nil
		}
	}
	account, err := b.server.Store.SignIn(ctx, login, password, addressOf(ctx))
	if err != nil {
		return account, err
	}
	if account.TOTP {
		return ward.Account{}, ward.Errorf(ward.Unauthenticated, "启用了动态口令的账号不能这样登录，请为地图软件另设账号")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.right, func(_ [sha256.Size]byte, r rightPassword) bool { return !r.until.After(now) })
	b.right[digest] = rightPassword{account.ID, account.Epoch, now.Add(basicTrust)}
	return account, nil
}

func (b *basicSignIns) digest(login, password string) (sum [sha256.Size]byte) {
	mac := hmac.New(sha256.New, b.key)
	mac.Write([]byte(login))
	mac.Write([]byte{0})
	mac.Write([]byte(password))
	mac.Sum(sum[:0])
	return sum
}
