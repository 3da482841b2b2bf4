package ward

import "strings"

// Term is one value of a fixed vocabulary: the identifier every room uses, the
// word people read, and other words files use for the same thing.
type Term struct {
	Value string
	Label string
	Also  []string
}

// Terms is a vocabulary in the order people expect to read it.
type Terms []Term

// Parse finds the value a file means by s (identifier, label or other word).
func (ts Terms) Parse(s string) (value string, ok bool) {
	s = strings.TrimSpace(s)
	for _, t := range ts {
		if s == t.Value || s == t.Label {
			return t.Value, true
		}
		for _, a := range t.Also {
			if s == a {
				return t.Value, true
			}
		}
	}
	return "", false
}

// Label is the word people read for value, value itself when unknown.
func (ts Terms) Label(value string) string {
	for _, t := range ts {
		if t.Value == value {
			return t.Label
		}
	}
	return value
}

// Labels joins the words of the vocabulary, for messages that say what is allowed.
func (ts Terms) Labels() string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.Label
	}
	return strings.Join(out, "、")
}

// Has reports whether value belongs to the vocabulary.
func (ts Terms) Has(value string) bool {
	for _, t := range ts {
		if t.Value == value {
			return true
		}
	}
	return false
}
