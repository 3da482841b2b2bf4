package ward

import (
	"slices"
	"strings"
)

// The further kinds of a field of a register, beside those of a column.
const (
	Ref     Kind = "ref"     // the number of one record of Nouns[0]
	Refs    Kind = "refs"    // numbers of records of Nouns[0]
	Thing   Kind = "thing"   // one record of any of Nouns, as "branch/12"
	Things  Kind = "things"  // records of any of Nouns
	Place   Kind = "place"   // [longitude, latitude] in degrees
	Outline Kind = "outline" // GeoJSON Polygon or MultiPolygon in degrees
	Course  Kind = "course"  // GeoJSON LineString or MultiLineString in degrees
)

// Field is one field of a register: what a form asks for, a change may name and
// a file calls by its title.
type Field struct {
	Name     string       `json:"name" doc:"字段名"`
	Title    string       `json:"title" doc:"名称"`
	Kind     Kind         `json:"kind" enum:"text,int,number,day,bool,choice,many,ref,refs,thing,things,place,outline,course" doc:"类型"`
	Required bool         `json:"required" doc:"必填"`
	Fixed    bool         `json:"fixed" doc:"登记后不能改"`
	Personal bool         `json:"personal" doc:"个人信息：脱敏显示，查看留痕"`
	Nouns    []string     `json:"nouns" doc:"指向哪种记录"`
	Choices  []Choiceable `json:"choices" doc:"可选的值"`
	Low      float64      `json:"low" doc:"最小值"`
	High     float64      `json:"high" doc:"最大值；文字为最多字数，列表为最多项数"`
	Hint     string       `json:"hint" doc:"填写说明"`

	// Key is what the sheet of files and, unless the store says otherwise, the
	// table calls it.
	Key   string `json:"-"`
	Terms Terms  `json:"-"`
}

// Choiceable is one value a field may have, with the word people read.
type Choiceable struct {
	Value string `json:"value" doc:"值"`
	Label string `json:"label" doc:"显示"`
}

// Ending says what becomes of a record that is no longer used.
type Ending string

// The endings.
const (
	Ends    Ending = "ends"    // kept with its last day, because other records hang on it
	Removed Ending = "removed" // taken out; the history keeps what it was
	Stays   Ending = "stays"   // not ended here
)

// Register declares what may be created and changed of one noun. It is the
// sheet of the noun with what only the register knows.
type Register struct {
	Noun      string  `json:"noun" doc:"名词"`
	Many      string  `json:"many" doc:"地址中的复数"`
	Title     string  `json:"title" doc:"名称"`
	Fields    []Field `json:"fields" doc:"字段"`
	Ending    Ending  `json:"ending" enum:"ends,removed,stays" doc:"停用方式"`
	Closed    string  `json:"closed" doc:"不能在此新增时，到哪里新增；空为可新增"`
	Elsewhere string  `json:"elsewhere" doc:"哪些内容不在此修改、在哪里改"`
	Creates   bool    `json:"creates" doc:"您可以新增"`
	Changes   bool    `json:"changes" doc:"您可以修改"`
	Retires   bool    `json:"retires" doc:"您可以停用或删除"`
	Shows     bool    `json:"shows" doc:"您可以查看个人信息原文（留痕）"`
	Sheet     string  `json:"sheet" doc:"导入时的表名，空为不能导入"`

	roles []Role
	check func(Values, *Check)
}

// Values are the fields of a record or a change by name, as Read gives them:
// string, int64, float64, bool, []string, []int64, orb.Point, orb.MultiPolygon,
// orb.MultiLineString; nil for empty. Days are "2006-01-02".
type Values map[string]any

// more is what a register knows of a column of its sheet.
type more struct {
	name      string
	fixed     bool
	nouns     []string
	kind      Kind
	low, high float64
	hint      string
}

func refTo(noun string) more         { return more{kind: Ref, nouns: []string{noun}} }
func refsTo(noun string) more        { return more{kind: Refs, nouns: []string{noun}} }
func thing(nouns ...string) more     { return more{kind: Thing, nouns: nouns} }
func between(low, high float64) more { return more{low: low, high: high} }

// declared is a register before the columns of its sheet are read in.
type declared struct {
	Register
	more map[string]more
}

var year = between(1800, 2200)

// Who keeps which register by hand (domain: roles × territory).
var (
	gridKeep  = []Role{Planner, Admin}
	placeKeep = []Role{Secretary, Planner, PartyOffice, Admin}
	doorKeep  = []Role{GridLeader, GridStaff, Secretary, Admin}
	teamKeep  = []Role{DutyHead, Secretary, PartyOffice, Admin}
)

// declarations are the registers in the order people read them.
func declarations() []declared {
	return []declared{
		{Register{Noun: "area", Many: "areas", roles: gridKeep, Ending: Stays, Closed: "辖区连同边界从文件导入；撤并在规划端进行", Elsewhere: "边界、上级和级别不在此修改：请导入新边界，或在规划端调整"}, map[string]more{
			"code": {fixed: true}, "level": {fixed: true}, "parent": {kind: Ref, nouns: []string{"area"}, fixed: true}, "scheme": {fixed: true}, "name": {high: 100},
		}},
		{Register{Noun: "grid", Many: "grids", roles: []Role{Planner, Secretary, Admin}, Ending: Stays, Closed: "新网格在规划端划定并发布", Elsewhere: "网格的边界、所属社区和撤并不在此修改：请在规划端重划"}, map[string]more{
			"code": {fixed: true}, "community": {kind: Ref, nouns: []string{"area"}, fixed: true}, "valid_from": {fixed: true}, "name": {high: 100},
		}},
		{Register{Noun: "building", Many: "buildings", roles: placeKeep, Ending: Ends, Elsewhere: "所在网格由楼栋位置决定；网格边界在规划端调整"}, map[string]more{
			"code": {fixed: true}, "floors": between(0, 200), "units": between(0, 100), "height": between(0, 1000), "built": year, "courtyard": refTo("courtyard"),
		}},
		{Register{Noun: "household", Many: "households", roles: doorKeep, Ending: Ends, check: checkHousehold}, map[string]more{
			"code": {fixed: true}, "building": refTo("building"), "unit": between(0, 100), "floor": between(-5, 200), "room": {high: 20}, "persons": between(0, 50),
			"head": {high: 50}, "phone": {high: 20}, "id_no": {high: 18}, "consent_until": {hint: "有服务标签就要填"}, "tags": {hint: "要有本人同意"},
		}},
		{Register{Noun: "branch", Many: "branches", roles: offices, Ending: Ends}, map[string]more{
			"code": {fixed: true}, "parent": refTo("branch"), "area": refTo("area"), "grids": refsTo("grid"), "building": refTo("building"), "secretary": {high: 50},
		}},
		{Register{Noun: "member", Many: "members", roles: offices, Ending: Ends}, map[string]more{
			"code": {fixed: true}, "name": {high: 50}, "birth_year": between(1900, 2100), "branch": refTo("branch"), "household": refTo("household"), "phone": {high: 20}, "id_no": {high: 18}, "home_unit": {high: 100},
		}},
		{Register{Noun: "hub", Many: "hubs", roles: offices, Ending: Removed}, map[string]more{
			"code": {fixed: true}, "member": refTo("member"), "household": refTo("household"), "doors": refsTo("household"),
		}},
		{Register{Noun: "institution", Many: "institutions", roles: placeKeep, Ending: Ends}, map[string]more{
			"code": {fixed: true}, "building": refTo("building"), "floor": between(-5, 200), "staff": between(0, 1_000_000), "members": between(0, 1_000_000), "branch": refTo("branch"),
		}},
		{Register{Noun: "courtyard", Many: "courtyards", roles: placeKeep, Ending: Ends}, map[string]more{"code": {fixed: true}, "built": year}},
		{Register{Noun: "lane", Many: "lanes", roles: placeKeep, Ending: Ends}, map[string]more{"code": {fixed: true}, "width": between(0, 100)}},
		{Register{Noun: "team", Many: "teams", roles: teamKeep, Ending: Ends}, map[string]more{
			"code": {fixed: true}, "area": refTo("area"), "grids": refsTo("grid"), "leader": refTo("member"), "members": refsTo("member"), "headcount": between(0, 100_000),
		}},
		{Register{Noun: "point", Many: "points", roles: offices, Ending: Ends}, map[string]more{
			"code": {fixed: true}, "building": refTo("building"), "area": between(0, 1_000_000), "seats": between(0, 100_000), "services": {high: 115}, "phone": {high: 30, hint: "对外公开的电话"},
		}},
		{Register{Noun: "steward", Many: "stewards", roles: offices, Ending: Removed, check: checkSteward}, map[string]more{
			"member": refTo("member"), "places": {kind: Things, nouns: []string{"courtyard", "building", "lane"}, hint: "楼长、单元长管小区或楼栋，巷长管巷道"},
		}},
		{Register{Noun: "pledge", Many: "pledges", roles: offices, Ending: Removed}, map[string]more{
			"member": refTo("member"), "target": thing("household", "institution", "grid"), "text": {high: 500},
		}},
		{Register{Noun: "pairing", Many: "pairings", roles: offices, Ending: Ends, check: checkPairing}, map[string]more{
			"code": {fixed: true}, "left": thing("branch", "member"), "right": thing("branch", "household", "area"), "from": {name: "since"}, "to": {name: "until"}, "promise": {high: 1000},
		}},
		{Register{Noun: "honour", Many: "honours", roles: offices, Ending: Removed, check: checkHonour}, map[string]more{
			"target": thing("branch", "member", "courtyard", "building", "lane", "household"), "year": between(1949, 2200),
		}},
	}
}

// Registers of the ward, each with its fields.
func AllRegisters() []Register {
	all := []Register{}
	for _, d := range declarations() {
		all = append(all, d.read())
	}
	return all
}

// LookUpRegister finds a register by its noun; not_found when there is none.
func LookUpRegister(noun string) (Register, error) {
	for _, d := range declarations() {
		if d.Noun == noun {
			return d.read(), nil
		}
	}
	return Register{}, Errorf(NotFound, "没有这种登记")
}

// read makes the fields of a register from the columns of its sheet.
func (d declared) read() Register {
	r := d.Register
	sheet, _ := SheetByName(r.Many)
	r.Title, r.Sheet = sheet.Title, sheet.Name
	for _, c := range sheet.Columns {
		if c.Kind == Lon || c.Kind == Lat {
			continue // a place is one field
		}
		m := d.more[c.Key]
		f := Field{
			Name: camel(c.Key), Title: strings.TrimSuffix(c.Title, "编码"), Kind: c.Kind, Required: c.Required, Fixed: m.fixed, Personal: c.Personal,
			Nouns: m.nouns, Choices: []Choiceable{}, Low: m.low, High: m.high, Hint: m.hint, Key: c.Key, Terms: c.Terms,
		}
		if f.Title == "" || f.Title == "户" {
			f.Title = c.Title
		}
		if m.kind != "" {
			f.Kind = m.kind
		}
		if m.name != "" {
			f.Name = m.name
		}
		if f.Nouns == nil {
			f.Nouns = []string{}
		}
		if f.High == 0 && f.Low == 0 {
			f.High = roomFor(f.Kind)
		}
		for _, t := range c.Terms {
			f.Choices = append(f.Choices, Choiceable{t.Value, t.Label})
		}
		r.Fields = append(r.Fields, f)
	}
	if shape, ok := shapeField(sheet.Shape); ok && r.Closed == "" {
		r.Fields = append(r.Fields, shape)
	}
	return r
}

// roomFor is how much a field holds when nothing else is said.
func roomFor(k Kind) float64 {
	switch k {
	case Int, Number:
		return 1e9
	case Many, Refs, Things:
		return 500
	}
	return 200
}

func shapeField(s Shape) (Field, bool) {
	f := Field{Nouns: []string{}, Choices: []Choiceable{}, Name: "shape", Key: "geom", Required: true}
	switch s {
	case PlaceAny, PointOnly:
		f.Name, f.Key, f.Title, f.Kind, f.Required, f.Hint = "location", "pt", "位置", Place, false, "经度,纬度；可取自旁边的地图；填了楼栋可不填"
	case AreaOnly:
		f.Title, f.Kind, f.Hint = "轮廓", Outline, "GeoJSON 面，一般由导入得到"
	case LineOnly:
		f.Title, f.Kind, f.Hint = "走向", Course, "GeoJSON 线，一般由导入得到"
	default:
		return f, false
	}
	return f, true
}

// Field finds a field by name.
func (r Register) Field(name string) (Field, bool) {
	i := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return r.Fields[i], true
}

// HasPersonal reports whether any field is personal.
func (r Register) HasPersonal() bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Personal })
}

// For says what the actor may do with the register.
func (r Register) For(a Actor) Register {
	may := func(operation string) bool { _, err := a.Scope(operation); return err == nil }
	r.Creates = may("create-" + r.Noun)
	r.Changes = may("change-" + r.Noun)
	r.Retires = may("retire-" + r.Noun)
	r.Shows = may("show-" + r.Noun)
	return r
}

// camel writes a key of a table as the API names it: party_mode → partyMode.
func camel(key string) string {
	parts := strings.Split(key, "_")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}
