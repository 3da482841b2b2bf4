package ward

import "strconv"

// ImportUndo says what taking an import back did.
type ImportUndo struct {
	Import   int64  `json:"import" doc:"导入记录的编号"`
	Sheet    string `json:"sheet" doc:"表"`
	Removed  int    `json:"removed" doc:"删除了导入新增的多少行"`
	Restored int    `json:"restored" doc:"恢复了多少行"`
}

// Dependent is what later work needs of an import, so that it cannot be undone.
type Dependent struct {
	Noun    string `json:"noun" doc:"表的标识"`
	Title   string `json:"title" doc:"名称"`
	Changed bool   `json:"changed" doc:"是导入的内容后来又有改动；否则是后来的登记引用了它"`
	Count   int    `json:"count" doc:"多少"`
}

// counted is how people count the things of a table.
func counted() map[string]string {
	return map[string]string{
		"visit": "次走访", "incident": "件事件", "area": "个辖区", "grid": "个网格", "cell_grid": "个由规划划定的地块", "grid_lineage": "次网格调整",
		"building": "栋楼", "courtyard": "个小区院落", "lane": "条巷道", "road": "条道路", "ground": "处地表", "household": "户住户", "household_tag": "个服务标签",
		"person": "人的个人信息", "branch": "个党组织", "branch_grid": "个党组织与网格的对应", "member": "名党员", "institution": "个单位",
		"hub": "个党员中心户", "hub_door": "户中心户服务户", "team": "支队伍", "team_grid": "个队伍负责网格", "team_member": "名队员",
		"point": "个服务点", "room": "个房间", "roster": "次值班", "booking": "次预约", "grid_role": "名网格团队成员", "steward": "名楼长巷长",
		"steward_place": "处楼长巷长负责范围", "pledge": "项承诺", "pairing": "对结对", "honour": "项荣誉", "account": "个账号", "grant_role": "项账号授权",
	}
}

// Words names it with its number: “12次走访”.
func (d Dependent) Words() string {
	what, known := counted()[d.Noun]
	if !known {
		if what = "条相关登记"; d.Title != "" {
			what = "条" + d.Title
		}
	}
	if d.Changed {
		return strconv.Itoa(d.Count) + what + "后来又有改动"
	}
	return strconv.Itoa(d.Count) + what
}
