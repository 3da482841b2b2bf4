//go:build unix

package devdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// state is what one run tells the next, kept in cluster.json.
type state struct {
	Data     string `json:"data"` // PGDATA
	Log      string `json:"log"`
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
}

func (s state) url(db string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(s.User, s.Password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)), Path: "/" + db,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

func loadState(dir string) (state, error) {
	var s state
	text, err := os.ReadFile(filepath.Join(dir, "cluster.json"))
	if errors.Is(err, fs.ErrPermission) {
		return s, fmt.Errorf("%s 中的数据库由另一个用户建立，请用该用户或 root 运行，或者换一个目录：%w", dir, err)
	}
	if err != nil {
		return s, fmt.Errorf("reading the state of the cluster: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("reading the state of the cluster: %w", err)
	}
	return s, nil
}

// save replaces cluster.json at once: a reader sees the old or the new one.
func (s state) save(dir string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the state of the cluster: %w", err)
	}
	path := filepath.Join(dir, "cluster.json")
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the state of the cluster: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing the state of the cluster: %w", err)
	}
	return nil
}

// dataVersion returns the major version that made the data folder, 0 when there
// is no finished one.
func dataVersion(data string) int {
	if data == "" {
		return 0
	}
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0
	}
	version, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return version
}

// Ports lie below the range the kernel gives to outgoing connections (from
// 32768 on Linux), so a cluster finds its port free again after a restart.
const (
	firstPort = 15432
	portRange = 4000
)

// freePort returns last when it is free and this is the first try, otherwise
// the first free port from a place that depends on the folder.
func freePort(dir string, last, try int) (int, error) {
	if last != 0 && try == 0 && portFree(last) {
		return last, nil
	}
	hash := fnv.New32a()
	hash.Write([]byte(dir))
	from := int(hash.Sum32() % portRange)
	for i := range portRange {
		port := firstPort + (from+try*7+i)%portRange
		if portFree(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d", firstPort, firstPort+portRange)
}

func portFree(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
