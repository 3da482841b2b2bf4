package ward

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Account (账号) is a person who may sign in, as the administrator keeps it. The
// password is only ever a hash and is not part of it.
type Account struct {
	ID         int64       `json:"id"`
	Login      string      `json:"login" doc:"账号"`
	Name       string      `json:"name" doc:"姓名"`
	Disabled   bool        `json:"disabled" doc:"停用"`
	Demo       bool        `json:"demo" doc:"演示账号"`
	Version    int64       `json:"version" doc:"版本"`
	Epoch      int64       `json:"-"` // sessions of an older one are over
	MustChange bool        `json:"mustChange" doc:"持一次性密码，登录后须先修改"`
	TOTP       bool        `json:"totp" doc:"已启用动态口令"`
	NeedsTOTP  bool        `json:"needsTotp" doc:"角色要求动态口令"`
	Unit       string      `json:"unit" doc:"所在处置单位；空则不限"`
	Subject    string      `json:"subject" doc:"统一身份认证中的标识；空则未关联"`
	Sessions   int         `json:"sessions" doc:"当前登录数"`
	Grants     []HeldGrant `json:"grants" doc:"角色与辖区"`
}

// HeldGrant is a grant with the days on which it holds.
type HeldGrant struct {
	Role Role   `json:"role" doc:"角色"`
	Code string `json:"code" doc:"辖区或网格编码；空为全部辖区"`
	Path string `json:"path" doc:"辖区路径"`
	Name string `json:"name" doc:"辖区名称"`
	From string `json:"from" doc:"生效日"`
	To   string `json:"to" doc:"最后一天；空为长期"`
	Live bool   `json:"live" doc:"今天有效"`
}

// Actor is the account as the one who acts: with the grants of today, and what
// has to be done before anything else.
func (a Account) Actor() Actor {
	actor := Actor{ID: a.ID, Login: a.Login, Name: a.Name, Grants: []Grant{}}
	for _, g := range a.Grants {
		if g.Live {
			actor.Grants = append(actor.Grants, Grant{Role: g.Role, Path: g.Path, Name: g.Name})
		}
	}
	switch {
	case a.MustChange:
		actor.Must = MustChangePassword
	case a.NeedsTOTP && !a.TOTP:
		actor.Must = MustEnrol
	}
	return actor
}

// Home is the lowest path that contains every grant, "" when that is the
// deployment.
func (a Account) Home() string {
	paths := make([]string, len(a.Grants))
	for i, g := range a.Grants {
		paths[i] = g.Path
	}
	return CommonPath(paths)
}

// KeptBy reports whether all grants of the account lie within the scope. Only
// then may its holder give out a password, disable it or end its sessions:
// otherwise an administrator of a street could become one of the city.
func (a Account) KeptBy(s Scope) bool {
	return !slices.ContainsFunc(a.Grants, func(g HeldGrant) bool { return !s.Covers(g.Path) }) && (len(a.Grants) > 0 || s.Covers(""))
}

// Limits of signing in.
const (
	LoginTries       = 5  // wrong passwords for one account in LoginWindow before it has to wait
	LoginAddressTry  = 60 // wrong passwords from one address in LoginWindow
	LoginWindow      = 15 // minutes
	PasswordShortest = 10 // characters
	CodeMinutes      = 5  // after the password the code of the second factor must come within this
	RecoveryCodes    = 10 // how many are given out
	GrantsMost       = 50 // grants of one account
)

// GrantDraft is a grant as an administrator asks for it.
type GrantDraft struct {
	Role Role   `json:"role" enum:"grid_leader,grid_staff,secretary,intake,dispatcher,duty_head,handler,planner,party_office,member,admin,wall" doc:"角色"`
	Code string `json:"code" maxLength:"32" doc:"辖区或网格编码；空为全部辖区"`
	From string `json:"from,omitempty" maxLength:"10" doc:"生效日；空为今天"`
	To   string `json:"to,omitempty" maxLength:"10" doc:"最后一天；空为长期"`
}

// AccountDraft is an account to be made; the program makes its first password.
type AccountDraft struct {
	Login   string       `json:"login" maxLength:"40" doc:"账号：小写字母、数字、点、横线、下划线，2—40位"`
	Name    string       `json:"name" maxLength:"50" doc:"姓名"`
	Unit    string       `json:"unit,omitempty" maxLength:"50" doc:"所在处置单位；空则不限"`
	Subject string       `json:"subject,omitempty" maxLength:"255" doc:"统一身份认证中的标识"`
	Grants  []GrantDraft `json:"grants" maxItems:"50" doc:"角色与辖区"`
}

// AccountChange changes what is not nil. Grants replaces all grants within the
// territory of whoever changes; those outside it stay as they are.
type AccountChange struct {
	Version  int64         `json:"version" minimum:"1" doc:"看到的版本"`
	Name     *string       `json:"name,omitempty" maxLength:"50" doc:"姓名"`
	Disabled *bool         `json:"disabled,omitempty" doc:"停用"`
	Unit     *string       `json:"unit,omitempty" maxLength:"50" doc:"所在处置单位；空则不限"`
	Subject  *string       `json:"subject,omitempty" maxLength:"255" doc:"统一身份认证中的标识；空为解除关联"`
	Grants   *[]GrantDraft `json:"grants,omitempty" maxItems:"50" doc:"角色与辖区"`
}

var loginForm = regexp.MustCompile(`^[a-z0-9_.-]{2,40}$`)

// Validate checks a new account.
func (d AccountDraft) Validate() error {
	var c Check
	c.Field(loginForm.MatchString(d.Login), "login", "账号用小写字母、数字、点、横线、下划线，2—40位")
	c.Field(nameLength(d.Name), "name", "姓名须为1—50个字")
	c.Field(utf8.RuneCountInString(d.Unit) <= 50, "unit", "单位不超过50字")
	checkGrants(&c, d.Grants)
	return c.Err()
}

// Validate checks a change.
func (ch AccountChange) Validate() error {
	var c Check
	c.Field(ch.Name == nil || nameLength(*ch.Name), "name", "姓名须为1—50个字")
	c.Field(ch.Unit == nil || utf8.RuneCountInString(*ch.Unit) <= 50, "unit", "单位不超过50字")
	if ch.Grants != nil {
		checkGrants(&c, *ch.Grants)
	}
	return c.Err()
}

func nameLength(name string) bool {
	n := utf8.RuneCountInString(name)
	return n >= 1 && n <= 50
}

func checkGrants(c *Check, grants []GrantDraft) {
	c.Field(len(grants) <= GrantsMost, "grants", fmt.Sprintf("授权最多%d项", GrantsMost))
	for i, g := range grants {
		field := fmt.Sprintf("grants[%d]", i)
		c.Field(g.Role.Label() != "", field, "没有这个角色")
		from, err1 := dayOrNone(g.From)
		to, err2 := dayOrNone(g.To)
		c.Field(err1 == nil && err2 == nil, field, "日期应写作 2026-11-22")
		c.Field(g.From == "" || g.To == "" || !to.Before(from), field, "最后一天早于生效日")
		twice := slices.ContainsFunc(grants[:i], func(o GrantDraft) bool { return o.Role == g.Role && o.Code == g.Code })
		c.Field(!twice, field, "同一角色和辖区重复")
	}
}

func dayOrNone(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, day)
}

// AccountSecret is an account with the password that was just made for it. The
// password is shown this once; a retry of the same command has none.
type AccountSecret struct {
	Account  Account `json:"account" doc:"账号"`
	Password string  `json:"password" doc:"一次性密码，只显示这一次；空则已显示过，需要时请重置"`
}

// LiveSession is one sign-in that still holds.
type LiveSession struct {
	ID      int64     `json:"id"`
	Started time.Time `json:"started" doc:"登录时间"`
	Seen    time.Time `json:"seen" doc:"最近使用"`
	Address string    `json:"address" doc:"来源地址"`
	Agent   string    `json:"agent" doc:"浏览器"`
	Own     bool      `json:"own" doc:"就是当前这次登录"`
}

// RoleRule is what a role asks of whoever holds it.
type RoleRule struct {
	Role Role `json:"role" doc:"角色"`
	TOTP bool `json:"totp" doc:"必须启用动态口令"`
}

// Enrolment is a second factor about to be set up: a QR code as modules (1 is
// dark), and the same as text for typing.
type Enrolment struct {
	Secret string   `json:"secret" doc:"密钥，供手工输入"`
	URL    string   `json:"url" doc:"otpauth 地址"`
	QR     []string `json:"qr" doc:"二维码，每行一串 0 和 1"`
}

// Accounts knows who may sign in.
type Accounts interface {
	// SignIn: unauthenticated for a wrong pair, too_many after too many. An
	// account with a second factor comes back unaudited: CheckCode lets it in.
	SignIn(ctx context.Context, login, password, address string) (Account, error)
	// SignInCode takes the second step with a code or a recovery code.
	SignInCode(ctx context.Context, id int64, code, address string) (Account, error)
	// SignInSubject lets in whom the identity provider vouches for; forbidden
	// when no account is linked. One with a second factor comes back unaudited.
	SignInSubject(ctx context.Context, subject string) (Account, error)
	// Account: not_found when it is not there or disabled.
	Account(ctx context.Context, id int64) (Account, error)
	// SignOut ends the live connections of the account.
	SignOut(ctx context.Context, id int64) error
	// ChangePassword ends every session of the account.
	ChangePassword(ctx context.Context, account int64, old, fresh string) error
	// Sessions lists the living sign-ins of an account, newest first.
	Sessions(ctx context.Context, account int64) ([]LiveSession, error)
	// EndSession ends one of them; 0 ends all.
	EndSession(ctx context.Context, account, session int64) error
	// BeginTOTP makes a secret that counts once ConfirmTOTP has seen a code of it.
	BeginTOTP(ctx context.Context, account int64) (Enrolment, error)
	// ConfirmTOTP gives out the recovery codes, this once.
	ConfirmTOTP(ctx context.Context, account int64, code string) ([]string, error)
	// DropTOTP takes the second factor away after the password was said again.
	DropTOTP(ctx context.Context, account int64, password string) error
}

// AccountDesk keeps accounts. Everything is within the territory of whoever
// asks; what would reach beyond it is forbidden.
type AccountDesk interface {
	Accounts(ctx context.Context, s Scope, f Filter) (Page[Account], error)
	AccountCard(ctx context.Context, s Scope, id int64) (Account, error)
	OpenAccount(ctx context.Context, s Scope, key uuid.UUID, d AccountDraft) (AccountSecret, error)
	// ChangeAccount: stale when somebody changed it first; conflict when it would
	// leave the deployment without an administrator.
	ChangeAccount(ctx context.Context, s Scope, key uuid.UUID, id int64, ch AccountChange) (Account, error)
	ResetPassword(ctx context.Context, s Scope, key uuid.UUID, id int64) (AccountSecret, error)
	ResetTOTP(ctx context.Context, s Scope, key uuid.UUID, id int64) (Account, error)
	AccountSessions(ctx context.Context, s Scope, id int64) ([]LiveSession, error)
	// EndAccountSession ends one session, 0 all of them.
	EndAccountSession(ctx context.Context, s Scope, id, session int64) error
	RoleRules(ctx context.Context, s Scope) ([]RoleRule, error)
	ChangeRoleRule(ctx context.Context, s Scope, r RoleRule) error
}
