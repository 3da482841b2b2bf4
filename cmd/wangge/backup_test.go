package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
)

// vault is a machine with a database, photos and a folder of backups.
type vault struct {
	*testing.T
	url string
	env map[string]string
}

func newVault(t *testing.T) vault {
	t.Helper()
	dir := t.TempDir()
	o := vault{t, pgtest.URL(t), map[string]string{"WANGGE_KEYS": testKeys, "WANGGE_PHOTOS": filepath.Join(dir, "photos"), "WANGGE_BACKUPS": filepath.Join(dir, "backups"), "WANGGE_BACKUP_KEEP": "2"}}
	o.env["WANGGE_DATABASE_URL"] = o.url
	o.file("ab.jpg", "one picture")
	o.file("cd.webm", "one sentence")
	o.do(`insert into account (login, name, password) values ('before', '备份前', 'x'); insert into session (token, data, expiry) values ('t', '', now() + interval '1 day'); insert into audit (operation, noun, purpose) values ('test', 'test', '')`)
	return o
}

// file puts a photo or a recording where the server keeps them.
func (o vault) file(name, text string) {
	o.Helper()
	path := filepath.Join(o.env["WANGGE_PHOTOS"], name[:2], name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		o.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
}

func (o vault) do(sql string) {
	o.Helper()
	conn, err := pgx.Connect(o.Context(), o.url)
	if err != nil {
		o.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(o.Context(), sql); err != nil {
		o.Fatal(err)
	}
}

func (o vault) count(sql string) (n int) {
	o.Helper()
	conn, err := pgx.Connect(o.Context(), o.url)
	if err != nil {
		o.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(o.Context(), sql).Scan(&n); err != nil {
		o.Fatal(err)
	}
	return n
}

// run runs a command and returns the exit code and all it said.
func (o vault) run(args ...string) (int, string) {
	o.Helper()
	var said bytes.Buffer
	p := program{stdout: &said, stderr: &said, log: slog.New(slog.DiscardHandler), getenv: func(name string) string { return o.env[name] }}
	return dispatch(o.Context(), p, args), said.String()
}

// must is run for what has to end well.
func (o vault) must(args ...string) string {
	o.Helper()
	code, said := o.run(args...)
	if code != 0 {
		o.Fatalf("%v: %d %s", args, code, said)
	}
	return said
}

func TestABackupComesBackWithOneCommandAndTheOldDatabaseStays(t *testing.T) {
	t.Parallel()
	o := newVault(t)
	if said := o.must("backup"); !strings.Contains(said, "2个照片") || !strings.Contains(said, "密钥") || !strings.Contains(said, "没有加密") {
		t.Error(said)
	}
	o.do(`delete from session; update account set name = '弄错了' where login = 'before'; insert into account (login, name, password) values ('after', '备份后', 'x')`)
	if err := os.RemoveAll(o.env["WANGGE_PHOTOS"]); err != nil {
		t.Fatal(err)
	}
	epoch := o.count(`select ('x' || left(md5(generation::text), 7))::bit(28)::int from stream_head`)

	if said := o.must("restore", "-check"); !strings.Contains(said, "演练通过") || !strings.Contains(said, "行数相符") {
		t.Error(said)
	}
	if o.count(`select count(*) from account where login = 'after'`) != 1 || o.count(`select count(*) from pg_database where datname like current_database() || '_%'`) != 0 {
		t.Error("a rehearsal changed something")
	}

	said := o.must("restore")
	kept := regexp.MustCompile(`dropdb (\S+)`).FindStringSubmatch(said)
	if kept == nil {
		t.Fatal(said)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, regexp.MustCompile(`/[a-z0-9_]+\?`).ReplaceAllString(o.url, "/postgres?"))
		if err == nil {
			_, err = conn.Exec(ctx, "drop database "+kept[1])
		}
		if err != nil {
			t.Error(err)
		}
	})
	if o.count(`select count(*) from account where login = 'before' and name = '备份前'`) != 1 || o.count(`select count(*) from account where login = 'after'`) != 0 {
		t.Error("the database is not that of the backup")
	}
	if o.count(`select count(*) from session`) != 0 {
		t.Error("sessions of the backup live again")
	}
	if o.count(`select ('x' || left(md5(generation::text), 7))::bit(28)::int from stream_head`) == epoch {
		t.Error("clients are not told that history is another")
	}
	if o.count(`select count(*) from audit where operation = 'restore-backup'`) != 1 {
		t.Error("the audit does not say it")
	}
	if text, err := os.ReadFile(filepath.Join(o.env["WANGGE_PHOTOS"], "ab", "ab.jpg")); err != nil || string(text) != "one picture" {
		t.Errorf("the photo: %q, %v", text, err)
	}
	if text, err := os.ReadFile(filepath.Join(o.env["WANGGE_PHOTOS"], "cd", "cd.webm")); err != nil || string(text) != "one sentence" {
		t.Errorf("the recording: %q, %v", text, err)
	}
	if said := o.must("audit", "verify"); !strings.Contains(said, "完好") {
		t.Error(said)
	}
}

func TestAnEncryptedBackupOpensWithItsKeyOnly(t *testing.T) {
	t.Parallel()
	o := newVault(t)
	mine, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, id *age.X25519Identity) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(id.String()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	o.env["WANGGE_BACKUP_RECIPIENT"] = mine.Recipient().String()
	if said := o.must("backup"); strings.Contains(said, "没有加密") {
		t.Error(said)
	}
	for _, c := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"restore", "-check"}, 1, "-identity"},
		{[]string{"restore", "-check", "-identity", write("other", other)}, 1, "私钥不对"},
		{[]string{"restore", "-check", "-identity", write("mine", mine)}, 0, "演练通过"},
	} {
		if code, said := o.run(c.args...); code != c.code || !strings.Contains(said, c.say) {
			t.Errorf("%v: %d %s", c.args, code, said)
		}
	}
}

func TestARestoreThatCannotSucceedLeavesEverythingAsItIs(t *testing.T) {
	t.Parallel()
	o := newVault(t)
	if code, said := o.run("restore"); code != 1 || !strings.Contains(said, "没有备份") {
		t.Errorf("%d %s", code, said)
	}
	o.must("backup")
	list, err := filepath.Glob(filepath.Join(o.env["WANGGE_BACKUPS"], "*.backup"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	whole, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	broken := func(change func([]byte) []byte) string {
		path := filepath.Join(t.TempDir(), "broken.backup")
		if err := os.WriteFile(path, change(bytes.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, path := range map[string]string{
		"cut off":              broken(func(b []byte) []byte { return b[:len(b)/2] }),
		"a byte changed":       broken(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }),
		"the photo is another": broken(func(b []byte) []byte { return bytes.Replace(b, []byte("one picture"), []byte("two picture"), 1) }),
		"nothing":              broken(func([]byte) []byte { return nil }),
		"another file":         broken(func([]byte) []byte { return []byte("no backup at all") }),
	} {
		if code, said := o.run("restore", path); code != 1 || !strings.Contains(said, "损坏") {
			t.Errorf("%s: %d %s", name, code, said)
		}
	}

	// Somebody is connected: the server still runs.
	conn, err := pgx.Connect(t.Context(), o.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if code, said := o.run("restore"); code != 1 || !strings.Contains(said, "请先停止服务") {
		t.Errorf("%d %s", code, said)
	}
	if o.count(`select count(*) from session`) != 1 || o.count(`select count(*) from pg_database where datname like current_database() || '_%'`) != 0 {
		t.Error("something was left or changed")
	}
}

func TestOldBackupsGoAndTheNewestStay(t *testing.T) {
	t.Parallel()
	o := newVault(t)
	if err := os.MkdirAll(o.env["WANGGE_BACKUPS"], 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"wangge-20260101-023000.backup", "wangge-20260102-023000.backup.age", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(o.env["WANGGE_BACKUPS"], name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if said := o.must("backup"); !strings.Contains(said, "删去1份") {
		t.Error(said)
	}
	said := o.must("backup", "-list")
	if strings.Count(said, "\n") != 2 || strings.Contains(said, "20260101") || !strings.Contains(said, "2026-01-02 02:30:00") {
		t.Error(said)
	}
	if _, err := os.Stat(filepath.Join(o.env["WANGGE_BACKUPS"], "notes.txt")); err != nil {
		t.Error("a file that is no backup is gone")
	}
}

func TestTheNextNightIsTheNextTimeTheClockShowsIt(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", text, time.Local)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for now, want := range map[string]string{"2026-11-22 01:00": "2026-11-22 02:30", "2026-11-22 02:30": "2026-11-23 02:30", "2026-12-31 23:59": "2027-01-01 02:30"} {
		if got := nextNight(at(now), "02:30"); !got.Equal(at(want)) {
			t.Errorf("after %s: %v, want %s", now, got, want)
		}
	}
}
