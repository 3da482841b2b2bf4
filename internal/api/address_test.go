package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/go-chi/chi/v5"
)

func TestOnlyAProxyThatIsNamedSpeaksForItsClient(t *testing.T) {
	t.Parallel()
	inside := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		name, peer, said, want string
		proxies                []netip.Prefix
	}{
		{"nobody in front", "203.0.113.9:4711", "198.51.100.1", "203.0.113.9", nil},
		{"the proxy", "10.0.0.2:80", "198.51.100.1", "198.51.100.1", inside},
		{"a client that pretends, before the proxy", "10.0.0.2:80", "1.2.3.4, 198.51.100.1", "198.51.100.1", inside},
		{"somebody who goes past the proxy", "203.0.113.9:4711", "198.51.100.1", "203.0.113.9", inside},
		{"a proxy that says nothing", "10.0.0.2:80", "", "10.0.0.2", inside},
		{"nonsense", "10.0.0.2:80", "who knows", "10.0.0.2", inside},
		{"IPv6", "[2001:db8::1]:80", "", "2001:db8::1", nil},
	} {
		got := ""
		r := chi.NewRouter()
		r.Use(fromWhere(c.proxies)...)
		r.Get("/", func(_ http.ResponseWriter, r *http.Request) { got = addressOf(r.Context()) })
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.RemoteAddr = c.peer
		if c.said != "" {
			request.Header.Set("X-Forwarded-For", c.said)
		}
		r.ServeHTTP(httptest.NewRecorder(), request)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
