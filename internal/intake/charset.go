package intake

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset names the encodings text files come in.
type charset string

const (
	utf8Text    charset = "UTF-8"
	gb18030Text charset = "GB18030" // also GBK and GB 2312, its subsets
	utf16Text   charset = "UTF-16"
)

// sniff reads all of r: whatever is not UTF-8 from end to end is taken for
// GB18030, because Chinese tables are one or the other and a guess from the
// beginning fails on files that begin in ASCII.
func sniff(r io.Reader) (charset, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if head, err := in.Peek(2); err == nil && (bytes.Equal(head, []byte{0xFF, 0xFE}) || bytes.Equal(head, []byte{0xFE, 0xFF})) {
		return utf16Text, nil
	}
	buf := make([]byte, 0, 1<<16)
	for {
		n, err := in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		rest, ok := validPrefix(buf)
		if !ok || err == io.EOF && len(rest) > 0 {
			return gb18030Text, nil
		}
		if err == io.EOF {
			return utf8Text, nil
		}
		if err != nil {
			return "", err
		}
		buf = append(buf[:0], rest...)
	}
}

// validPrefix reports whether b is UTF-8 but for a last character cut short,
// which it returns.
func validPrefix(b []byte) (rest []byte, ok bool) {
	cut := len(b)
	for i := 1; i <= min(3, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				cut = len(b) - i
			}
			break
		}
	}
	return b[cut:], utf8.Valid(b[:cut])
}

// decoded returns r as UTF-8 without a byte order mark.
func decoded(r io.Reader, c charset) io.Reader {
	var enc encoding.Encoding = unicode.UTF8BOM
	switch c {
	case gb18030Text:
		enc = simplifiedchinese.GB18030
	case utf16Text:
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case utf8Text:
		// The decoder would copy everything a second time for the sake of three bytes.
		in := bufio.NewReaderSize(r, 1<<16)
		if head, err := in.Peek(3); err == nil && bytes.Equal(head, []byte("\xef\xbb\xbf")) {
			in.Discard(3) // they have been peeked at
		}
		return in
	}
	return enc.NewDecoder().Reader(r)
}
