package ward

import "math"

// PlanFlow is what goes from one grid to another; grid 0 is nobody.
type PlanFlow struct {
	From     int64  `json:"from" doc:"从哪个网格；0为未分配"`
	FromName string `json:"fromName"`
	To       int64  `json:"to" doc:"到哪个网格；负数为新设"`
	ToName   string `json:"toName"`
	Cells    int    `json:"cells" doc:"地块数"`
	CellCount
}

// PersonImpact is what changes for one person's work. Names are masked unless
// the reader's work needs them.
type PersonImpact struct {
	ID     int64  `json:"id" doc:"网格（网格长）、楼长巷长、中心户的编号"`
	Name   string `json:"name" doc:"姓名（隐去）或名称"`
	Place  string `json:"place" doc:"网格或负责的地方"`
	Gained int    `json:"gained" doc:"新接的楼栋（中心户：换网格的门）"`
	Lost   int    `json:"lost" doc:"交出的楼栋"`
}

// HandOver is one open matter that changes hands on the day.
type HandOver struct {
	Noun  string `json:"noun" enum:"incident,visit" doc:"事件，或约了回访的走访"`
	ID    string `json:"id"`
	Title string `json:"title" doc:"编号或地址"`
	From  int64  `json:"from"`
	To    int64  `json:"to"`
}

// PlaceMove is a thing on the map that changes its grid.
type PlaceMove struct {
	Named
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// BranchImpact is what a plan does to a branch.
type BranchImpact struct {
	Branch *int64  `json:"branch" doc:"党支部；新建的为空"`
	Name   string  `json:"name"`
	Change string  `json:"change" enum:"founded,emptied,gained,shared" doc:"新建/不再有网格/多了网格/多格一支部"`
	Grids  []int64 `json:"grids" doc:"方案里由它负责的网格"`
}

// MemberMove is a member whose residence grid gets another branch: something to
// talk over, never an automatic transfer of their Party relation.
type MemberMove struct {
	Member int64  `json:"member"`
	From   string `json:"from" doc:"原网格的党支部"`
	To     string `json:"to" doc:"新网格的党支部"`
}

// Limits of the lists of an impact; the counts beside them are whole.
const (
	ImpactFlows = 500
	ImpactLists = 200
)

// PlanImpact says whom a plan concerns. Every list is limited, its total is in
// Totals.
type PlanImpact struct {
	Cells    int            `json:"cells" doc:"改动的地块数"`
	Moved    CellCount      `json:"moved" doc:"这些地块里的户、人、党员、困难户、楼栋"`
	Flows    []PlanFlow     `json:"flows" doc:"从哪格到哪格，户数多的在前"`
	Founded  []Named        `json:"founded" doc:"新设的网格"`
	Closed   []Named        `json:"closed" doc:"撤销的网格"`
	Leaders  []PersonImpact `json:"leaders" doc:"网格长：接的和交的楼栋"`
	Stewards []PersonImpact `json:"stewards" doc:"楼长单元长：负责的楼栋换了网格"`
	Hubs     []PersonImpact `json:"hubs" doc:"党员中心户：服务的门换了网格"`
	Teams    []Named        `json:"teams" doc:"所在网格撤销、要改挂的队伍（公布时自动跟到接收最多的网格）"`
	Points   []PlaceMove    `json:"points" doc:"换网格的服务点"`
	HandOver []HandOver     `json:"handOver" doc:"到时移交的未结事件和待回访"`
	Towns    []TownImpact   `json:"towns" doc:"社区界线方案：各社区得失；其他方案为空"`
	Branches []BranchImpact `json:"branches" doc:"党支部的变化"`
	Members  []MemberMove   `json:"members" doc:"居住网格换了党支部的党员（逐一商量，不自动转接组织关系）"`
	Totals   ImpactTotals   `json:"totals" doc:"各清单的总数"`
}

// ImpactTotals are the whole lengths of the limited lists.
type ImpactTotals struct {
	Incidents int `json:"incidents" doc:"未结事件"`
	Visits    int `json:"visits" doc:"待回访"`
	Members   int `json:"members" doc:"换支部的党员"`
	Points    int `json:"points" doc:"服务点"`
}

// PlanScore is one plan on the score card. Plan 0 is the official state of the
// same communities.
type PlanScore struct {
	Plan        int64   `json:"plan"`
	Name        string  `json:"name"`
	Grids       int     `json:"grids" doc:"网格数"`
	InBand      float64 `json:"inBand" doc:"户数达标的网格比例"`
	Deviation   float64 `json:"deviation" doc:"户数与标准中值的最大偏差（比例）"`
	MeanOff     float64 `json:"meanOff" doc:"平均偏差（比例）"`
	Compactness float64 `json:"compactness" doc:"平均紧凑度"`
	RoadShare   float64 `json:"roadShare" doc:"平均沿路比例"`
	Blocks      int     `json:"blocks" doc:"分在几格的街坊数"`
	Cells       int     `json:"cells" doc:"与现行不同的地块数"`
	Households  int     `json:"households" doc:"换网格的户数"`
	Kept        float64 `json:"kept" doc:"留在原网格的户数比例"`
	WhiteSpots  int     `json:"whiteSpots" doc:"空白点（没有党支部的网格）"`
	Errors      int     `json:"errors" doc:"错误数"`
	Warnings    int     `json:"warnings" doc:"提醒数"`
	sizes       []scored
	total       int
}

type scored struct{ off, compact, road float64 }

// Add counts one community into the score.
func (s *PlanScore) Add(g *Ground) {
	blocks := map[[2]int64]map[int64]bool{}
	for _, c := range g.Cells {
		if c.Head != c.Now {
			s.Cells, s.Households = s.Cells+1, s.Households+c.Households
		}
		s.total += c.Households
		k := [2]int64{c.Community, c.Block}
		if blocks[k] == nil {
			blocks[k] = map[int64]bool{}
		}
		if c.Buildings > 0 {
			blocks[k][c.Now] = true
		}
	}
	for _, in := range blocks {
		if len(in) > 1 {
			s.Blocks++
		}
	}
	for _, l := range g.Labels() {
		if grid := g.Grid(l, false); grid.Cells > 0 && (grid.Kind == "micro") == g.Micro() {
			s.grid(grid)
		}
	}
	for _, c := range g.CheckAll() {
		if c.Level == CheckError {
			s.Errors++
		} else {
			s.Warnings++
		}
	}
}

func (s *PlanScore) grid(grid PlanGrid) {
	s.Grids++
	if grid.Branch == nil && grid.BranchName == "" && grid.Kind == "basic" {
		s.WhiteSpots++
	}
	middle := float64(grid.Low+grid.High) / 2
	one := scored{-1, grid.Compactness, grid.RoadShare}
	if grid.Kind != "special" && middle > 0 {
		one.off = math.Abs(float64(grid.Households)-middle) / middle
		if grid.Households >= grid.Low && grid.Households <= grid.High {
			s.InBand++
		}
	}
	s.sizes = append(s.sizes, one)
}

// Done turns sums into means and shares.
func (s *PlanScore) Done() PlanScore {
	sized := 0
	for _, one := range s.sizes {
		s.Compactness, s.RoadShare = s.Compactness+one.compact, s.RoadShare+one.road
		if one.off >= 0 {
			sized, s.MeanOff, s.Deviation = sized+1, s.MeanOff+one.off, max(s.Deviation, one.off)
		}
	}
	if n := float64(len(s.sizes)); n > 0 {
		s.Compactness, s.RoadShare = s.Compactness/n, s.RoadShare/n
	}
	if sized > 0 {
		s.MeanOff, s.InBand = s.MeanOff/float64(sized), s.InBand/float64(sized)
	}
	s.Kept = 1
	if s.total > 0 {
		s.Kept = 1 - float64(s.Households)/float64(s.total)
	}
	return *s
}
