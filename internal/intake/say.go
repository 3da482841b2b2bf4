package intake

import (
	"strings"
	"unicode"

	"wangge/internal/ward"
)

// shown is how many characters of a value a finding repeats.
const shown = 20

// quote repeats a value as text for a person: short, on one line, without
// anything that acts.
func quote(value string) string {
	r := []rune(clean(value))
	if len(r) > shown {
		r = append(r[:shown], '…')
	}
	return "“" + string(r) + "”"
}

// said quotes the value of a column unless it is personal.
func said(c ward.Column, value string) string {
	if c.Personal {
		return "内容"
	}
	return quote(value)
}

// clean drops what cannot be seen but acts (control characters, direction marks,
// NUL, which PostgreSQL refuses) and the spaces around a value, the full-width
// one included.
func clean(s string) string {
	plain := true
	for _, r := range s {
		if r < ' ' || r >= 0x7f && invisible(r) {
			plain = false
			break
		}
	}
	if !plain {
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
				return ' '
			case invisible(r):
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimSpace(s)
}

func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
}

func fail(field, message string) ward.Finding {
	return ward.Finding{Field: field, Level: ward.LevelError, Message: message, Done: "已跳过"}
}

func warn(field, message, done string) ward.Finding {
	return ward.Finding{Field: field, Level: ward.LevelWarning, Message: message, Done: done}
}

func note(field, message, done string) ward.Finding {
	return ward.Finding{Field: field, Level: ward.LevelNote, Message: message, Done: done}
}
