package ward

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Limits of what residents send. A whole estate may share one address, so that
// an address is given more than a person needs.
const (
	ReportPhotos        = 3         // photos of one report
	ReportPhotosWithin  = time.Hour // after the report
	ReportsPerAddress   = 20        // in ReportWindow
	ReportsPerSign      = 40        // in ReportWindow
	ReportsPerStreet    = 400       // in ReportWindow
	ReportWindow        = time.Hour // of the three limits above
	ReportMisses        = 10        // wrong secrets for one number in ReportWindow
	ReportMissesAddress = 60        // wrong secrets from one address in ReportWindow
	SpamBlocks          = 3         // reports marked as spam within SpamWithin, after which an address is refused
	SpamWithin          = 30 * 24 * time.Hour
	SenderKept          = 30 * 24 * time.Hour // how long the keyed hash of an address is kept
	PhoneKept           = 90 * 24 * time.Hour // how long a phone is kept after the end
)

// PublicClass is a class as residents call it.
type PublicClass struct {
	Code   string `json:"code" doc:"类别编码"`
	Name   string `json:"name" doc:"通俗的叫法"`
	Filing string `json:"filing" doc:"什么情况"`
}

// PublicSign is what whoever scans a sign is shown: where it is and what may be
// reported. Nothing of it is about persons.
type PublicSign struct {
	Place   string        `json:"place" doc:"张贴的地方"`
	Street  string        `json:"street" doc:"街道"`
	Door    bool          `json:"door" doc:"是楼栋的牌；否则请写明地点"`
	Open    bool          `json:"open" doc:"现在受理"`
	Notice  string        `json:"notice" doc:"不受理时的说明"`
	Classes []PublicClass `json:"classes" doc:"可以反映的事"`
}

// ResidentReport is what a resident sends. The place is that of the sign unless a
// position within the street is given.
type ResidentReport struct {
	Sign     string     `json:"sign" pattern:"^[a-z2-7]{16}$" doc:"二维码中的代号"`
	Class    string     `json:"class" minLength:"4" maxLength:"4" doc:"类别编码"`
	Text     string     `json:"text" maxLength:"500" doc:"说明"`
	Place    string     `json:"place,omitempty" maxLength:"100" doc:"具体地点"`
	Location *orb.Point `json:"location,omitempty" doc:"位置 [经度,纬度]"`
	Accuracy *float64   `json:"accuracy,omitempty" minimum:"0" maximum:"100000" doc:"定位精度（米）"`
	Phone    string     `json:"phone,omitempty" maxLength:"20" doc:"联系电话，可不留"`
	// Website is a field people do not see; programs that fill in everything do.
	Website string `json:"website,omitempty" maxLength:"200" doc:"请留空"`
}

// Validate tidies what was typed and says what is wrong with it.
func (r *ResidentReport) Validate(sign PublicSign) error {
	r.Text, r.Place = tidyText(r.Text), tidyText(r.Place)
	r.Phone = strings.NewReplacer(" ", "", "-", "", "　", "").Replace(r.Phone)
	var c Check
	c.Field(r.Website == "", "website", "请清空多余的内容后再发")
	known := false
	for _, class := range sign.Classes {
		known = known || class.Code == r.Class
	}
	c.Field(known, "class", "请选择是什么事")
	c.Field(utf8.RuneCountInString(r.Text) >= 4, "text", "请用几个字说明情况")
	c.Field(utf8.RuneCountInString(r.Text) <= 500, "text", "说明不超过500字")
	c.Field(utf8.RuneCountInString(r.Place) <= 100, "place", "地点不超过100字")
	c.Field(sign.Door || r.Place != "" || r.Location != nil, "place", "请写明地点，例如“3号楼西侧垃圾桶旁”")
	c.Field(r.Phone == "" || phoneForm(r.Phone), "phone", "电话应为7至15位数字，也可以不留")
	c.Field(r.Location == nil || onEarth(*r.Location), "location", "位置不对，请重新定位或不带位置发送")
	return c.Err()
}

// tidyText drops what is not to be seen in a text of a stranger: control
// characters and those that turn the direction of writing.
func tidyText(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r < 0x20, r == 0x7F, r >= 0x80 && r < 0xA0, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, text))
}

func phoneForm(phone string) bool {
	digits := strings.TrimPrefix(phone, "+")
	return len(digits) >= 7 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

// ReportReceipt is what a resident keeps: with both, and only with both, he sees
// how it goes on.
type ReportReceipt struct {
	Number string `json:"number" maxLength:"20" doc:"编号"`
	Secret string `json:"secret" maxLength:"20" doc:"查询码，请保存"`
}

var secretText = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// SecretOf is the secret of the report sent under a key: a retry under the same
// key gets the same. Who does not hold the key cannot reckon it.
func SecretOf(key uuid.UUID) string {
	sum := sha256.Sum256(append([]byte("wangge report "), key[:]...))
	return secretText.EncodeToString(sum[:5])
}

// SecretSum is what is kept of a secret.
func SecretSum(incident uuid.UUID, secret string) [32]byte {
	return sha256.Sum256(append(incident[:], strings.ToUpper(strings.TrimSpace(secret))...))
}

// PublicStep is one thing that was done, in words for the resident.
type PublicStep struct {
	At    time.Time `json:"at" doc:"时间"`
	State string    `json:"state" doc:"进展"`
}

// ReportStatus is how a report goes on: states and times, nothing of persons.
type ReportStatus struct {
	Number    string       `json:"number" doc:"编号"`
	Class     string       `json:"class" doc:"什么事"`
	State     string       `json:"state" doc:"进展"`
	Over      bool         `json:"over" doc:"已结束"`
	SentAt    time.Time    `json:"sentAt" doc:"反映时间"`
	Steps     []PublicStep `json:"steps" doc:"经过"`
	Photos    int          `json:"photos" doc:"照片几张"`
	MayAnswer bool         `json:"mayAnswer" doc:"可以评价"`
	MayReopen bool         `json:"mayReopen" doc:"没有解决，可以要求重新办理"`
}

// ReportAnswer says whether it was put right.
type ReportAnswer struct {
	ReportReceipt
	Satisfied bool   `json:"satisfied" doc:"解决了"`
	Words     string `json:"words,omitempty" maxLength:"300" doc:"想说的话"`
}

// publicStates are the states in words for residents.
var publicStates = map[string]string{
	"reported": "已收到", "verifying": "正在核实", "refused": "不予受理", "merged": "与他人反映的同一问题合并办理", "filed": "已受理", "dispatched": "已派单",
	"handling": "正在处理", "suspended": "正在处理，需要较长时间", "checking": "处理完成，正在检查", "follow_up": "已处理，等您评价", "closed": "已办结", "void": "已终止",
}

// PublicState is a state in words for residents.
func PublicState(state string, accepted bool) string {
	if state == "reported" && accepted {
		return "已受理"
	}
	return publicStates[state]
}

// Residents takes what people without a sign-in send and tells them how it goes
// on. address is where a request came from.
type Residents interface {
	// PublicSign: not_found for a token that leads nowhere.
	PublicSign(ctx context.Context, token string) (PublicSign, error)
	// SendReport takes a report once for each key. Conflict while the street is
	// closed; too_many over the limits.
	SendReport(ctx context.Context, key uuid.UUID, r ResidentReport, address string) (ReportReceipt, error)
	// SendReportPhoto adds a photo; not_found for a wrong number or secret; conflict
	// when there are enough or it is too late.
	SendReportPhoto(ctx context.Context, of ReportReceipt, photo uuid.UUID, p Picture, address string) error
	// OpensReport says whether number and secret fit, see SendReportPhoto.
	OpensReport(ctx context.Context, of ReportReceipt, address string) error
	// ReportStatus: not_found for a wrong number or secret, too_many after too many.
	ReportStatus(ctx context.Context, of ReportReceipt, address string) (ReportStatus, error)
	// AnswerReport ends it or has it done again, within the rules.
	AnswerReport(ctx context.Context, key uuid.UUID, a ReportAnswer, address string) (ReportStatus, error)
	// RevealReporter tells what was left to call back, and writes down who asked.
	RevealReporter(ctx context.Context, s Scope, incident uuid.UUID, purpose string) (Contact, error)
	// MarkSpam refuses a report that is nothing of the kind; its address is refused
	// after some of them. Stale, forbidden and conflict as StepIncident.
	MarkSpam(ctx context.Context, s Scope, key, incident uuid.UUID, version int64) (Incident, error)
}
