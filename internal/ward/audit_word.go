package ward

import (
	"cmp"
	"maps"
	"strings"
)

// acts are what the audit calls otherwise than the manual does, and what it holds
// besides operations of the interface.
var acts = map[string]string{
	"acknowledge-help":     "响应求助",
	"agree-to-plan":        "社区同意界线方案",
	"agree-swap":           "同意换班",
	"answer-report":        "居民评价",
	"begin-totp":           "准备动态口令",
	"change-account":       "修改账号与授权",
	"change-hotline-order": "修改12345回访",
	"change-plan":          "修改规划方案",
	"change-public-form":   "开关居民扫码反映",
	"change-role-rule":     "修改角色要求",
	"change-webhook":       "启停推送",
	"close-help":           "解除求助",
	"confirm-totp":         "启用动态口令",
	"create-client":        "登记接入方",
	"create-plan":          "新建规划方案",
	"create-webhook":       "登记推送",
	"decline-swap":         "不同意换班",
	"dispatch-team":        "派遣队伍",
	"doctor-fix":           "数据体检：一键处理",
	"doctor-pass":          "数据体检：标为已核对",
	"doctor-undo":          "数据体检：撤销处理",
	"draw-plan":            "绘制规划方案",
	"drop-totp":            "停用动态口令",
	"end-account-session":  "结束他人的登录",
	"end-duty":             "下岗",
	"end-session":          "结束自己的登录",
	"end-webhook":          "删除推送",
	"export-audit":         "导出审计",
	"export-buildings":     "导出楼栋",
	"export-grids":         "导出网格",
	"export-hotline":       "导出12345办理结果",
	"export-households":    "导出住户",
	"export-members":       "导出党员",
	"free-team":            "队伍恢复待命",
	"get-branch":           "查看党支部人员",
	"get-grid":             "查看网格人员",
	"get-grid-sheet":       "查看划分登记表",
	"get-hub":              "查看党员中心户",
	"get-lane":             "查看巷道人员",
	"get-member":           "查看党员",
	"get-pledge":           "查看六个一",
	"get-steward":          "查看楼长",
	"get-team":             "查看队伍人员",
	"import-hotline":       "导入12345工单",
	"list-lanes":           "查看巷道名册",
	"list-members":         "查看党员名册",
	"list-pledges":         "查看六个一名册",
	"list-stewards":        "查看楼长名册",
	"login-refused":        "登录被拒",
	"make-signs":           "生成扫码牌",
	"mark-spam":            "标为无效信息",
	"refuse-plan":          "社区不同意界线方案",
	"resend-delivery":      "重新推送",
	"reset-password":       "重置密码",
	"reset-totp":           "清除动态口令",
	"restore-backup":       "恢复备份",
	"retire-sign":          "停用扫码牌",
	"reveal-caller":        "查看来电人",
	"reveal-reporter":      "查看反映人联系方式",
	"revoke-client":        "收回接入方",
	"rotate-keys":          "轮换密钥",
	"save-calendar":        "修改工作日历",
	"save-incident-class":  "修改事件类别",
	"save-phrase":          "修改常用语",
	"send-photo":           "上传照片",
	"send-report-photo":    "居民上传照片",
	"step-incident":        "办理事件",
	"withdraw-swap":        "撤回换班",
}

// things are the nouns of the audit that are no register.
var things = map[string]string{
	"account": "账号", "audit": "审计记录", "backup": "备份", "border_walk": "踏界", "calendar": "工作日历", "campaign": "专项走访", "cell": "地块", "cell_cut": "切线", "client": "接入方",
	"doctor_fix": "体检处理", "grid": "网格", "help": "求助", "hotline_order": "12345工单", "import": "导入", "incident": "事件",
	"incident_class": "事件类别", "job": "任务", "key": "密钥", "norm": "字典", "ask": "微心愿和需求", "item": "慰问物品", "recording": "录音", "photo": "照片", "phrase": "常用语", "plan": "规划方案",
	"publication": "发布", "role": "角色", "screen": "大屏", "shift": "班次", "sign": "扫码牌", "tracker": "定位设备", "upload": "上传的文件",
	"visit": "走访", "webhook": "推送",
}

// AuditWords say what the audit holds in Chinese.
type AuditWords struct{ acts, things map[string]string }

// NewAuditWords takes the titles of the operations by name; nouns are those of
// the registers, the sheets and the things above.
func NewAuditWords(operations map[string]string) AuditWords {
	w := AuditWords{acts: maps.Clone(acts), things: map[string]string{}}
	for name, title := range operations {
		// What the manual adds to a name is not for a line of a table.
		title, _, _ = strings.Cut(title, "（")
		title, _, _ = strings.Cut(title, "：")
		w.acts[name] = cmp.Or(acts[name], title)
	}
	for _, sheet := range Sheets() {
		w.things[sheet.Name] = sheet.Title
	}
	for _, r := range AllRegisters() {
		w.things[r.Noun] = r.Title
	}
	maps.Copy(w.things, things)
	return w
}

// Act is the title of an act, or its name when it is known nowhere.
func (w AuditWords) Act(name string) string { return cmp.Or(w.acts[name], name) }

// Thing is the title of a kind of thing, or its name when it is known nowhere.
func (w AuditWords) Thing(name string) string { return cmp.Or(w.things[name], name) }
