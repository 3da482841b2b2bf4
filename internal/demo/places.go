package demo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

var (
	companyWords = []string{"江澜", "云帆", "澜图", "禾木", "启元", "方圆", "同舟", "睿源", "鼎恒", "嘉禾", "蓝岸", "青橙", "百川", "远山", "聚合", "金穗", "新纪", "博远", "雅达", "华澜"}
	companyTails = []string{"信息科技", "建筑设计", "物流", "纺织贸易", "电子商务", "文化传播", "财税咨询", "律师事务所", "人力资源", "环保工程", "软件", "医疗器械", "教育咨询", "广告传媒", "保险代理", "跨境供应链"}
	shopWords    = []string{"老街", "阿婆", "福满", "喜来", "顺丰楼", "小沈", "老徐", "好又来", "百味", "江南", "四季", "平价", "便民", "新新", "康乐", "佳佳", "如意", "阳光", "一品", "金桥"}
	shopTails    = []string{"面馆", "便利店", "药房", "理发店", "水果店", "早餐店", "五金店", "裁缝铺", "小吃店", "洗衣店", "烟酒店", "文具店", "修车铺", "茶馆", "烘焙坊", "宠物店", "电动车行", "眼镜店"}
)

// institutions writes the units of the tile: schools, firms by floor, shops,
// property managers, owners' committees.
func (s *settler) institutions() {
	for b, bl := range s.t.blocks {
		if s.yardOf[b] == "" || bl.use == "core" || bl.use == "village" {
			continue
		}
		first := s.firstHouse(b)
		if first < 0 {
			continue
		}
		if s.d.yes(.8) {
			s.institution(fmt.Sprintf("%s物业%s服务处", one(s.d, []string{"澜居", "安家", "锦程", "和泰", "邻聚"}), bl.yard), "property", first, 1, s.d.count(6, 40), weighted(s.d, partyModes))
		}
		if s.d.yes(.62) {
			s.institution(bl.yard+"业主委员会", "owners", first, 1, s.d.count(5, 9), weighted(s.d, []share[string]{{"liaison", 2}, {"point", 3}, {"none", 2}}))
		}
	}
	for i, h := range s.t.houses {
		bl := s.t.blocks[h.block]
		switch {
		case h.kind == "tower":
			for f := 2; f <= h.floors; f += s.d.count(1, 4) {
				s.institution(one(s.d, companyWords)+one(s.d, []string{"", "", "国", "盛", "达", "创"})+one(s.d, companyTails)+"有限公司", "company", i, f, s.d.count(8, 160), weighted(s.d, partyModes))
			}
		case h.kind == "industrial" && s.d.yes(.5):
			s.institution(bl.yard+one(s.d, []string{"精密", "包装", "针织", "仓储"})+"有限公司", "company", i, 1, s.d.count(20, 240), weighted(s.d, partyModes))
		case h.kind == "shop" && s.d.yes(s.shopShare()):
			s.institution(one(s.d, shopWords)+one(s.d, shopTails), "shop", i, 1, s.d.count(1, 9), weighted(s.d, []share[string]{{"point", 4}, {"liaison", 2}, {"joint", 1}, {"none", 5}}))
		}
	}
	kinds := map[string]string{"school": "school", "kindergarten": "school", "hospital": "hospital", "mall": "resident_unit", "market": "resident_unit", "hall": "resident_unit"}
	for b, bl := range s.t.blocks {
		if kind := kinds[bl.use]; kind != "" {
			if first := s.firstHouse(b); first >= 0 {
				s.institution(bl.yard, kind, first, 1, s.d.count(30, 320), weighted(s.d, []share[string]{{"own", 6}, {"joint", 2}}))
			}
		}
	}
	for _, c := range s.coms {
		for range s.d.count(1, 3) {
			if h := s.houseNear(c.at, c.faces, "shop"); h >= 0 {
				s.institution(c.short+one(s.d, []string{"乐龄助老社", "邻里互助社", "青少年事务社", "环保志愿社", "戏曲爱好者协会"}), "social", h, 1, s.d.count(3, 14), weighted(s.d, partyModes))
			}
		}
	}
}

func (s *settler) shopShare() float64 {
	if s.thin {
		return .12
	}
	return .24
}

var partyModes = []share[string]{{"own", 2}, {"joint", 3}, {"liaison", 3}, {"point", 3}, {"none", 2}}

func (s *settler) institution(name, kind string, house, floor, staff int, mode string) {
	h := s.t.houses[house]
	pairs := []any{"code", s.next("U"), "name", name, "kind", kind, "building", s.codeOf[house], "floor", floor, "staff", staff, "party_mode", mode}
	if mode == "own" || mode == "joint" {
		pairs = append(pairs, "members", s.d.count(3, max(4, staff/6)))
		if code := s.branchFor(mode, s.grids[s.gridOf[h.face]].com); code != "" {
			pairs = append(pairs, "branch", code)
		}
	} else {
		pairs = append(pairs, "members", s.d.count(0, min(2, staff)))
	}
	at := middle(h.ring)
	if !within(h.ring, at) {
		at = mix(h.ring[0], h.ring[1], .5)
	}
	at = add(at, orb.Point{s.d.in(-1.5, 1.5), s.d.in(-1.5, 1.5)})
	s.out.put("institutions", degrees(at), pairs...)
	s.units = append(s.units, unitAt{code: fmt.Sprintf("U%s%05d", s.office.code, s.office.n["U"]), grid: s.gridOf[h.face]})
}

// unitAt is an institution that was written, for those who refer to it.
type unitAt struct {
	code string
	grid int
}

// branchFor is a branch of the community that fits the way the Party works there.
func (s *settler) branchFor(mode string, com int) string {
	var list []string
	for _, b := range s.branch {
		if b.com == com && (b.kind == mode || mode == "joint" && b.kind == "tower") {
			list = append(list, b.code)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return one(s.d, list)
}

func (s *settler) firstHouse(b int) int {
	for i, h := range s.t.houses {
		if h.block == b && h.kind != "other" {
			return i
		}
	}
	return -1
}

// houseNear is the house of a kind ("" any but sheds) nearest to a place within
// the faces, -1 for none.
func (s *settler) houseNear(at orb.Point, faces []int, kind string) int {
	in := map[int]bool{}
	for _, f := range faces {
		in[f] = true
	}
	best, found := math.Inf(1), -1
	for i, h := range s.t.houses {
		if !in[h.face] || s.taken[i] || h.kind == "other" || kind != "" && h.kind != kind {
			continue
		}
		if d := apart(middle(h.ring), at); d < best {
			best, found = d, i
		}
	}
	return found
}

// spec is what a kind of point looks like.
type spec struct {
	kind     string
	name     string
	lo, hi   int // m²
	house    string
	rooms    []string
	hours    []string
	services []string
}

var day = []string{"周一至周五 8:30-17:30", "周一至周日 8:30-20:30", "周一至周六 9:00-18:00", "周一至周五 8:30-11:30,13:30-17:00"}

var specs = map[string]spec{
	"service_centre":    {"service_centre", "党群服务中心", 210, 680, "shop", []string{"党员活动室", "多功能厅", "谈心室", "图书阅览室", "亲子活动室", "书画室", "健身房"}, day, []string{"党员组织关系接转", "流动党员报到", "发展党员咨询", "志愿服务登记", "场地预约", "微心愿认领"}},
	"affairs_centre":    {"affairs_centre", "事务受理中心", 600, 900, "public", []string{"受理大厅", "自助服务区", "等候区"}, day[:1], []string{"社会保障卡申领", "居住证办理", "生育登记", "老年人优待证", "低保申请", "残疾人证办理", "医保参保登记", "就业登记", "养老补贴申请", "法律援助申请"}},
	"relief_centre":     {"relief_centre", "救助中心", 160, 300, "shop", []string{"接待室", "物资室"}, day, []string{"临时救助", "低保受理", "大病救助", "慈善帮扶"}},
	"activity_room":     {"activity_room", "活动室", 90, 420, "shop", []string{"活动大厅", "棋牌室", "舞蹈室"}, day[1:3], []string{"文艺排练", "居民议事", "节日活动"}},
	"talk_room":         {"talk_room", "谈心室", 18, 40, "", []string{"谈心室"}, day, []string{"谈心谈话", "心理疏导", "矛盾调解"}},
	"community_school":  {"community_school", "社区学校", 80, 260, "", []string{"大教室", "小教室"}, day[2:], []string{"老年大学课程", "青少年托管", "技能培训"}},
	"party_school":      {"party_school", "党政校", 120, 360, "", []string{"报告厅", "研讨室"}, day[:1], []string{"党课", "新党员培训", "入党积极分子培训"}},
	"wish_wall":         {"wish_wall", "心愿墙", 10, 24, "", nil, day[1:2], []string{"微心愿征集", "微心愿认领"}},
	"service_station":   {"service_station", "党员服务站", 30, 110, "", []string{"服务台", "休息区"}, day, []string{"政策咨询", "便民借用", "志愿服务登记"}},
	"education_station": {"education_station", "教育站", 40, 120, "", []string{"教室"}, day, []string{"远程教育", "主题党日"}},
	"care_home":         {"care_home", "居家养老服务站", 120, 420, "", []string{"助餐点", "日间照料室", "康复室"}, day[2:], []string{"助餐", "日间照料", "康复理疗", "上门探访"}},
	"clinic":            {"clinic", "卫生服务站", 90, 260, "shop", []string{"全科诊室", "接种室", "中医室"}, day, []string{"全科门诊", "家庭医生签约", "慢病随访", "预防接种"}},
	"union":             {"union", "工会驿站", 60, 160, "tower", []string{"休息区", "母婴室"}, day[1:2], []string{"职工维权", "户外劳动者歇脚", "职工书屋"}},
}

// points opens the service points of the tile. One community is left without
// an activity room.
func (s *settler) points(head bool) {
	everywhere := make([]int, len(s.t.plane.faces))
	for i := range everywhere {
		everywhere[i] = i
	}
	if head {
		hall := s.t.centre(everywhere)
		for b, bl := range s.t.blocks {
			if bl.use == "hall" {
				hall = middle(s.t.blocks[b].ring)
			}
		}
		for _, kind := range []string{"affairs_centre", "service_centre", "party_school", "relief_centre", "union"} {
			s.point(specs[kind], s.office.name, hall, everywhere)
		}
	}
	lacks := s.d.r.IntN(len(s.coms))
	for c, com := range s.coms {
		for _, kind := range []string{"service_centre", "activity_room", "clinic", "community_school"} {
			if kind == "activity_room" && c == lacks {
				continue
			}
			s.point(specs[kind], com.name, add(com.at, orb.Point{s.d.in(-160, 160), s.d.in(-160, 160)}), com.faces)
		}
		for _, kind := range []string{"talk_room", "wish_wall", "care_home", "education_station", "union"} {
			if s.d.yes(.45) {
				s.point(specs[kind], com.name, add(com.at, orb.Point{s.d.in(-260, 260), s.d.in(-260, 260)}), com.faces)
			}
		}
		for range 2 {
			g := s.grids[s.gridIn(c)]
			s.point(specs["service_station"], g.name, g.at, g.faces)
		}
	}
}

func (s *settler) point(sp spec, of string, at orb.Point, faces []int) {
	i := s.houseNear(at, faces, sp.house)
	if i < 0 {
		i = s.houseNear(at, faces, "")
	}
	if i < 0 {
		return
	}
	s.taken[i] = true
	h := s.t.houses[i]
	area := s.d.count(sp.lo, sp.hi)
	pairs := []any{"code", s.next("P"), "name", of + sp.name, "kind", sp.kind, "building", s.codeOf[i], "address", s.nameOf[i], "area", float64(area), "hours", one(s.d, sp.hours), "services", some(s.d, sp.services, max(2, s.d.count(len(sp.services)/2, len(sp.services)))), "phone", fmt.Sprintf("0573-0000%04d", s.count("desk"))}
	if len(sp.rooms) > 0 {
		rooms := some(s.d, sp.rooms, max(1, min(len(sp.rooms), area/45)))
		pairs = append(pairs, "rooms", rooms, "seats", max(4, area/4))
	}
	if sp.kind == "service_centre" {
		pairs = append(pairs, "has_basics", area >= 300 && s.d.yes(.85))
	}
	p := middle(h.ring)
	if !within(h.ring, p) {
		p = mix(h.ring[0], h.ring[1], .5)
	}
	s.out.put("points", degrees(p), pairs...)
}
