package ward

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// CloseRules say what an incident of a class needs to be resolved.
var CloseRules = Terms{{"result", "说明结果", nil}, {"photo", "结果和处置后照片", nil}}

// IncidentClass is one row of the editable table 大类/小类.
type IncidentClass struct {
	Code            string  `json:"code" pattern:"^[0-9]{2}([0-9]{2})?$" doc:"编码：大类2位，小类4位"`
	Parent          *string `json:"parent" doc:"大类"`
	Name            string  `json:"name" minLength:"1" maxLength:"30" doc:"名称"`
	Filing          string  `json:"filing" maxLength:"200" doc:"立案条件"`
	Unit            string  `json:"unit" maxLength:"50" doc:"责任单位"`
	CloseRule       string  `json:"closeRule" enum:"result,photo" doc:"结案规则"`
	Limits          []Limit `json:"limits" maxItems:"5" doc:"时限，最后一个是办结的时限"`
	DuplicateRadius float64 `json:"duplicateRadius" minimum:"0" maximum:"500" doc:"查重半径（米）"`
	Private         bool    `json:"private" doc:"仅经办人可见，不上大屏"`
	Urgent          bool    `json:"urgent" doc:"默认紧急"`
	PublicName      string  `json:"publicName" maxLength:"20" required:"false" doc:"居民扫码时的叫法；空则不提供给居民"`
}

// Last is the name of the limit by which the matter must be resolved.
func (c IncidentClass) Last() string {
	if len(c.Limits) == 0 {
		return ""
	}
	return c.Limits[len(c.Limits)-1].Name
}

// Validate says what is wrong with a row of the table.
func (c *IncidentClass) Validate() error {
	var k Check
	k.Field(len(c.Code) == 2 || len(c.Code) == 4, "code", "编码应为2位（大类）或4位（小类）数字")
	c.Parent = nil
	if len(c.Code) == 4 {
		parent := c.Code[:2]
		c.Parent = &parent
	}
	k.Field(c.Name != "", "name", "请填写名称")
	k.Field(utf8.RuneCountInString(c.Name) <= 30, "name", "名称不超过30字")
	k.Field(utf8.RuneCountInString(c.PublicName) <= 20, "publicName", "居民的叫法不超过20字")
	k.Field(c.PublicName == "" || len(c.Code) == 4, "publicName", "只有小类可以提供给居民")
	k.Field(CloseRules.Has(c.CloseRule), "closeRule", "结案规则应为："+CloseRules.Labels())
	k.Field(c.Parent == nil || c.Unit != "", "unit", "请填写责任单位")
	k.Field(c.Parent == nil || len(c.Limits) > 0, "limits", "小类至少要有一个时限")
	names := map[string]bool{}
	for n, l := range c.Limits {
		k.Field(l.Amount > 0 && LimitUnits.Has(l.Unit), fmt.Sprintf("limits[%d]", n), "时限应为正数，单位为："+LimitUnits.Labels())
		k.Field(l.Name != "" && !names[l.Name], fmt.Sprintf("limits[%d].name", n), "每个时限要有不同的名称")
		names[l.Name] = true
	}
	return k.Err()
}

// IncidentStepDone is one line of the timeline.
type IncidentStepDone struct {
	Version   int64       `json:"version" doc:"此步之后的版本"`
	At        time.Time   `json:"at" doc:"时间"`
	Actor     string      `json:"actor" doc:"谁"`
	Unit      string      `json:"unit" doc:"单位"`
	Action    string      `json:"action" doc:"动作"`
	From      string      `json:"from" doc:"之前的状态"`
	To        string      `json:"to" doc:"之后的状态"`
	Opinion   string      `json:"opinion" doc:"意见"`
	DueAt     *time.Time  `json:"dueAt" doc:"当时的时限"`
	Used      *int        `json:"used" doc:"用了多少分钟（按时限的算法）"`
	Allowed   *int        `json:"allowed" doc:"时限（分钟）"`
	LimitName string      `json:"limitName" doc:"哪个时限"`
	Photos    []uuid.UUID `json:"photos" doc:"附带的照片"`
	Units     []string    `json:"units" doc:"涉及的单位"`
}

// IncidentBoard counts what waits at one board, by light.
type IncidentBoard struct {
	Board  string `json:"board" doc:"看板"`
	Total  int    `json:"total" doc:"件数"`
	Mine   int    `json:"mine" doc:"该我办的"`
	Green  int    `json:"green" doc:"绿灯"`
	Yellow int    `json:"yellow" doc:"黄灯"`
	Red    int    `json:"red" doc:"红灯"`
	Card   int    `json:"card" doc:"红牌"`
	Paused int    `json:"paused" doc:"停表"`
}

// Duplicate is an open incident that may be the same.
type Duplicate struct {
	ID         uuid.UUID `json:"id"`
	Number     string    `json:"number" doc:"编号"`
	ClassName  string    `json:"className" doc:"类别"`
	State      string    `json:"state" doc:"状态"`
	Place      string    `json:"place" doc:"地点"`
	ReceivedAt time.Time `json:"receivedAt" doc:"收到"`
	Metres     float64   `json:"metres" doc:"相距（米）"`
	Location   orb.Point `json:"location" doc:"位置"`
}

// Phrase is 常用语: a response template for an action.
type Phrase struct {
	ID     int64  `json:"id" minimum:"0" doc:"编号；0 为新建"`
	Action string `json:"action" maxLength:"20" doc:"用于哪个动作"`
	Text   string `json:"text" maxLength:"500" doc:"内容；空则删除"`
}

// Validate says what is wrong with a template.
func (p Phrase) Validate() error {
	var k Check
	k.Field(p.Action == "" || Actions.Has(p.Action), "action", "请选择用于哪个动作")
	k.Field(p.Text != "" || p.ID > 0, "text", "请填写内容")
	k.Field(utf8.RuneCountInString(p.Text) <= 500, "text", "内容不超过500字")
	return k.Err()
}

// SampleShare is how many of a hundred self-handled incidents are checked.
const SampleShare = 10

// Sampled reports whether a self-handled incident is among those checked: the
// same seed and id give the same answer, and nobody can tell beforehand.
func Sampled(seed uint64, id uuid.UUID) bool {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, seed) // to memory
	_, _ = h.Write(id[:])
	return h.Sum64()%100 < SampleShare
}
