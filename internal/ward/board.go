package ward

import (
	"slices"
	"time"
)

// Snapshot is the live state within a territory at one point of the stream:
// read it, then listen from Seq.
type Snapshot struct {
	Epoch      string         `json:"epoch" doc:"数据流纪元"`
	Seq        int64          `json:"seq" doc:"数据流序号"`
	ServerTime time.Time      `json:"serverTime" doc:"服务器时间"`
	Visits     []VisitMark    `json:"visits" doc:"今日走访"`
	Incidents  []IncidentMark `json:"incidents" doc:"未结事件"`
	Teams      []Team         `json:"teams" doc:"队伍"`
}

// Figure is one number of a board with the time it was counted.
type Figure struct {
	Name  string  `json:"name" doc:"指标"`
	Value float64 `json:"value" doc:"数值"`
}

// DayCount is how many visits and incidents a day had.
type DayCount struct {
	Date      string `json:"date" format:"date"`
	Visits    int    `json:"visits" doc:"走访"`
	Incidents int    `json:"incidents" doc:"事件"`
}

// CommunityCount is one row of the comparison of communities; persons are
// never ranked.
type CommunityCount struct {
	ID         int64   `json:"id"`
	Name       string  `json:"name" doc:"社区"`
	Grids      int     `json:"grids" doc:"网格数"`
	WhiteSpots int     `json:"whiteSpots" doc:"无党支部的网格"`
	Households int     `json:"households" doc:"户数"`
	Members    int     `json:"members" doc:"党员数"`
	VisitedPct float64 `json:"visitedPct" doc:"本月见到的户占全部住户（%）；走访覆盖率按应访户计，见 visit-coverage"`
	Open       int     `json:"open" doc:"未结事件"`
}

// Board is what a wall shows beside the map: counts only, none of persons.
type Board struct {
	CountedAt   time.Time        `json:"countedAt" doc:"统计时间"`
	Name        string           `json:"name" doc:"辖区名称"`
	Figures     []Figure         `json:"figures" doc:"指标"`
	Week        []DayCount       `json:"week" doc:"近七日"`
	Ages        []AgeBand        `json:"ages" doc:"党员年龄结构"`
	Communities []CommunityCount `json:"communities" doc:"社区对比"`
}

// fewest is the least number of people that is told of a group on a wall.
const fewest = 3

// countsPeople are the figures that count people.
var countsPeople = []string{"members", "hubs"}

// Discreet is the board for a screen that anybody may see: a group of one or
// two people says 2 for both, which the screen writes as "<3", so that the true
// number never leaves the server.
func (b Board) Discreet() Board {
	b.Figures, b.Ages, b.Communities = slices.Clone(b.Figures), slices.Clone(b.Ages), slices.Clone(b.Communities)
	for i, f := range b.Figures {
		if slices.Contains(countsPeople, f.Name) {
			b.Figures[i].Value = float64(discreet(int(f.Value)))
		}
	}
	for i, a := range b.Ages {
		b.Ages[i].Male, b.Ages[i].Female = discreet(a.Male), discreet(a.Female)
	}
	for i, c := range b.Communities {
		b.Communities[i].Members, b.Communities[i].Households = discreet(c.Members), discreet(c.Households)
	}
	return b
}

func discreet(people int) int {
	if people > 0 && people < fewest {
		return fewest - 1
	}
	return people
}

// Found is one result of a search, with where to go on the map.
type Found struct {
	Noun   string    `json:"noun" doc:"类型"`
	ID     string    `json:"id"`
	Name   string    `json:"name" doc:"名称"`
	Detail string    `json:"detail" doc:"说明"`
	Bounds []float64 `json:"bounds" doc:"范围 [西,南,东,北]"`
}
