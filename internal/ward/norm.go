package ward

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Norm is a number of the field that a deployment sets for itself (字典): how
// often a door is due, how large a grid should be.
type Norm struct {
	Name      string    `json:"name" doc:"名称（标识）"`
	Title     string    `json:"title" doc:"名称"`
	Group     string    `json:"group" enum:"visit,grid,service,team" doc:"分组"`
	Unit      string    `json:"unit" doc:"单位"`
	Value     int       `json:"value" doc:"现值"`
	Usual     int       `json:"usual" doc:"缺省值"`
	Low       int       `json:"low" doc:"最小值"`
	High      int       `json:"high" doc:"最大值"`
	Used      string    `json:"used" doc:"用在哪里"`
	Version   int64     `json:"version" doc:"版本；修改时原样交回"`
	UpdatedAt time.Time `json:"updatedAt" doc:"最近修改"`
	Actor     string    `json:"actor" doc:"谁改的，空为缺省"`
}

// NormChange is one line of the history of a norm.
type NormChange struct {
	ID    int64     `json:"id"`
	Old   int       `json:"old" doc:"原值"`
	New   int       `json:"new" doc:"新值"`
	At    time.Time `json:"at" doc:"时间"`
	Actor string    `json:"actor" doc:"谁"`
}

// GridNorm is how large a grid should be.
type GridNorm struct{ Low, High, Persons int }

// Norms are the norms in the order people read them, with their defaults.
func Norms() []Norm {
	all := []Norm{{Name: "visit_ordinary", Title: "普通住户", Group: "visit", Unit: "天", Usual: DueOrdinary, Low: 1, High: 730, Used: "应访周期：门牌着色、应访清单、离线资料"}}
	for _, tag := range HouseholdTags {
		all = append(all, Norm{Name: "visit_" + tag.Value, Title: tag.Label, Group: "visit", Unit: "天", Usual: DueCare, Low: 1, High: 730, Used: "有此服务标签且同意在有效期内的住户"})
	}
	return append(all,
		Norm{Name: "grid_households_low", Title: "每个网格户数下限", Group: "grid", Unit: "户", Usual: GridHouseholdsLow, Low: 1, High: 5000, Used: "新方案的缺省标准、数据体检、网格卡片"},
		Norm{Name: "grid_households_high", Title: "每个网格户数上限", Group: "grid", Unit: "户", Usual: GridHouseholdsHigh, Low: 1, High: 5000, Used: "新方案的缺省标准、数据体检、网格卡片"},
		Norm{Name: "grid_persons", Title: "每个网格人数上限", Group: "grid", Unit: "人", Usual: GridPersons, Low: 1, High: 50000, Used: "新方案的缺省标准"},
		Norm{Name: "micro_households_low", Title: "每个微网格户数下限", Group: "grid", Unit: "户", Usual: MicroHouseholdsLow, Low: 1, High: 5000, Used: "新微网格方案的缺省标准"},
		Norm{Name: "micro_households_high", Title: "每个微网格户数上限", Group: "grid", Unit: "户", Usual: MicroHouseholdsHigh, Low: 1, High: 5000, Used: "新微网格方案的缺省标准"},
		Norm{Name: "micro_persons", Title: "每个微网格人数上限", Group: "grid", Unit: "人", Usual: MicroPersons, Low: 1, High: 50000, Used: "新微网格方案的缺省标准"},
		Norm{Name: "point_area", Title: "党群服务中心面积下限", Group: "service", Unit: "平方米", Usual: PointAreaNorm, Low: 0, High: 100000, Used: "服务点卡片上的未达标项"},
		Norm{Name: "track_whole", Title: "轨迹完整保留", Group: "team", Unit: "天", Usual: 7, Low: 1, High: 90, Used: "之后每分钟只留一个点"},
		Norm{Name: "track_kept", Title: "轨迹最长保留", Group: "team", Unit: "天", Usual: 30, Low: 1, High: 180, Used: "之后删除"},
		Norm{Name: "duty_longest", Title: "一次在岗最长", Group: "team", Unit: "小时", Usual: 12, Low: 1, High: 24, Used: "到时自动下岗并停止共享位置"},
	)
}

// LookUpNorm finds a norm by its name; not_found when there is none.
func LookUpNorm(name string) (Norm, error) {
	i := slices.IndexFunc(Norms(), func(n Norm) bool { return n.Name == name })
	if i < 0 {
		return Norm{}, Errorf(NotFound, "字典里没有这一项")
	}
	return Norms()[i], nil
}

// Check says what is wrong with a value of the norm, given the present values of
// the others by name.
func (n Norm) Check(value int, others map[string]int) error {
	var c Check
	c.Field(value >= n.Low && value <= n.High, "value", fmt.Sprintf("%s应在%d到%d%s之间", n.Title, n.Low, n.High, n.Unit))
	switch n.Name {
	case "grid_households_low", "micro_households_low":
		c.Field(value < others[strings.Replace(n.Name, "low", "high", 1)], "value", "户数下限应小于上限；请先改上限")
	case "grid_households_high", "micro_households_high":
		c.Field(value > others[strings.Replace(n.Name, "high", "low", 1)], "value", "户数上限应大于下限；请先改下限")
	}
	return c.Err()
}

// Dictionary keeps the norms. They hold for the whole deployment.
type Dictionary interface {
	// Norms lists all of them with their present values.
	Norms(ctx context.Context) ([]Norm, error)
	// ChangeNorm: forbidden to whoever does not keep the whole deployment; stale,
	// with the present norm, when version is not the present one.
	ChangeNorm(ctx context.Context, s Scope, name string, version int64, value int) (Norm, error)
	// NormHistory lists the changes of one, newest first, at most a hundred.
	NormHistory(ctx context.Context, name string) ([]NormChange, error)
}
