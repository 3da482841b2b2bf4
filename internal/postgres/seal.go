package postgres

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Keys seal personal fields with AES-256-GCM. A sealed value is
// "a1" | length of key id | key id | nonce | ciphertext, bound to its column and
// row, so that it can be neither read without the key nor moved to another row.
// The first key seals; all of them open: that is how keys are rotated.
type Keys struct {
	ids []string
	all map[string][]byte
}

const sealSuite = "a1"

// ParseKeys reads "id:base64key[,id:base64key…]" (32 bytes each, newest first),
// the form of WANGGE_KEYS.
func ParseKeys(s string) (Keys, error) {
	k := Keys{all: map[string][]byte{}}
	for part := range strings.SplitSeq(s, ",") {
		id, text, ok := strings.Cut(strings.TrimSpace(part), ":")
		if !ok || id == "" || len(id) > 32 {
			return Keys{}, errors.New("WANGGE_KEYS 应写作 编号:密钥[,编号:密钥…]")
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != 32 {
			return Keys{}, fmt.Errorf("密钥 %s 应为32字节的 base64（可用 openssl rand -base64 32 生成）", id)
		}
		if _, twice := k.all[id]; twice {
			return Keys{}, fmt.Errorf("密钥编号 %s 重复", id)
		}
		k.ids, k.all[id] = append(k.ids, id), raw
	}
	return k, nil
}

// IDs are the ids of the keys, that which seals first.
func (k Keys) IDs() []string { return slices.Clone(k.ids) }

// Seal encrypts text for the column and row named by place ("person.phone/12").
// Empty text stays nil.
func (k Keys) Seal(place, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	if len(k.ids) == 0 {
		return nil, errors.New("sealing a personal field: no key is set (WANGGE_KEYS)")
	}
	id := k.ids[0]
	gcm, err := k.gcm(id)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce) // never fails
	out := append([]byte(sealSuite), byte(len(id)))
	out = append(append(out, id...), nonce...)
	return gcm.Seal(out, nonce, []byte(text), []byte(place)), nil
}

// Open decrypts what Seal made for the same place.
func (k Keys) Open(place string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	rest, ok := bytes.CutPrefix(sealed, []byte(sealSuite))
	if !ok || len(rest) < 1 || len(rest) < 1+int(rest[0]) {
		return "", errors.New("opening a personal field: unknown form")
	}
	id, rest := string(rest[1:1+rest[0]]), rest[1+rest[0]:]
	gcm, err := k.gcm(id)
	if err != nil {
		return "", err
	}
	if len(rest) < gcm.NonceSize() {
		return "", errors.New("opening a personal field: cut short")
	}
	text, err := gcm.Open(nil, rest[:gcm.NonceSize()], rest[gcm.NonceSize():], []byte(place))
	if err != nil {
		return "", fmt.Errorf("opening a personal field: %w", err)
	}
	return string(text), nil
}

// Digest is a keyed hash of a value, for finding the same ID number again
// without keeping it readable. It uses the first key, as sealing does; a rotation
// makes the digests anew together with the values.
func (k Keys) Digest(text string) []byte {
	if text == "" || len(k.ids) == 0 {
		return nil
	}
	m := hmac.New(sha256.New, k.all[k.ids[0]])
	m.Write([]byte(strings.ToUpper(strings.TrimSpace(text))))
	return m.Sum(nil)
}

func (k Keys) gcm(id string) (cipher.AEAD, error) {
	raw, ok := k.all[id]
	if !ok {
		return nil, fmt.Errorf("personal field: key %q is not in WANGGE_KEYS", id)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("personal field: %w", err)
	}
	return cipher.NewGCM(block)
}
