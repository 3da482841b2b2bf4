package ward

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// Spelling is how a name is typed without a Chinese keyboard. Several readings
// stand side by side, parted by a space.
type Spelling struct {
	Pinyin   string // 绿地小区 → lvdixiaoqu
	Initials string // 绿地小区 → ldxq
}

// readings are the characters that place names read otherwise than the
// dictionary's first: 重庆路, 弄堂, 长宁. Only those: every rare reading of every
// character would find everything.
var readings = map[rune][]string{
	'重': {"chong", "zhong"}, '长': {"chang", "zhang"}, '行': {"hang", "xing"}, '朝': {"chao", "zhao"}, '乐': {"le", "yue"},
	'厦': {"sha", "xia"}, '弄': {"nong", "long"}, '都': {"du", "dou"}, '会': {"hui", "kuai"}, '单': {"dan", "shan"},
	'曾': {"zeng", "ceng"}, '解': {"jie", "xie"}, '盛': {"sheng", "cheng"}, '堡': {"bao", "pu"}, '莘': {"xin", "shen"},
	'浒': {"hu", "xu"}, '圩': {"wei", "xu"}, '传': {"chuan", "zhuan"}, '大': {"da", "dai"}, '校': {"xiao", "jiao"},
	'藏': {"zang", "cang"},
}

// spellings bounds how many readings of one name are kept.
const spellings = 4

// Spell spells a name; letters and digits stay, everything else is left out.
func Spell(name string) Spelling {
	full, first := []string{""}, []string{""}
	for _, r := range strings.ToLower(norm.NFKC.String(name)) {
		syllables := syllablesOf(r)
		if len(full)*len(syllables) > spellings {
			syllables = syllables[:min(1, len(syllables))]
		}
		if len(syllables) > 0 {
			full, first = extend(full, first, syllables)
		}
	}
	return Spelling{Pinyin: strings.Join(full, " "), Initials: distinct(first)}
}

func syllablesOf(r rune) []string {
	if known, ok := readings[r]; ok {
		return known
	}
	if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return []string{string(r)}
	}
	if found := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(found) > 0 {
		return found[:1]
	}
	return nil
}

func extend(full, first, syllables []string) (longer, initials []string) {
	for i := range full {
		for _, s := range syllables {
			longer, initials = append(longer, full[i]+s), append(initials, first[i]+s[:1])
		}
	}
	return longer, initials
}

func distinct(words []string) string {
	seen := map[string]bool{}
	var kept []string
	for _, w := range words {
		if !seen[w] {
			seen[w], kept = true, append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// SpellQuery makes what somebody typed comparable with a Spelling: small
// letters and digits, tones off, ü as v. It is "" for words that are not typed
// by sound (Chinese characters, fewer than two letters).
func SpellQuery(words string) string {
	var out []rune
	letters := 0
	for _, r := range norm.NFD.String(strings.ToLower(norm.NFKC.String(words))) {
		switch {
		case r == '\u0308' && len(out) > 0 && out[len(out)-1] == 'u':
			out[len(out)-1] = 'v'
		case unicode.Is(unicode.Mn, r), unicode.IsSpace(r), r == '\'', r == '-':
		case r >= 'a' && r <= 'z':
			out, letters = append(out, r), letters+1
		case r >= '0' && r <= '9':
			out = append(out, r)
		default:
			return ""
		}
	}
	if letters < 2 {
		return ""
	}
	return string(out)
}
