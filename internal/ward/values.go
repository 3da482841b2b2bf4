package ward

import (
	"strconv"
	"strings"
)

// Read understands the values of a change as JSON gave them and says which
// field is wrong. A new record has every required field; a change has none of
// the fixed ones.
func (r Register) Read(given Values, fresh bool) (Values, error) {
	var c Check
	out := Values{}
	for name := range given {
		_, ok := r.Field(name)
		c.Field(ok, "", "有不认识的字段，请对照接口说明")
	}
	for _, f := range r.Fields {
		v, named := given[f.Name]
		if !named {
			c.Field(!fresh || !f.Required, f.Name, "请填写"+f.Title)
			continue
		}
		if f.Fixed && !fresh {
			c.Field(false, f.Name, f.Title+"登记后不能修改")
			continue
		}
		value, fault := f.read(v)
		if fault == "" && value == nil && f.Required {
			fault = "请填写" + f.Title
		}
		c.Field(fault == "", f.Name, fault)
		out[f.Name] = value
	}
	return out, c.Err()
}

// CheckWhole checks a record as it would be by the rules of its register.
func (r Register) CheckWhole(v Values) error {
	if r.check == nil {
		return nil
	}
	var c Check
	r.check(v, &c)
	return c.Err()
}

// ThingOf splits "branch/12"; ok is false for anything else.
func ThingOf(s string) (noun string, id int64, ok bool) {
	noun, number, found := strings.Cut(s, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	return noun, id, found && err == nil && id > 0 && id <= 1<<53
}

// Rules across the fields of one record.

func checkHousehold(v Values, c *Check) {
	tags, _ := v["tags"].([]string)
	c.Field(len(tags) == 0 || v["consentUntil"] != nil, "consentUntil", "有服务标签就要填同意有效期；没有本人同意不能登记标签")
}

func checkSteward(v Values, c *Check) {
	places, _ := v["places"].([]string)
	for _, p := range places {
		noun, _, _ := ThingOf(p)
		c.Field((noun == "lane") == (v["kind"] == "lane"), "places", "巷长负责巷道，楼长、单元长负责小区或楼栋")
	}
}

func checkPairing(v Values, c *Check) {
	want := map[string][2]string{"branch_branch": {"branch", "branch"}, "member_household": {"member", "household"}, "leader_community": {"member", "area"}}
	kind, _ := v["kind"].(string)
	left, _ := v["left"].(string)
	right, _ := v["right"].(string)
	l, _, _ := ThingOf(left)
	r, _, _ := ThingOf(right)
	c.Field(l == want[kind][0], "left", "甲方与类别不符：支部共建选党组织，其他选党员")
	c.Field(r == want[kind][1], "right", "乙方与类别不符：支部共建选党组织，结对帮困选住户，联系点选社区")
	c.Field(left != right, "right", "甲方和乙方相同")
	since, _ := v["since"].(string)
	until, _ := v["until"].(string)
	c.Field(until == "" || until >= since, "until", "结束日期早于开始日期")
}

func checkHonour(v Values, c *Check) {
	want := map[string]string{"good_branch": "branch", "star_member": "member", "good_courtyard": "courtyard", "good_building": "building", "good_lane": "lane", "good_household": "household"}
	kind, _ := v["kind"].(string)
	target, _ := v["target"].(string)
	noun, _, _ := ThingOf(target)
	c.Field(noun == want[kind], "target", "获得者与荣誉不符，请重新选择")
}
