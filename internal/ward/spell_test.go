package ward

import (
	"strings"
	"testing"
)

func TestANameIsSpeltAsItIsTyped(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Spelling{
		"绿地小区":  {"lvdixiaoqu", "ldxq"},
		"女贞路3号": {"nvzhenlu3hao", "nzl3h"},
		"重庆路":   {"chongqinglu zhongqinglu", "cql zql"},
		"长长长长长": {},
		"A座（B）": {"azuob", "azb"},
		"“”—":   {"", ""},
		"":      {"", ""},
	} {
		got := Spell(name)
		if name == "长长长长长" { // which of the readings are kept does not matter, how many does
			if n := len(strings.Fields(got.Pinyin)); n != spellings {
				t.Errorf("%s has %d spellings", name, n)
			}
			continue
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestWordsTypedBySound(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"lvdi": "lvdi", "lüdi": "lvdi", "Lǜ Dì": "lvdi", "LD": "ld", "\uff2c\uff24": "ld", "xi'an": "xian", "ld3": "ld3",
		"绿地": "", "l": "", "33": "", "绿d": "", "": "", "a%_": "",
	} {
		if got := SpellQuery(words); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}
