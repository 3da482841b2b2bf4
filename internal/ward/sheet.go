package ward

// Kind is how the text of a column is read.
type Kind string

// The kinds of a column.
const (
	Text   Kind = "text"
	Int    Kind = "int"
	Number Kind = "number" // decimal, in the unit the title names
	Day    Kind = "day"    // 2006-01-02, also 2006/1/2, 20060102, 2006年1月2日
	Bool   Kind = "bool"   // 是/否, true/false, 1/0
	Choice Kind = "choice" // one of Terms
	Many   Kind = "many"   // several texts or codes, separated by ; ； 、 or |
	Lon    Kind = "lon"    // degrees east, EPSG:4326
	Lat    Kind = "lat"    // degrees north, EPSG:4326
)

// Shape is the geometry a sheet carries.
type Shape string

// The shapes of a sheet.
const (
	NoShape   Shape = "none"
	PointOnly Shape = "point"
	LineOnly  Shape = "line"
	AreaOnly  Shape = "area"
	PlaceAny  Shape = "place" // a point, or anything whose inner point stands for it
)

// Column is one column of a sheet: the identifier used in GeoJSON properties
// and the Chinese header used in tables. Both are accepted everywhere.
type Column struct {
	Key      string
	Title    string
	Kind     Kind
	Required bool
	Terms    Terms    // with Choice, or the vocabulary of Many
	Also     []string // other headers files use
	Personal bool     // sealed or masked, never shown in a finding
	Max      int      // longest text in characters, largest number; 0: 200 characters, no limit
}

// Sheet is one kind of file people bring: which noun it fills, what its columns
// are and which shape it has. Order is the order in which a folder is imported,
// because later sheets refer to the codes of earlier ones.
type Sheet struct {
	Name    string // identifier, also the file name: buildings.geojson, members.csv
	Title   string
	Order   int
	Shape   Shape
	Columns []Column
}

// Column returns the column a header means, by key, title or other header.
func (s Sheet) Column(header string) (Column, bool) {
	for _, c := range s.Columns {
		if header == c.Key || header == c.Title {
			return c, true
		}
	}
	for _, c := range s.Columns {
		for _, a := range c.Also {
			if header == a {
				return c, true
			}
		}
	}
	return Column{}, false
}

// SheetByName finds a sheet by its identifier or its Chinese title.
func SheetByName(name string) (Sheet, bool) {
	for _, s := range Sheets() {
		if s.Name == name || s.Title == name {
			return s, true
		}
	}
	return Sheet{}, false
}

func text(key, title string, also ...string) Column {
	return Column{Key: key, Title: title, Kind: Text, Also: also}
}

func must(c Column) Column { c.Required = true; return c }

func of(key, title string, kind Kind, also ...string) Column {
	return Column{Key: key, Title: title, Kind: kind, Also: also}
}

func choice(key, title string, terms Terms, also ...string) Column {
	return Column{Key: key, Title: title, Kind: Choice, Terms: terms, Also: also}
}

func personal(key, title string, also ...string) Column {
	return Column{Key: key, Title: title, Kind: Text, Personal: true, Also: also}
}

// Sheets lists every kind of file in import order. References between sheets
// are by code; a code is text and never used twice.
func Sheets() []Sheet {
	return []Sheet{
		{"areas", "辖区", 1, AreaOnly, []Column{
			must(text("code", "编码", "代码", "行政区划代码")), must(text("name", "名称", "NAME")), must(choice("level", "级别", AreaLevels)),
			text("parent", "上级编码", "parent_code"), choice("scheme", "体系", AreaScheme), of("valid_from", "启用日期", Day),
		}},
		{"roads", "道路与界线", 2, LineOnly, []Column{
			text("code", "编码", "id", "@id"), text("name", "名称"), choice("kind", "类别", RoadKinds, "class", "highway", "kind_detail"), of("bridge", "桥梁", Bool, "is_bridge"),
		}},
		{"grounds", "地表", 3, AreaOnly, []Column{
			text("code", "编码", "id", "@id"), text("name", "名称"), choice("kind", "类别", GroundKinds, "landuse", "natural"),
		}},
		{"courtyards", "小区院落", 4, AreaOnly, []Column{
			must(text("code", "编码")), must(text("name", "名称")), choice("kind", "类别", CourtyardKinds), of("built", "建成年份", Int),
		}},
		{"buildings", "楼栋", 5, AreaOnly, []Column{
			text("code", "编码", "id", "@id", "楼栋编码"), text("name", "名称", "楼栋名称"), text("number", "楼号", "addr_housenumber", "addr:housenumber"), text("address", "地址", "addr_street", "addr:street"),
			choice("kind", "类别", BuildingKinds, "building", "kind_detail"), of("floors", "楼层数", Int, "building:levels", "层数"), of("units", "单元数", Int), of("height", "高度(米)", Number), text("courtyard", "小区编码"), of("built", "建成年份", Int),
		}},
		{"grids", "网格", 6, AreaOnly, []Column{
			must(text("code", "编码", "网格编码")), must(text("name", "名称", "网格名称")), choice("kind", "类别", GridKinds), text("community", "社区编码"), of("valid_from", "启用日期", Day),
		}},
		{"households", "住户", 7, NoShape, []Column{
			must(text("code", "户编码", "编码")), must(text("building", "楼栋编码")), of("unit", "单元", Int), of("floor", "楼层", Int), must(text("room", "室号", "房号")),
			choice("use", "用途", HouseholdUses), of("persons", "人数", Int), personal("head", "户主", "户主姓名"), personal("phone", "电话", "联系电话"), personal("id_no", "身份证号"),
			{Key: "tags", Title: "服务标签", Kind: Many, Terms: HouseholdTags, Personal: true},
			{Key: "consent_until", Title: "标签同意有效期", Kind: Day},
		}},
		{"branches", "党组织", 8, NoShape, []Column{
			must(text("code", "编码")), must(text("name", "名称")), must(choice("kind", "类别", BranchKinds)), text("parent", "上级编码"), must(text("area", "辖区编码", "社区编码")),
			of("grids", "网格编码", Many), text("building", "楼栋编码"), of("founded", "成立日期", Day), personal("secretary", "书记"),
		}},
		{"institutions", "单位", 9, PlaceAny, []Column{
			must(text("code", "编码")), must(text("name", "名称")), choice("kind", "类别", Institutions), text("building", "楼栋编码"), of("floor", "楼层", Int),
			of("staff", "职工数", Int), of("members", "党员数", Int), choice("party_mode", "党建方式", PartyModes), text("branch", "党组织编码"), of("lon", "经度", Lon), of("lat", "纬度", Lat),
		}},
		{"members", "党员", 10, NoShape, []Column{
			must(text("code", "编码")), must(personal("name", "姓名")), choice("gender", "性别", Genders), of("birth_year", "出生年份", Int), choice("kind", "类别", MemberKinds), must(text("branch", "党组织编码")),
			of("joined", "入党日期", Day), text("household", "户编码"), personal("home_unit", "工作单位"), of("registered_in", "在职报到", Bool), of("skills", "特长", Many), of("posts", "职务", Many), personal("phone", "电话"), personal("id_no", "身份证号"),
		}},
		{"hubs", "党员中心户", 11, NoShape, []Column{
			must(text("code", "编码")), must(text("name", "名称")), must(text("member", "党员编码")), must(text("household", "户编码")),
			{Key: "offers", Title: "服务内容", Kind: Many, Terms: HubOffers},
			text("hours", "联系时间"), of("doors", "服务户编码", Many),
		}},
		{"teams", "队伍", 12, PlaceAny, []Column{
			must(text("code", "编码")), must(text("name", "名称")), must(choice("kind", "类别", TeamKinds)), must(text("area", "辖区编码")), of("grids", "网格编码", Many), text("leader", "队长党员编码"), of("members", "队员党员编码", Many),
			choice("state", "状态", TeamStates), text("shift", "班次"), of("headcount", "人数", Int), of("lon", "经度", Lon), of("lat", "纬度", Lat),
		}},
		{"points", "服务点", 13, PlaceAny, []Column{
			must(text("code", "编码", "id", "@id")), must(text("name", "名称")), choice("kind", "类别", PointKinds, "amenity", "kind_detail"), text("building", "楼栋编码"), text("address", "地址"), of("area", "面积(平方米)", Number), of("seats", "座位数", Int),
			of("rooms", "房间", Many), text("hours", "开放时间"), of("services", "服务事项", Many), text("phone", "公开电话"), of("has_basics", "六必有齐全", Bool), of("lon", "经度", Lon), of("lat", "纬度", Lat),
		}},
		{"lanes", "巷道", 14, LineOnly, []Column{
			must(text("code", "编码")), must(text("name", "名称")), choice("paving", "路面", Pavings), of("sewer", "下水道", Bool), of("width", "宽度(米)", Number),
		}},
		{"grid_roles", "网格团队", 15, NoShape, []Column{
			must(text("grid", "网格编码")), must(choice("role", "角色", GridRoles)), text("member", "党员编码"), personal("name", "姓名"), personal("phone", "电话"),
		}},
		{"stewards", "楼长巷长", 16, NoShape, []Column{
			must(choice("kind", "类别", StewardKinds)), must(text("member", "党员编码")), must(of("places", "负责范围编码", Many)),
		}},
		{"pledges", "六个一", 17, NoShape, []Column{
			must(text("member", "党员编码")), must(choice("kind", "类别", PledgeKinds)), text("target", "对象编码"), text("text", "内容"), of("since", "开始日期", Day),
		}},
		{"pairings", "结对", 18, NoShape, []Column{
			must(text("code", "编码")), must(choice("kind", "类别", PairingKinds)), must(text("left", "甲方编码")), must(text("right", "乙方编码")), of("from", "开始日期", Day), of("to", "结束日期", Day), text("promise", "约定事项"), of("last_result", "最近成果日期", Day),
		}},
		{"honours", "荣誉", 19, NoShape, []Column{
			must(choice("kind", "类别", HonourKinds)), must(text("target", "对象编码")), must(of("year", "年度", Int)), text("given_by", "授予单位"),
		}},
	}
}
