package ward

import "time"

// Member is 党员. The name is masked unless the person's work needs it.
type Member struct {
	ID           int64     `json:"id"`
	Code         string    `json:"code" doc:"编码"`
	Name         string    `json:"name" doc:"姓名（脱敏）"`
	Gender       string    `json:"gender" doc:"性别"`
	BirthYear    *int      `json:"birthYear" doc:"出生年份"`
	Kind         string    `json:"kind" doc:"类别"`
	Branch       int64     `json:"branch" doc:"党组织"`
	BranchName   string    `json:"branchName" doc:"党组织名称"`
	Joined       string    `json:"joined" doc:"入党日期"`
	RegisteredIn bool      `json:"registeredIn" doc:"在职报到"`
	Skills       []string  `json:"skills" doc:"特长"`
	Posts        []string  `json:"posts" doc:"职务"`
	Version      int64     `json:"version"`
	UpdatedAt    time.Time `json:"updatedAt" doc:"更新时间"`
}
