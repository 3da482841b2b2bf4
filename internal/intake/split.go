package intake

import (
	"bufio"
	"errors"
	"io"
	"regexp"

	"wangge/internal/ward"
)

// splitter cuts GeoJSON text into features without holding the whole of it: a
// FeatureCollection, a sequence of features one after another, or both.
type splitter struct {
	in      *bufio.Reader
	largest int
	state   splitState
	depth   int // open brackets of the collection after its features
}

type splitState int

const (
	betweenObjects splitState = iota
	insideFeatures
	afterFeatures
)

var errTruncated = ward.Errorf(ward.Invalid, "文件不完整：GeoJSON 没有结尾；请重新导出或重新上传")

// next returns the text of the next feature, or io.EOF. The bytes are the
// caller's to keep.
func (s *splitter) next() ([]byte, error) {
	for {
		var feature []byte
		var err error
		switch s.state {
		case betweenObjects:
			feature, err = s.object()
		case insideFeatures:
			feature, err = s.member()
		default:
			err = s.skipRest()
		}
		if feature != nil || err != nil {
			return feature, err
		}
	}
}

// solid returns the next byte that is not space, comma or record separator.
func (s *splitter) solid() (byte, error) {
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case ' ', '\t', '\r', '\n', ',', 0x1e:
		default:
			return c, nil
		}
	}
}

// object reads a top-level object up to its end, or up to the first bracket of
// its features.
func (s *splitter) object() ([]byte, error) {
	c, err := s.solid()
	if err != nil {
		return nil, err // io.EOF between objects is the end
	}
	if c != '{' {
		return nil, ward.Errorf(ward.Invalid, "这不是 GeoJSON：应以 { 开头")
	}
	head := []byte{c}
	depth, last := 1, ""
	for depth > 0 {
		if len(head) > s.largest {
			return nil, s.tooLarge()
		}
		c, err := s.in.ReadByte()
		if err != nil {
			return nil, unfinished(err)
		}
		head = append(head, c)
		switch c {
		case '"':
			start := len(head)
			if head, err = s.text(head); err != nil {
				return nil, err
			}
			last = string(head[start : len(head)-1])
			continue
		case '{', '[':
			if c == '[' && depth == 1 && last == "features" {
				s.state = insideFeatures
				return nil, nil
			}
			depth++
		case '}', ']':
			depth--
		}
		if c == ',' {
			last = ""
		}
	}
	return head, nil
}

// text reads the rest of a string, its closing quote included.
func (s *splitter) text(into []byte) ([]byte, error) {
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return into, unfinished(err)
		}
		if into = append(into, c); len(into) > s.largest {
			return into, s.tooLarge()
		}
		switch c {
		case '"':
			return into, nil
		case '\\':
			if c, err = s.in.ReadByte(); err != nil {
				return into, unfinished(err)
			}
			into = append(into, c)
		}
	}
}

// member reads one item of the features.
func (s *splitter) member() ([]byte, error) {
	c, err := s.solid()
	switch {
	case err != nil:
		return nil, unfinished(err)
	case c == ']':
		s.state, s.depth = afterFeatures, 1
		return nil, nil
	}
	item := []byte{c}
	depth := 0
	switch c {
	case '{', '[':
		depth = 1
	case '"':
		return s.text(item)
	}
	for {
		if len(item) > s.largest {
			return nil, s.tooLarge()
		}
		if c, err = s.in.ReadByte(); err != nil {
			return nil, unfinished(err)
		}
		if depth == 0 && (c == ',' || c == ']') { // null, a number: not features, and said so later
			return item, s.in.UnreadByte()
		}
		item = append(item, c)
		switch c {
		case '"':
			if item, err = s.text(item); err != nil {
				return nil, err
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return item, nil
			}
		}
	}
}

// skipRest reads what stands in the collection after its features.
func (s *splitter) skipRest() error {
	for s.depth > 0 {
		c, err := s.in.ReadByte()
		if err != nil {
			return unfinished(err)
		}
		switch c {
		case '"':
			if _, err := s.text(nil); err != nil {
				return err
			}
		case '{', '[':
			s.depth++
		case '}', ']':
			s.depth--
		}
	}
	s.state = betweenObjects
	return nil
}

func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return errTruncated
	}
	return err
}

func (s *splitter) tooLarge() error {
	return ward.Errorf(ward.TooLarge, "有一个要素超过%d MB；请检查文件是否正确", s.largest>>20)
}

var (
	crsMember = regexp.MustCompile(`"crs"\s*:\s*\{[^{}]*\{[^{}]*\}`)
	crsKnown  = regexp.MustCompile(`CRS84|EPSG:{1,2}(4326|4490)\b`)
	crsNumber = regexp.MustCompile(`EPSG:{1,2}(\d{4,5})\b`)
)
