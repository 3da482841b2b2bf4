package ward

import "time"

// Steward is 楼长/单元长/巷长: a person responsible for some places.
type Steward struct {
	ID        int64     `json:"id"`
	Kind      string    `json:"kind" enum:"building,unit,lane" doc:"类别"`
	Name      string    `json:"name" doc:"姓名（脱敏）"`
	Places    []string  `json:"places" doc:"负责范围"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}

// Pledge is one of a member's 六个一. Mentoring a young person is private and
// never listed.
type Pledge struct {
	ID        int64     `json:"id"`
	Kind      string    `json:"kind" doc:"类别"`
	Member    string    `json:"member" doc:"党员（脱敏）"`
	Text      string    `json:"text" doc:"内容"`
	Since     string    `json:"since" format:"date" doc:"开始日期"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}

// PairingDormant is how many days without a result make a pairing dormant.
const PairingDormant = 90

// Pairing is 结对 between branches, a member and a household, or a leader and a
// community.
type Pairing struct {
	ID         int64     `json:"id"`
	Code       string    `json:"code" doc:"编码"`
	Kind       string    `json:"kind" enum:"branch_branch,member_household,leader_community" doc:"类别"`
	Left       string    `json:"left" doc:"甲方"`
	Right      string    `json:"right" doc:"乙方"`
	Since      string    `json:"since" format:"date" doc:"开始日期"`
	Until      string    `json:"until" doc:"结束日期"`
	Promise    string    `json:"promise" doc:"约定事项"`
	LastResult string    `json:"lastResult" doc:"最近成果日期"`
	Dormant    bool      `json:"dormant" doc:"超过90天没有成果"`
	Version    int64     `json:"version"`
	UpdatedAt  time.Time `json:"updatedAt" doc:"更新时间"`
}

// Honour is 荣誉 of a branch, member or place.
type Honour struct {
	ID        int64     `json:"id"`
	Kind      string    `json:"kind" doc:"荣誉"`
	Target    string    `json:"target" doc:"获得者"`
	Year      int       `json:"year" doc:"年度"`
	GivenBy   string    `json:"givenBy" doc:"授予单位"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}
