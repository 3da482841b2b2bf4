package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthTellsReadyFromNotReadyFromNobody(t *testing.T) {
	t.Parallel()
	ready := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" || !ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	// As in a container: listening everywhere, asked at home.
	values := map[string]string{"WANGGE_ADDR": ":" + port}
	if code, _, says := try(t, values, "health"); code != 0 {
		t.Errorf("ready: exit code %d: %s", code, says)
	}
	ready = false
	if code, _, says := try(t, values, "health"); code != 1 || !strings.Contains(says, "尚未就绪") {
		t.Errorf("not ready: exit code %d: %s", code, says)
	}
	server.Close()
	if code, _, says := try(t, values, "health"); code != 1 || !strings.Contains(says, "没有应答") {
		t.Errorf("nobody: exit code %d: %s", code, says)
	}
}
