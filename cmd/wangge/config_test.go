package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestConfigTakesTheFirstAddressThatIsGiven(t *testing.T) {
	t.Parallel()
	both := map[string]string{"WANGGE_DATABASE_URL": "postgres://own/a", "DATABASE_URL": "postgres://host/b"}
	for _, tc := range []struct {
		name, flag, want string
		env              map[string]string
	}{
		{"flag", "postgres://flag/c", "postgres://flag/c", both},
		{"our variable", "", "postgres://own/a", both},
		{"everybody's variable", "", "postgres://host/b", map[string]string{"DATABASE_URL": "postgres://host/b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, err := readConfig(env(tc.env), tc.flag, false)
			if err != nil || c.Database != tc.want {
				t.Errorf("got %q, %v, want %q", c.Database, err, tc.want)
			}
			if c.Addr != "127.0.0.1:8080" || c.MetricSRID != 4549 {
				t.Errorf("defaults: %s, EPSG:%d", c.Addr, c.MetricSRID)
			}
		})
	}
}

func TestConfigTellsAllMistakesAtOnceAndNoSecret(t *testing.T) {
	t.Parallel()
	_, err := readConfig(env(map[string]string{
		"DATABASE_URL": "mysql://u:hunter2@host/db", "WANGGE_ADDR": "8080",
		"WANGGE_METRIC_SRID": "3857", "WANGGE_KEYS": "hunter2",
	}), "", true)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"数据库地址", "WANGGE_ADDR", "WANGGE_METRIC_SRID", "WANGGE_KEYS"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the message does not mention %s: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the message repeats a secret: %v", err)
	}
}

func TestConfigAsksForKeysOnlyWherePersonalDataIs(t *testing.T) {
	t.Parallel()
	bare := env(map[string]string{"DATABASE_URL": "postgres://h/d"})
	if _, err := readConfig(bare, "", true); err == nil {
		t.Error("personal data without keys was accepted")
	}
	if _, err := readConfig(bare, "", false); err != nil {
		t.Errorf("a command without personal data wants keys: %v", err)
	}
}

var setting = regexp.MustCompile(`\b(?:WANGGE_[A-Z_]+|DATABASE_URL)\b`)

func TestEnvExampleIsComplete(t *testing.T) {
	t.Parallel()
	read := map[string]bool{}
	sources, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		if strings.HasSuffix(s.Name(), ".go") && !strings.HasSuffix(s.Name(), "_test.go") {
			collect(t, s.Name(), read)
		}
	}
	told := map[string]bool{}
	collect(t, "../../.env.example", told)
	for name := range read {
		if !told[name] {
			t.Errorf(".env.example does not explain %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(told)) {
		if !read[name] {
			t.Errorf(".env.example explains %s, which nothing reads", name)
		}
	}
}

func TestDeploymentFilesUseSettingsThatExist(t *testing.T) {
	t.Parallel()
	told, used := map[string]bool{}, map[string]bool{}
	collect(t, "../../.env.example", told)
	collect(t, "../../docker-compose.yml", used)
	collect(t, "../../Dockerfile", used)
	for name := range used {
		if !told[name] {
			t.Errorf("%s is set for the container, but the program has no such setting", name)
		}
	}
	if !used["WANGGE_DATABASE_URL"] {
		t.Error("the container gets no database")
	}
}

func collect(t *testing.T, path string, into map[string]bool) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range setting.FindAllString(string(text), -1) {
		into[name] = true
	}
}
