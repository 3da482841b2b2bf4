// Package ward holds the nouns and rules of grid management (网格管理) and does
// no I/O: every other room speaks in these types.
package ward

import (
	"errors"
	"fmt"
)

// Code is the machine-readable kind of an error. Every error that reaches a
// person carries exactly one.
type Code string

// The codes an operation can answer with. The HTTP status of each is chosen
// once, in package api.
const (
	Invalid         Code = "invalid"         // the request is wrong; Fields say where
	NotFound        Code = "not_found"       // no such thing within the person's territory
	Conflict        Code = "conflict"        // two things cannot both be true
	Stale           Code = "stale"           // somebody changed it first; Current holds the present state
	Forbidden       Code = "forbidden"       // the role does not allow this operation
	Unauthenticated Code = "unauthenticated" // nobody is signed in
	TooLarge        Code = "too_large"       // the body or the file is over a stated limit
	TooMany         Code = "too_many"        // too many tries in a given time
	Internal        Code = "internal"        // our fault; logged, never shown
)

// FieldError says what is wrong with one field, in Chinese, for the person who
// typed it.
type FieldError struct {
	Field   string `json:"field" doc:"字段名"`
	Message string `json:"message" doc:"哪里不对、怎么改"`
}

// Error is an error people may read. Message is Chinese and never repeats what
// was typed in.
type Error struct {
	Code    Code
	Message string
	Fields  []FieldError
	Current any // the present state of the thing, with Stale
}

func (e *Error) Error() string { return e.Message }

// Errorf makes an Error whose message is for people.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// ErrorCode returns the code of err, Internal when it has none.
func ErrorCode(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// ErrorMessage returns what a person may read of err; an internal error says
// nothing of its inside.
func ErrorMessage(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Code != Internal {
		return e.Message
	}
	return "系统内部错误，请稍后重试"
}

// Check collects field errors and becomes one Invalid error.
type Check struct{ fields []FieldError }

// Field records that name is wrong unless ok holds.
func (c *Check) Field(ok bool, name, message string) {
	if !ok {
		c.fields = append(c.fields, FieldError{Field: name, Message: message})
	}
}

// Err returns nil when every field passed.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Message: c.fields[0].Message, Fields: c.fields}
}
