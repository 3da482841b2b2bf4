package ward

import (
	"cmp"
	"maps"
	"strings"
)

// acts are what the audit holds besides operations of the interface.
var acts = map[string]string{
	"login-refused":    "登录被拒",
	"rotate-keys":      "更换密钥",
	"acknowledge-help": "响应求助", "close-help": "解除求助",
	"agree-swap": "同意换班", "decline-swap": "不同意换班", "withdraw-swap": "撤回换班",
	"doctor-fix":  "数据体检：一键处理",
	"doctor-pass": "数据体检：标为已核对",
	"doctor-undo": "数据体检：撤销处理",
}

// things are the nouns of the audit that are no register.
var things = map[string]string{
	"account": "账号", "audit": "审计记录", "backup": "备份", "calendar": "工作日历", "campaign": "专项走访", "client": "接入方",
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
		w.acts[name], _, _ = strings.Cut(title, "：")
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
