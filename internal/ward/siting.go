package ward

import (
	"context"

	"github.com/paulmach/orb"
)

// What may be near: layers of the blank spots (空白点).
const (
	SitingPoint  = "point"  // 服务点
	SitingHub    = "hub"    // 党员中心户
	SitingBranch = "branch" // 网格党支部: a grid has one or has none, nobody walks to it
)

// Walking paces, metres a minute: a grown-up and an old person.
const (
	PaceUsual = 80
	PaceElder = 60
)

// Limits of siting.
const (
	SitingCandidates = 1500 // candidates one question may weigh
	SitingSpots      = 200  // blank spots that are listed
	SitingSpotDoors  = 400  // buildings of a spot that are named
)

// SitingLayer says what should be near, and what near is.
type SitingLayer struct {
	Of      string `json:"of" query:"of" enum:"point,hub,branch" default:"point" doc:"看什么：服务点/党员中心户/网格党支部"`
	Kind    string `json:"kind,omitempty" query:"kind" maxLength:"40" doc:"只看这一种服务点"`
	Minutes int    `json:"minutes" query:"minutes" minimum:"1" maximum:"60" default:"15" doc:"步行分钟数"`
	Pace    int    `json:"pace" query:"pace" minimum:"20" maximum:"120" default:"80" doc:"步速（米/分钟）：成人80，老人60"`
}

// Metres is how far one gets in the minutes.
func (l SitingLayer) Metres() float64 { return float64(l.Minutes * l.Pace) }

// SitingPeople counts who lives somewhere, by households.
type SitingPeople struct {
	Households int `json:"households" doc:"户数"`
	Elders     int `json:"elders" doc:"有独居或八十岁以上老人的户"`
	Hardship   int `json:"hardship" doc:"困难户数"`
}

// Plus adds up.
func (p SitingPeople) Plus(o SitingPeople) SitingPeople {
	return SitingPeople{p.Households + o.Households, p.Elders + o.Elders, p.Hardship + o.Hardship}
}

// SitingDoor is a building with households, where its people begin to walk.
type SitingDoor struct {
	Building  int64
	Community int64
	Grid      int64 // today's; 0: none
	Label     int64 // in a plan; without a plan as Grid
	Title     string
	Branch    bool      // its grid has a branch
	At        orb.Point // metres, the metric plane
	Location  orb.Point // degrees
	SitingPeople
}

// SitingPlace is what people walk to.
type SitingPlace struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name" doc:"名称"`
	Kind      string    `json:"kind" doc:"种类"`
	Location  orb.Point `json:"location" doc:"位置（度）"`
	At        orb.Point `json:"-"` // metres
	Community int64     `json:"-"`
	Grid      int64     `json:"-"` // today's
	Label     int64     `json:"-"` // in a plan
	Nearest   int       `json:"nearest" db:"-" doc:"以它为最近的户数"`
	Within    int       `json:"within" db:"-" doc:"其中在时限内的户数"`
}

// SitingWay is a road, path, lane, or what bars the way; metres.
type SitingWay struct {
	Bridge  bool
	Barrier bool
	Line    orb.LineString
}

// SitingGround is what siting needs of a territory at one moment.
type SitingGround struct {
	Revision int64 // of the ways
	Doors    []SitingDoor
	Places   []SitingPlace
	Areas    map[int64]string // communities by number
}

// SitingCoverage is who reaches what on foot.
type SitingCoverage struct {
	SitingLayer
	Total    SitingPeople   `json:"total" doc:"住户总数"`
	Within   SitingPeople   `json:"within" doc:"步行时限内的"`
	Straight SitingPeople   `json:"straight" doc:"按直线距离算在时限内的；多出的部分被墙、河挡着"`
	CutOff   SitingPeople   `json:"cutOff" doc:"走不到任何一处的：附近没有路，或路不通"`
	Places   []SitingPlace  `json:"places" doc:"现有的"`
	Curve    []SitingStep   `json:"curve" doc:"逐分钟的比例，1至30分钟"`
	Spots    []SitingSpot   `json:"spots" doc:"空白点，户数多的在前"`
	Doors    SitingColumns  `json:"doors" doc:"每栋有住户的楼，按列"`
	Areas    []SitingRegion `json:"areas" doc:"各社区"`
}

// SitingStep is one step of the curve.
type SitingStep struct {
	Minutes  int     `json:"minutes"`
	Share    float64 `json:"share" doc:"步行能到的户数比例"`
	Straight float64 `json:"straight" doc:"按直线距离的户数比例"`
}

// SitingColumns are doors in columns, all of one length.
type SitingColumns struct {
	Building   []int64     `json:"building" doc:"楼栋"`
	Location   []orb.Point `json:"location" doc:"位置（度）"`
	Minutes    []float64   `json:"minutes" doc:"步行分钟数；负数为走不到"`
	Households []int       `json:"households" doc:"户数"`
}

// Add appends a door.
func (c *SitingColumns) Add(d *SitingDoor, minutes float64) {
	c.Building, c.Location = append(c.Building, d.Building), append(c.Location, d.Location)
	c.Minutes, c.Households = append(c.Minutes, minutes), append(c.Households, d.Households)
}

// NewSitingColumns has room for so many doors; its lists are never null.
func NewSitingColumns(room int) SitingColumns {
	return SitingColumns{make([]int64, 0, room), make([]orb.Point, 0, room), make([]float64, 0, room), make([]int, 0, room)}
}

// SitingRegion is one community in a coverage.
type SitingRegion struct {
	ID     int64        `json:"id"`
	Name   string       `json:"name" doc:"社区"`
	Total  SitingPeople `json:"total" doc:"住户"`
	Within SitingPeople `json:"within" doc:"时限内的"`
}

// SitingSpot is a blank spot (空白点): neighbouring buildings beyond the limit.
type SitingSpot struct {
	ID        int       `json:"id" doc:"序号"`
	Community Named     `json:"community" doc:"社区"`
	Place     string    `json:"place" doc:"大致位置：户数最多的楼"`
	Location  orb.Point `json:"location" doc:"中心（度）"`
	Bounds    []float64 `json:"bounds" doc:"范围 [西,南,东,北]"`
	Buildings []int64   `json:"buildings" doc:"楼栋，至多400个"`
	SitingPeople
	Mean   float64 `json:"mean" doc:"平均步行分钟数；走不到的不计"`
	CutOff int     `json:"cutOff" doc:"走不到的户数"`
}

// SitingQuestion asks where something should go (选址).
type SitingQuestion struct {
	SitingLayer
	Community int64   `json:"community,omitempty" minimum:"0" doc:"为哪个社区选；0为全部辖区"`
	Buildings []int64 `json:"buildings,omitempty" maxItems:"2000" doc:"只为这些楼的住户选，例如一个空白点"`
	From      string  `json:"from" enum:"own,any,these" default:"any" doc:"候选：自有和公共用房/任何楼栋/指定的楼"`
	These     []int64 `json:"these,omitempty" maxItems:"200" doc:"指定的楼"`
	Footprint int     `json:"footprint,omitempty" minimum:"0" maximum:"100000" doc:"占地至少多少平方米"`
	Elders    float64 `json:"elders,omitempty" minimum:"0" maximum:"10" doc:"有老人的户多算几户；0为一样"`
	Today     int64   `json:"today,omitempty" minimum:"0" doc:"同哪个现有服务点比较"`
	Move      bool    `json:"move,omitempty" doc:"迁址：比较时当作现有的那处不在了"`
	Count     int     `json:"count,omitempty" minimum:"0" maximum:"100" doc:"列出几个，缺省20"`
}

// Validate checks what the schema cannot.
func (q SitingQuestion) Validate() error {
	var c Check
	c.Field(q.Of != SitingBranch, "of", "党支部不按步行远近选址，请选服务点或中心户")
	c.Field(q.From != "these" || len(q.These) > 0, "these", "请指定候选的楼栋")
	c.Field(!q.Move || q.Today > 0, "today", "迁址请选要迁的服务点")
	return c.Err()
}

// SitingCandidate is a building where something could go.
type SitingCandidate struct {
	Building  int64
	Name      string
	Kind      string
	Community string
	Footprint float64 // m²
	Point     string  // a service point that is there already
	At        orb.Point
	Location  orb.Point
}

// Site is how a place would serve the people asked about. Times are minutes.
type Site struct {
	Building  int64     `json:"building" doc:"楼栋；现址为0"`
	Name      string    `json:"name" doc:"地点"`
	Kind      string    `json:"kind" doc:"楼栋类别"`
	Community string    `json:"community" doc:"社区"`
	Footprint int       `json:"footprint" doc:"占地（平方米）"`
	Point     string    `json:"point" doc:"现有的服务点；没有为空"`
	Location  orb.Point `json:"location" doc:"位置（度）"`
	Mean      float64   `json:"mean" doc:"平均步行分钟数（加权）；负数为都走不到"`
	Worst     float64   `json:"worst" doc:"最远一户的分钟数"`
	Within    float64   `json:"within" doc:"时限内的比例（加权）"`
	Gain      float64   `json:"gain" doc:"新覆盖的比例：现有的都到不了的"`
	CutOff    float64   `json:"cutOff" doc:"走不到的比例"`
}

// SiteRanking answers a SitingQuestion.
type SiteRanking struct {
	SitingLayer
	People   SitingPeople `json:"people" doc:"为多少住户选"`
	Weighed  int          `json:"weighed" doc:"比较了多少个候选"`
	Remote   int          `json:"remote" doc:"附近没有路、没有比较的候选"`
	Today    *Site        `json:"today" doc:"现址"`
	Sites    []Site       `json:"sites" doc:"新覆盖多的在前，其次平均步行短的"`
	Together []SitePick   `json:"together" doc:"要设几处时，依次选哪几处"`
}

// SitePick is one of several places chosen together.
type SitePick struct {
	Building int64   `json:"building" doc:"楼栋；0为一处都不增加"`
	Name     string  `json:"name" doc:"地点"`
	Covered  float64 `json:"covered" doc:"选到这处为止的覆盖比例（加权）"`
}

// PlanSiting is how far a plan's people walk to the point of their grid.
type PlanSiting struct {
	Minutes int              `json:"minutes"`
	Pace    int              `json:"pace"`
	Beyond  SitingPeople     `json:"beyond" doc:"方案里超过时限的"`
	Today   SitingPeople     `json:"today" doc:"现行网格里超过时限的"`
	Grids   []PlanGridSiting `json:"grids" doc:"各网格，超过时限多的在前"`
	Doors   SitingColumns    `json:"doors" doc:"方案里超过时限的楼"`
}

// PlanGridSiting is one grid of it. A grid without a point counts the way to
// the nearest point of its community.
type PlanGridSiting struct {
	Grid   int64        `json:"grid" doc:"网格；负数为本方案新设"`
	Points int          `json:"points" doc:"网格里的服务点；0则算到本社区最近的"`
	Total  SitingPeople `json:"total" doc:"住户"`
	Beyond SitingPeople `json:"beyond" doc:"超过时限的"`
	Mean   float64      `json:"mean" doc:"平均分钟数；走不到的不计"`
	Worst  float64      `json:"worst" doc:"最远的分钟数"`
}

// SitingStore reads what siting is worked out from, each within the scope.
type SitingStore interface {
	// SitingGround reads the doors of the territory and the places of a layer.
	SitingGround(ctx context.Context, s Scope, l SitingLayer) (SitingGround, error)
	// SitingWays are the ways and barriers of the whole deployment with their
	// revision: a path does not end at the border of a territory.
	SitingWays(ctx context.Context) ([]SitingWay, int64, error)
	// SitingCandidates lists buildings in question, at most limit, by number.
	SitingCandidates(ctx context.Context, s Scope, q SitingQuestion, limit int) ([]SitingCandidate, error)
	// PlanSitingGround is SitingGround with the labels of a plan, its communities only.
	PlanSitingGround(ctx context.Context, s Scope, plan int64) (SitingGround, error)
}
