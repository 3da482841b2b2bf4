package demo

import (
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// Round is a special round of visits (专项走访) of the made-up street, its days
// counted from today.
type Round struct {
	Name, Note   string
	Tags         []string
	Begins, Ends int
}

// Rounds are one that is over, one that runs and one to come.
func Rounds() []Round {
	return []Round{
		{"重阳敬老走访", "送上慰问品，问一问身体和用药", []string{"lone_elder", "elder_80"}, -40, -26},
		{"独居高龄家庭入户安全检查", "看燃气软管、插线板和楼道堆物；有隐患当场告知，三天内复查", []string{"lone_elder", "elder_80", "disabled"}, -16, 12},
		{"党员奉献月：困难家庭走访", "党员结对上门，问需求、送政策、记心愿", []string{"hardship", "allowance"}, 5, 30},
	}
}

// Wish is what somebody of the made-up street asked for between visits, and how
// far it has come by today.
type Wish struct {
	Grid   int64
	Record ward.AskRecord
	Result string    // "" while it is open
	DoneAt time.Time // when the result was written
	ToldAt time.Time // zero while the resident does not know
}

// said are what people ask for, each with what came of it.
var said = map[string][][2]string{
	"wish": {
		{"想要一副老花镜", "党员老李陪去配好，度数合适"},
		{"想学会用手机挂号", "志愿者上门教了两次，会用了"},
		{"想有人陪着去医院复查", "志愿服务队已陪同复查"},
		{"孩子想要一套课外书", "驻区单位捐赠一套，已送到"},
		{"想要一张洗澡用的防滑垫", "已买好铺上"},
		{"想拍一张全家福", "文体队上门拍好，照片已送到"},
		{"想把旧衣柜搬下楼", "邻居和门岗一起搬走了"},
		{"想要一台收音机听戏", "党员认领，已送到家里"},
	},
	"need": {
		{"希望楼道装扶手", "物业已加装并验收"},
		{"想找一份离家近的工作", "推荐到社区超市，已上岗"},
		{"高龄津贴不知道怎么办", "已代办，下月起发放"},
		{"老人出门需要轮椅", "残联借出一台，已送到"},
		{"卫生间漏水找不到人修", "家政队已修好"},
		{"想给孩子找放学后的托管", "已报上社区托管班"},
	},
}

// Wishes are what people asked for in the last three weeks: one to four doors of
// each beat. The same seed, beats and moment give the same ones.
func Wishes(seed uint64, beats []Beat, now time.Time) []Wish {
	d := newDice(seed, 13)
	all := []Wish{}
	for _, b := range beats {
		for _, door := range some(d, b.Doors, d.count(1, 4)) {
			kind := weighted(d, []share[string]{{"wish", 3}, {"need", 2}})
			words := one(d, said[kind])
			at := now.Add(-time.Duration(d.count(3*60, 20*24*60)) * time.Minute)
			w := Wish{Grid: b.Grid, Record: ward.AskRecord{
				AskDraft: ward.AskDraft{ID: idAt(d, at), Kind: kind, Text: words[0]}, Household: door.Household, OccurredAt: at,
			}}
			passed := now.Sub(at)
			if d.yes(.62) {
				w.Result, w.DoneAt = words[1], at.Add(passed/2)
				if d.yes(.6) {
					w.ToldAt = at.Add(passed * 3 / 4)
				}
			}
			all = append(all, w)
		}
	}
	return all
}

// asked is what is said at a door now and then; it has dice of its own, so that the
// day goes on the same with it and without it.
func (day *Day) asked(at time.Time) []ward.AskDraft {
	if !day.wishes.yes(.03) {
		return nil
	}
	kind := one(day.wishes, []string{"wish", "wish", "need"})
	return []ward.AskDraft{{ID: idAt(day.wishes, at), Kind: kind, Text: one(day.wishes, said[kind])[0]}}
}

// idAt is a UUIDv7 of a moment whose random part comes from dice.
func idAt(d dice, at time.Time) uuid.UUID {
	var u uuid.UUID
	ms := at.UnixMilli()
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	for i := 6; i < 16; i++ {
		u[i] = byte(d.r.UintN(256))
	}
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}
