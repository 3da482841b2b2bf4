package ward

import "slices"

// Role is what a person may do; where is said by the area of the Grant.
type Role string

// The roles of a street (domain: roles × territory).
const (
	GridLeader  Role = "grid_leader"  // 网格长
	GridStaff   Role = "grid_staff"   // 网格员
	Secretary   Role = "secretary"    // 社区书记
	Intake      Role = "intake"       // 受理员
	Dispatcher  Role = "dispatcher"   // 派遣员
	DutyHead    Role = "duty_head"    // 值班长
	Handler     Role = "handler"      // 处置单位
	Planner     Role = "planner"      // 规划员
	PartyOffice Role = "party_office" // 党建办
	PartyMember Role = "member"       // 党员
	Admin       Role = "admin"        // 管理员
	Wall        Role = "wall"         // 大屏（只读，无个人信息）

	// Resident is 居民: whoever reports through a sign or follows what was reported.
	// Nobody signs in as one, so no account is granted it.
	Resident Role = "resident"
)

// Roles lists every role with the name people read.
var roleNames = map[Role]string{
	GridLeader: "网格长", GridStaff: "网格员", Secretary: "社区书记", Intake: "受理员",
	Dispatcher: "派遣员", DutyHead: "值班长", Handler: "处置单位", Planner: "规划员",
	PartyOffice: "党建办", PartyMember: "党员", Admin: "管理员", Wall: "大屏", Resident: "居民",
}

// AllRoles returns every role in a fixed order.
func AllRoles() []Role {
	return []Role{GridLeader, GridStaff, Secretary, Intake, Dispatcher, DutyHead, Handler, Planner, PartyOffice, PartyMember, Admin, Wall}
}

// Label is the Chinese name of the role.
func (r Role) Label() string { return roleNames[r] }

// Grant is one role within one area, grid or the whole deployment (path "").
type Grant struct {
	Role Role   `json:"role" doc:"角色"`
	Path string `json:"path" doc:"辖区路径"`
	Name string `json:"name" doc:"辖区名称"`
}

// Actor is the person (or the screen) behind a request.
type Actor struct {
	ID     int64   `json:"id"`
	Login  string  `json:"login" doc:"账号"`
	Name   string  `json:"name" doc:"姓名"`
	Grants []Grant `json:"grants" doc:"角色与辖区"`
	Must   Must    `json:"must,omitempty" enum:"password,totp,code" doc:"须先完成：password 修改一次性密码，totp 启用动态口令，code 输入动态口令（尚未登录）"`
}

// Must is what a person has to do before anything else.
type Must string

// What may have to be done first.
const (
	MustChangePassword Must = "password" // the password was given out by an administrator
	MustEnrol          Must = "totp"     // the role asks for a second factor
	MustSayCode        Must = "code"     // the password was right, the code is still to come
)

// beforeDuty are the operations open to somebody who has something to do first.
var beforeDuty = map[Must][]string{
	MustChangePassword: {"get-me", "change-password"},
	MustEnrol:          {"get-me", "change-password", "begin-totp", "confirm-totp"},
}

// Scope returns the territory in which the actor may run the operation: the
// areas of those grants whose role allows it. Forbidden when no role does.
func (a Actor) Scope(operation string) (Scope, error) {
	rule, known := operations[operation]
	if !known {
		return Scope{}, Errorf(Forbidden, "该操作没有登记权限，请联系管理员")
	}
	if a.Must != "" && !slices.Contains(beforeDuty[a.Must], operation) {
		if a.Must == MustChangePassword {
			return Scope{}, Errorf(Forbidden, "您用的是一次性密码，请先修改密码")
		}
		return Scope{}, Errorf(Forbidden, "您的角色须启用动态口令，请先启用")
	}
	s := Scope{actor: a.ID}
	for _, g := range a.Grants {
		if !slices.Contains(rule, g.Role) {
			continue
		}
		s.paths, s.grants = addPath(s.paths, g.Path), append(s.grants, g)
		s.names = s.names || slices.Contains(seesNames, g.Role)
	}
	if len(s.paths) == 0 {
		return Scope{}, Errorf(Forbidden, "您的角色不能做这项操作，需要时请联系本街道管理员")
	}
	return s, nil
}

// seesNames are the roles whose work needs names and phones of residents whole;
// all others see them masked.
var seesNames = []Role{GridLeader, GridStaff, Secretary}
