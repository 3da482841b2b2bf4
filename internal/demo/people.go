package demo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// The year the registers are written in.
const thisYear = 2026

// home is one household.
type home struct {
	code  string
	house int
	grid  int
	at    orb.Point
	head  string
	phone string
	use   string
	tags  []string
	unit  int
	room  string
}

var surnames = []share[string]{
	{"王", 7.1}, {"李", 7}, {"张", 6.7}, {"陈", 5.3}, {"沈", 4.6}, {"徐", 3.6}, {"朱", 3.4}, {"吴", 3.3}, {"周", 3.2}, {"陆", 3}, {"杨", 2.9}, {"刘", 2.8}, {"姚", 2.4}, {"钱", 2.4}, {"顾", 2.2}, {"金", 2.1}, {"俞", 1.9}, {"许", 1.8}, {"孙", 1.8}, {"马", 1.6}, {"胡", 1.6}, {"黄", 1.6}, {"费", 1.3}, {"蒋", 1.3}, {"潘", 1.3}, {"曹", 1.2}, {"高", 1.2}, {"林", 1.2}, {"何", 1.1}, {"郭", 1}, {"屠", 1}, {"赵", 1}, {"范", 1}, {"施", 1}, {"倪", .9}, {"戴", .9}, {"汤", .9}, {"邵", .8}, {"钟", .8}, {"章", .8}, {"凌", .7}, {"庄", .7}, {"褚", .5}, {"濮", .4}, {"计", .4}, {"欧阳", .1},
}

// given names by sex and generation: before 1960, to 1985, since.
var givenNames = map[string][3][2]string{
	"male": {
		{"福根林荣生宝金阿水泉国建德明永长兴云顺祥", "根林生荣祥明发良法泉华康泰余观官坤"},
		{"建国志伟文晓卫海永新学立国忠春振向东宏", "国华平军明强伟民林峰荣良东刚斌忠松江"},
		{"浩子宇俊晨嘉逸梓天睿思铭奕泽佳一承博", "轩宇杰涛宸然豪辰昊晨鑫阳博超凯翔霖哲"},
	},
	"female": {
		{"阿金秀凤玉桂素美云菊水月招惠林文杏雪", "珍英宝娥妹仙珠凤芬娟宝琴花芳观英秀"},
		{"丽建春秀玉美小慧月雪晓海文红爱国卫敏", "芳萍英华红梅琴芬燕娟萍霞琳珍明菊娣凤"},
		{"雨梦诗思佳欣静嘉梓若晓怡心子语婷琪一", "婷怡涵萱琪雯妍悦彤洁琳瑶颖宁倩欣晴玥"},
	},
}

// person makes a name that sounds like the generation it belongs to.
func (s *settler) person(gender string, birth int) string {
	era := 2
	if birth < 1960 {
		era = 0
	} else if birth < 1985 {
		era = 1
	}
	pool := givenNames[gender][era]
	a, b := []rune(pool[0]), []rune(pool[1])
	name := weighted(s.d, surnames)
	if s.d.yes(.78) {
		name += string(one(s.d, a))
	}
	return name + string(one(s.d, b))
}

// phone is a number of a range that is not given out: 1990000 and four digits.
func (s *settler) phone() string {
	return fmt.Sprintf("1990000%04d", (s.count("phone")*7919)%10000)
}

// idNumber has a true check digit and a region code nobody has.
func (s *settler) idNumber(gender string, birth int) string {
	serial := s.d.count(0, 499) * 2
	if gender == "male" {
		serial++
	}
	n := fmt.Sprintf("330499%04d%02d%02d%03d", birth, s.d.count(1, 12), s.d.count(1, 28), serial)
	return n + checkDigit(n)
}

// checkDigit is the last character of an 18-digit number (GB 11643).
func checkDigit(n string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(n[i]-'0')
	}
	return string("10X98765432"[sum%11])
}

// movesIn writes the households of every house.
func (s *settler) movesIn() {
	for i := range s.t.houses {
		h := &s.t.houses[i]
		if h.doors == 0 {
			continue
		}
		at := middle(h.ring)
		old := h.kind == "lane" || h.built < 1995
		perFloor := max(1, h.doors/max(1, h.floors*h.units))
		for k := range h.doors {
			unit, floor, room := 1, 1+k*h.floors/h.doors, fmt.Sprint(k+1)
			if h.kind == "residential" {
				unit = 1 + k/(h.floors*perFloor)
				floor = 1 + k%(h.floors*perFloor)/perFloor
				room = fmt.Sprintf("%d%02d", floor, 1+k%perFloor)
			}
			s.household(i, at, old, unit, floor, room)
		}
	}
}

func (s *settler) household(house int, at orb.Point, old bool, unit, floor int, room string) {
	g := s.gridOf[s.t.houses[house].face]
	hh := home{house: house, grid: g, at: at, unit: unit, room: room, code: fmt.Sprintf("%s-%d-%s", s.codeOf[house], unit, room)}
	hh.use = weighted(s.d, []share[string]{{"own", 66}, {"rent", 27}, {"vacant", 7}})
	pairs := []any{"code", hh.code, "building", s.codeOf[house], "unit", unit, "floor", floor, "room", room, "use", hh.use}
	persons := 0
	if hh.use != "vacant" {
		persons = weighted(s.d, []share[int]{{1, 17}, {2, 30}, {3, 30}, {4, 14}, {5, 6}, {6, 3}})
		birth := s.d.count(1938, 2000)
		gender := weighted(s.d, []share[string]{{"male", 62}, {"female", 38}})
		hh.head = s.person(gender, birth)
		pairs = append(pairs, "head", hh.head)
		if s.d.yes(.32) {
			hh.phone = s.phone()
			pairs = append(pairs, "phone", hh.phone)
		}
		if s.d.yes(.012) {
			pairs = append(pairs, "id_no", s.idNumber(gender, birth))
		}
		hh.tags = s.tags(old, persons, birth)
		if len(hh.tags) > 0 {
			pairs = append(pairs, "tags", hh.tags, "consent_until", fmt.Sprintf("%d-%02d-%02d", thisYear+s.d.count(0, 2), s.d.count(1, 12), s.d.count(1, 28)))
		}
	}
	s.out.put("households", nil, append(pairs, "persons", persons)...)
	s.homeIn[g] = append(s.homeIn[g], len(s.homes))
	s.homes = append(s.homes, hh)
}

func (s *settler) tags(old bool, persons, birth int) []string {
	var out []string
	more := 1.0
	if old {
		more = 1.7
	}
	tag := func(name string, chance float64) {
		if s.d.yes(chance * more) {
			out = append(out, name)
		}
	}
	tag("hardship", .012)
	tag("allowance", .006)
	if persons == 1 && birth < 1958 {
		tag("lone_elder", .45)
	}
	tag("disabled", .011)
	tag("illness", .008)
	tag("military", .004)
	if birth < 1946 {
		tag("elder_80", .5)
	}
	if birth > 1985 {
		tag("new_baby", .05)
	}
	return out
}
