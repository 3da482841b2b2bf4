package ward

// CoverageReport says what a build of the base coverage (地块底图) made of what
// was imported, and everything it had to decide: nothing is dropped silently.
// Areas are square metres, shifts metres.
type CoverageReport struct {
	Cells      int `json:"cells" doc:"地块数"`
	Voids      int `json:"voids" doc:"无楼地块数（公园、学校、空地）"`
	Arcs       int `json:"arcs" doc:"边线数"`
	Buildings  int `json:"buildings" doc:"落入地块的楼栋数"`
	Shared     int `json:"shared" doc:"与别的楼栋重叠、共用地块的楼栋数"`
	Straddling int `json:"straddling" doc:"跨道路或界线、整栋归一块的楼栋数"`
	Splinters  int `json:"splinters" doc:"并入邻块的碎片数"`

	Kept   int `json:"kept" doc:"与上次相同的地块数"`
	Opened int `json:"opened" doc:"新地块数"`
	Closed int `json:"closed" doc:"停用的地块数"`

	CommunityOverlap float64 `json:"communityOverlap" doc:"社区边界互相重叠的面积"`
	CommunityGap     float64 `json:"communityGap" doc:"社区之间并入邻社区的缝隙面积"`

	Outside []string     `json:"outside" doc:"不在任何社区内的楼栋编码"`
	Grids   []GridFit    `json:"grids" doc:"网格与交来的图形相差多少"`
	Choices []CellChoice `json:"choices" doc:"图形没有说清、由程序选定网格的地块"`
	Empty   []string     `json:"empty" doc:"有图形却没有分到地块的网格编码"`
	// Unassigned are cells of communities that have grids but none drawn.
	Unassigned int `json:"unassigned" doc:"尚无网格的地块数"`
}

// GridFit compares a grid with the polygon handed in for it (grid.drawn).
type GridFit struct {
	Grid    int64   `json:"grid"`
	Code    string  `json:"code" doc:"网格编码"`
	Name    string  `json:"name" doc:"网格名称"`
	Area    float64 `json:"area" doc:"网格面积"`
	Overlap float64 `json:"overlap" doc:"交来的图形与同社区其他网格重叠的面积"`
	Gap     float64 `json:"gap" doc:"网格里没有被任何图形盖住的面积"`
	Lost    float64 `json:"lost" doc:"图形里归了别的网格或落在社区外的面积"`
	Shift   float64 `json:"shift" doc:"边界最多移动多少米"`
	Parts   int     `json:"parts" doc:"步行可达的几块；大于1说明不连片"`
}

// CellChoice is a cell whose grid the drawn polygons did not settle.
type CellChoice struct {
	Cell   int64   `json:"cell"`
	Grid   int64   `json:"grid"`
	Code   string  `json:"code" doc:"选定的网格编码"`
	Reason string  `json:"reason" enum:"none,several,nearest" doc:"没有图形盖住楼栋点/不止一个/完全没有盖住，取最近"`
	Lon    float64 `json:"lon"`
	Lat    float64 `json:"lat"`
}
