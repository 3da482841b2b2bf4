//go:build unix

package devdb

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// settings are the answers the options give.
type settings struct {
	volatile bool
}

func newSettings(options []Option) settings {
	var s settings
	for _, option := range options {
		option(&s)
	}
	return s
}

// conf writes wangge.conf. It is written anew at each start, so a newer program
// brings its settings to an older cluster.
//
// jit costs more than it brings for queries of a few milliseconds, and
// random_page_cost fits an SSD. Statements and their values stay out of the log:
// they hold names and phone numbers.
func (s settings) conf(port int) string {
	memory := memoryMB()
	var b strings.Builder
	set := func(name, value string) { fmt.Fprintf(&b, "%s = %s\n", name, value) }
	b.WriteString("# Written by wangge at each start; changes are lost.\n")
	set("listen_addresses", "'127.0.0.1'")
	set("port", strconv.Itoa(port))
	// No socket: its path may be 107 bytes long at most, and TCP is there anyway.
	set("unix_socket_directories", "''")
	set("password_encryption", "scram-sha-256")
	set("max_connections", "200")
	set("shared_buffers", fmt.Sprintf("%dMB", s.sharedBuffersMB(memory)))
	set("effective_cache_size", fmt.Sprintf("%dMB", memory/2))
	set("work_mem", "64MB")
	set("maintenance_work_mem", "256MB")
	set("random_page_cost", "1.1")
	set("jit", "off")
	set("max_wal_size", "4GB")
	set("timezone", "'UTC'")
	set("log_timezone", "'UTC'")
	set("log_min_error_statement", "panic")
	set("log_line_prefix", "'%m [%p] %d '")
	if s.volatile {
		set("fsync", "off")
		set("synchronous_commit", "off")
		set("full_page_writes", "off")
		// Autovacuum holds up CREATE and DROP DATABASE, of which tests do many.
		set("autovacuum", "off")
	}
	return b.String()
}

// sharedBuffersMB is an eighth of the memory, at most 512 MB: enough for a
// street, and a demo must not take the machine over.
func (s settings) sharedBuffersMB(memory int) int {
	limit := 512
	if s.volatile {
		limit = 256
	}
	return max(64, min(limit, memory/8))
}

// memoryMB returns the memory of the machine, 2 GB where the system does not
// say.
func memoryMB() int {
	const unknown = 2048
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return unknown
	}
	var kilobytes int
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kilobytes); err != nil {
		return unknown
	}
	return kilobytes / 1024
}
