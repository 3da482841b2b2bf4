//go:build unix

package devdb

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

// occupy listens at port until the test ends.
func occupy(t *testing.T, port int) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
}

func TestChoose(t *testing.T) {
	t.Parallel()
	found := []tools{{bin: "17", version: 17}, {bin: "16", version: 16, postgis: true}, {bin: "15", version: 15, postgis: true}, {bin: "14", version: 14, postgis: true}}
	for _, tc := range []struct {
		name  string
		found []tools
		want  int
		bin   string
	}{
		{"the newest with PostGIS", found, 0, "16"},
		{"the one that made the data", found, 15, "15"},
		{"not one without PostGIS", found, 17, ""},
		{"not one that is too old", found[3:], 0, ""},
		{"nothing there", nil, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, ok := choose(tc.found, tc.want)
			if got.bin != tc.bin || ok != (tc.bin != "") {
				t.Errorf("got %q, %v, want %q", got.bin, ok, tc.bin)
			}
		})
	}
}

func TestPickVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		found   []tools
		offered []int
		want    int
		version int
	}{
		{"for the server that is there", []tools{{version: 15}}, []int{17, 15}, 0, 15},
		{"newest when no server is there", nil, []int{17, 15}, 0, 17},
		{"newest when the server is too old", []tools{{version: 13}}, []int{17, 13}, 0, 17},
		{"newest when the server has no PostGIS on offer", []tools{{version: 16}}, []int{17, 15}, 0, 17},
		{"the version of the data", []tools{{version: 17}}, []int{17, 15}, 15, 15},
		{"nothing new enough", nil, []int{14}, 0, 0},
		{"version of the data not on offer", nil, []int{17}, 15, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, ok := pickVersion(tc.found, tc.offered, tc.want)
			if got != tc.version || ok != (tc.version != 0) {
				t.Errorf("got %d, %v, want %d", got, ok, tc.version)
			}
		})
	}
}

func TestTheMessageNamesWhatToInstall(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"PostGIS", "apt-get install", "dnf install", "brew install", "DATABASE_URL"} {
		if !strings.Contains(missing(0).Error(), part) {
			t.Errorf("the message does not mention %s", part)
		}
	}
	if !strings.Contains(missing(16).Error(), "16 版") {
		t.Error("the message does not name the version of the data")
	}
}

func TestSettingsFitTheMachine(t *testing.T) {
	t.Parallel()
	for memory, want := range map[int]int{256: 64, 2048: 256, 24000: 512} {
		if got := (settings{}).sharedBuffersMB(memory); got != want {
			t.Errorf("%d MB of memory: shared_buffers %d MB, want %d", memory, got, want)
		}
	}
	if conf := (settings{}).conf(15432); strings.Contains(conf, "fsync") {
		t.Error("a durable cluster must not touch fsync")
	}
}
