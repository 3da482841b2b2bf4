package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/go-chi/chi/v5/middleware"

	"wangge/internal/ward"
)

// statuses chooses the HTTP status of each code, here and nowhere else.
var statuses = map[ward.Code]int{
	ward.Invalid: http.StatusUnprocessableEntity, ward.NotFound: http.StatusNotFound, ward.Conflict: http.StatusConflict,
	ward.Stale: http.StatusConflict, ward.Forbidden: http.StatusForbidden, ward.Unauthenticated: http.StatusUnauthorized,
	ward.TooLarge: http.StatusRequestEntityTooLarge, ward.TooMany: http.StatusTooManyRequests, ward.Internal: http.StatusInternalServerError,
}

// Problem is RFC 9457 with the stable machine code. What was sent is never
// repeated in it.
type Problem struct {
	Title   string            `json:"title" doc:"简短说明"`
	Status  int               `json:"status" doc:"HTTP 状态"`
	Detail  string            `json:"detail" doc:"哪里不对、怎么办"`
	Code    ward.Code         `json:"code" doc:"机器可读的错误码"`
	Fields  []ward.FieldError `json:"fields,omitempty" doc:"有问题的字段"`
	Current any               `json:"current,omitempty" doc:"版本冲突时的现状"`
	Request string            `json:"request,omitempty" doc:"请求编号，报障时提供"`
}

func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var titles = map[ward.Code]string{
	ward.Invalid: "内容有误", ward.NotFound: "没有找到", ward.Conflict: "不能这样做", ward.Stale: "已被他人修改", ward.Forbidden: "没有权限",
	ward.Unauthenticated: "请先登录", ward.TooLarge: "内容过大", ward.TooMany: "请求过于频繁", ward.Internal: "系统错误",
}

// problemOf turns an error of the ward into what is sent; inside errors are
// logged here, once, and not shown.
func problemOf(log *slog.Logger, request string, err error) *Problem {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		// The client left, or the time of the request was up: nothing is broken.
		return &Problem{Title: "没有完成", Status: http.StatusServiceUnavailable, Detail: "请求已取消或超过时限，请缩小范围后重试", Code: ward.TooMany, Request: request}
	}
	code := ward.ErrorCode(err)
	p := &Problem{Title: titles[code], Status: statuses[code], Detail: ward.ErrorMessage(err), Code: code, Request: request}
	var known *ward.Error
	if errors.As(err, &known) && code != ward.Internal {
		p.Fields, p.Current = known.Fields, known.Current
	}
	if code == ward.Internal && away(err) {
		p.Title, p.Status, p.Detail = "暂时不能服务", http.StatusServiceUnavailable, "数据库暂时没有应答，请稍后重试"
	}
	if code == ward.Internal {
		log.Error("request failed", "request", request, "error", unspoken(err))
	}
	return p
}

// away reports whether an error means that the database is not there, rather
// than that it refused: no connection, or one that broke (SQLSTATE class 08,
// too many 53300, going down or coming up 57P01 to 57P05).
func away(err error) bool {
	var sql interface{ SQLState() string }
	if errors.As(err, &sql) {
		state := sql.SQLState()
		return strings.HasPrefix(state, "08") || state == "53300" || strings.HasPrefix(state, "57P0")
	}
	var line net.Error
	return errors.As(err, &line) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// unspoken is the text of an error without what the database repeats of the
// data: its answers to a wrong value (SQLSTATE class 22) or a broken rule (23)
// hold the value.
func unspoken(err error) string {
	var sql interface{ SQLState() string }
	if errors.As(err, &sql) && (strings.HasPrefix(sql.SQLState(), "22") || strings.HasPrefix(sql.SQLState(), "23")) {
		doing, _, _ := strings.Cut(err.Error(), "ERROR: ")
		return doing + "SQLSTATE " + sql.SQLState()
	}
	return err.Error()
}

// write sends a problem outside huma.
func (p *Problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// Fail answers a plain request that went wrong, if anybody still waits for it.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		return // a session that could not be kept for somebody who left is nobody's trouble
	}
	problemOf(s.Log, middleware.GetReqID(r.Context()), err).write(w)
}

// chinese makes huma speak Chinese and keep quiet about what was sent. The
// library keeps its words in package variables, so this is done once.
var chinese = sync.OnceFunc(func() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError { return refusal(status, msg, errs) }
	huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return refusal(status, msg, errs)
	}
	huma.DefaultArrayNullable = false
	validation.MsgUnexpectedProperty = "有不认识的字段，请对照接口说明"
	validation.MsgExpectedRFC3339DateTime = "应为日期时间，例如 2026-11-22T09:30:00+08:00"
	validation.MsgExpectedRFC3339Date = "应为日期，例如 2026-11-22"
	validation.MsgExpectedRFC4122UUID = "应为 UUID"
	validation.MsgExpectedBoolean = "应为是或否"
	validation.MsgExpectedNumber = "应为数字"
	validation.MsgExpectedInteger = "应为整数"
	validation.MsgExpectedString = "应为文字"
	validation.MsgExpectedArray = "应为列表"
	validation.MsgExpectedObject = "应为对象"
	validation.MsgExpectedOneOf = "应为其中之一：\"%s\""
	validation.MsgExpectedMinimumNumber = "不能小于 %v"
	validation.MsgExpectedMaximumNumber = "不能大于 %v"
	validation.MsgExpectedMinLength = "至少 %d 个字"
	validation.MsgExpectedMaxLength = "最多 %d 个字"
	validation.MsgExpectedMinItems = "至少 %d 项"
	validation.MsgExpectedMaxItems = "最多 %d 项"
	validation.MsgExpectedRequiredProperty = "缺少字段 %s"
})

// refusal is a problem for a request huma itself refused.
func refusal(status int, msg string, errs []error) huma.StatusError {
	code := ward.Invalid
	for c, st := range statuses {
		if st == status && c != ward.Stale {
			code = c
		}
	}
	p := &Problem{Status: status, Code: code, Title: titles[code], Detail: plain(status, msg)}
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			field := strings.TrimPrefix(strings.TrimPrefix(detail.Location, "body."), "query.")
			if detail.Message == validation.MsgUnexpectedProperty || detail.Message == unknownParameter {
				field = "" // a name that is not ours is not repeated
			}
			p.Fields = append(p.Fields, ward.FieldError{Field: field, Message: plainField(detail.Message)})
		}
	}
	return p
}

// plain says in Chinese what huma says in English about a whole request.
func plain(status int, msg string) string {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return "内容超过大小限制"
	case status == http.StatusUnsupportedMediaType:
		return "内容类型不支持，应为 application/json"
	case status == http.StatusRequestTimeout:
		return "接收超时，请检查网络后重试"
	case status == http.StatusNotAcceptable:
		return "没有您要的格式"
	case status >= 500:
		return "系统内部错误，请稍后重试"
	case strings.Contains(msg, "required"):
		return "缺少必填内容"
	}
	return "内容有误，请按提示修改"
}

// unknownParameter is how huma says that a query parameter is none of ours.
const unknownParameter = "unknown query parameter"

// plainField replaces the words of parsers, which may repeat what was sent.
func plainField(msg string) string {
	for _, r := range msg {
		if r >= 0x4E00 && r <= 0x9FFF {
			return msg
		}
	}
	if msg == unknownParameter {
		return "有不认识的查询参数，请对照接口说明"
	}
	if strings.Contains(msg, "required") {
		return "必填"
	}
	return "格式不对"
}
