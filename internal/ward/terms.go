package ward

// The vocabularies of the field. The identifiers are what the database, the API
// and the web use; the first Chinese word is what people read.
var (
	AreaLevels = Terms{{"district", "区", []string{"区县"}}, {"street", "街道", []string{"镇", "乡镇"}}, {"community", "社区", []string{"居委会", "村"}}}
	AreaScheme = Terms{{"party", "党建", nil}, {"police", "公安", nil}, {"city", "城管", nil}}
	GridKinds  = Terms{{"basic", "综合网格", []string{"基础网格"}}, {"special", "专属网格", []string{"专属"}}, {"micro", "微网格", nil}}
	RoadKinds  = Terms{
		{"main", "主干道", []string{"motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link", "highway", "major_road"}},
		{"secondary", "次干道", []string{"tertiary", "secondary_link", "tertiary_link"}},
		{"minor", "支路", []string{"residential", "unclassified", "service", "living_street", "minor_road"}},
		{"path", "小路", []string{"footway", "pedestrian", "cycleway", "steps", "track"}},
		{"wall", "围墙", nil},
		{"river", "河道", []string{"stream", "canal"}},
		{"rail", "铁路", []string{"subway", "light_rail", "railway"}},
	}
	GroundKinds = Terms{
		{"water", "水面", []string{"river", "riverbank", "lake", "basin", "dock", "ocean", "swimming_pool", "water_areas", "canal"}},
		{"park", "公园", []string{"garden", "recreation_ground", "nature_reserve"}},
		{"green", "绿地", []string{"grass", "forest", "wood", "meadow", "scrub", "natural_wood", "village_green"}},
		{"school", "学校", []string{"university", "college", "kindergarten"}},
		{"square", "广场", []string{"pedestrian", "plaza"}},
		{"sports", "运动场", []string{"pitch", "stadium", "playground", "sports_centre", "track"}},
		{"other", "其他用地", []string{"residential", "commercial", "retail", "industrial", "hospital", "urban_area", "parking", "railway", "construction"}},
	}
	BuildingKinds = Terms{
		{"residential", "住宅", []string{"apartments", "house", "dormitory", "居民楼"}},
		{"tower", "商务楼宇", []string{"office", "commercial"}},
		{"shop", "商业", []string{"retail", "supermarket", "mall"}},
		{"school", "学校", []string{"university", "college", "kindergarten"}},
		{"public", "公共建筑", []string{"hospital", "civic", "government", "public_building", "museum", "train_station"}},
		{"industrial", "厂房", []string{"warehouse", "industrial"}},
		{"lane", "里弄", nil},
		{"other", "其他", []string{"yes", "building", "building_part"}},
	}
	CourtyardKinds = Terms{{"walled", "封闭小区", nil}, {"open", "开放院落", []string{"开放小区"}}, {"lane", "里弄", nil}}
	HouseholdUses  = Terms{{"own", "自住", []string{"自有"}}, {"rent", "出租", []string{"租住"}}, {"vacant", "空置", nil}}
	HouseholdTags  = Terms{
		{"hardship", "困难", []string{"困难户", "困难家庭"}},
		{"allowance", "低保", []string{"低保户"}},
		{"lone_elder", "独居老人", []string{"独居"}},
		{"disabled", "残疾", []string{"残疾人"}},
		{"illness", "大病", []string{"重病"}},
		{"military", "军属", []string{"军烈属"}},
		{"elder_80", "八十岁以上老人", []string{"高龄老人"}},
		{"new_baby", "新生儿家庭", nil},
	}
	BranchKinds = Terms{
		{"street_committee", "街道党工委", nil},
		{"community_committee", "社区党委", nil},
		{"community_general", "社区党总支", nil},
		{"grid", "网格党支部", nil},
		{"group", "楼院党小组", []string{"党小组"}},
		{"own", "两新组织支部(体内)", []string{"体内支部", "两新组织支部"}},
		{"joint", "两新组织支部(联合)", []string{"联合支部", "体外联合支部"}},
		{"office", "机关支部", nil},
		{"tower", "楼宇党委", []string{"楼宇支部", "园区党委", "商圈党委"}},
		{"feature", "功能型支部", []string{"特色支部"}},
	}
	MemberKinds = Terms{
		{"working", "在职党员", []string{"在职"}},
		{"retired", "离退休党员", []string{"离退休", "退休"}},
		{"laid_off", "下岗党员", []string{"下岗"}},
		{"floating", "流动党员", []string{"流动"}},
		{"resident", "居民党员", []string{"居民"}},
		{"new_org", "两新党员", []string{"两新"}},
	}
	Genders      = Terms{{"male", "男", []string{"M", "m"}}, {"female", "女", []string{"F", "f"}}}
	HubOffers    = Terms{{"reading", "读报", nil}, {"mediation", "调解", nil}, {"council", "议事", nil}, {"study", "学习", nil}, {"errands", "代办", nil}, {"care", "关爱", nil}}
	Institutions = Terms{
		{"company", "非公企业", []string{"企业", "公司"}},
		{"social", "社会组织", nil},
		{"resident_unit", "驻区单位", []string{"单位"}},
		{"property", "物业公司", []string{"物业"}},
		{"owners", "业主委员会", []string{"业委会"}},
		{"school", "学校", nil},
		{"hospital", "医疗机构", []string{"医院"}},
		{"shop", "个体商户", nil},
	}
	PartyModes = Terms{{"own", "独立支部", []string{"体内"}}, {"joint", "联合支部", []string{"联合"}}, {"liaison", "党建联络员", []string{"联络员"}}, {"point", "服务点覆盖", []string{"服务点"}}, {"none", "尚未覆盖", []string{"无"}}}
	TeamKinds  = Terms{
		{"patrol", "治安巡逻队", []string{"治安巡逻"}},
		{"greening", "护绿队", []string{"护绿"}},
		{"volunteer", "志愿服务队", []string{"志愿服务"}},
		{"manners", "文明劝导队", []string{"文明劝导"}},
		{"housework", "家政服务队", []string{"家政"}},
		{"legal", "法律服务队", []string{"法律"}},
		{"arts", "文体队", []string{"文体"}},
	}
	TeamStates = Terms{{"off", "未上岗", nil}, {"on_duty", "在岗", nil}, {"on_way", "途中", nil}, {"on_scene", "现场", nil}}
	// GridRoles are the 8+X roles of a grid team: the first nine are required
	// ("8" counts the two grades of house keepers as one), the rest are X.
	GridRoles = Terms{
		{"leader", "网格长", nil},
		{"committee", "社区两委成员", nil},
		{"branch_secretary", "支部书记", nil},
		{"police", "社区民警", nil},
		{"family_planning", "计生协管员", nil},
		{"hub", "党员中心户", nil},
		{"building_head", "楼长", nil},
		{"unit_head", "单元长", nil},
		{"volunteer_head", "志愿服务分队长", nil},
		{"delegate", "两代表一委员", nil},
		{"registered_member", "报到在职党员", nil},
		{"property", "物业", nil},
		{"owners", "业委会", nil},
	}
	StewardKinds = Terms{{"building", "楼长", nil}, {"unit", "单元长", nil}, {"lane", "巷长", nil}}
	PledgeKinds  = Terms{
		{"needy_household", "帮扶一户困难家庭", nil},
		{"hygiene", "包一片卫生", nil},
		{"order", "管一片治安", nil},
		{"youth", "帮教一名青少年", nil},
		{"applicant", "培养一名积极分子", nil},
		{"institution", "联系一家单位", nil},
	}
	PairingKinds = Terms{{"branch_branch", "支部结对共建", []string{"结对共建"}}, {"member_household", "党员结对帮困", []string{"结对帮困"}}, {"leader_community", "领导联系点", []string{"联系点"}}}
	HonourKinds  = Terms{
		{"good_branch", "五好支部", nil},
		{"star_member", "明星党员", nil},
		{"good_courtyard", "文明小区", nil},
		{"good_building", "文明楼院", nil},
		{"good_lane", "文明巷道", nil},
		{"good_household", "文明家庭", nil},
	}
	PointKinds = Terms{
		{"service_centre", "党群服务中心", nil},
		{"service_station", "党员服务站", []string{"党员服务点"}},
		{"affairs_centre", "事务受理中心", nil},
		{"relief_centre", "救助中心", nil},
		{"activity_room", "活动室", []string{"活动中心"}},
		{"talk_room", "谈心室", nil},
		{"community_school", "社区学校", nil},
		{"party_school", "党政校", nil},
		{"wish_wall", "心愿墙", nil},
		{"education_station", "教育站", nil},
		{"union", "工会", nil},
		{"care_home", "养老服务站", nil},
		{"clinic", "卫生服务站", nil},
		{"public", "公共场所", nil},
	}
	Pavings   = Terms{{"asphalt", "沥青", nil}, {"concrete", "水泥", nil}, {"stone", "石板", nil}, {"brick", "砖", nil}, {"earth", "土路", nil}}
	Bookings  = Terms{{"study", "学习", nil}, {"lecture", "党课", nil}, {"show", "演出", nil}, {"council", "议事", nil}, {"memorial", "追悼", nil}, {"other", "其他", nil}}
	BookState = Terms{{"free", "免费", nil}, {"booked", "预约", nil}, {"paid", "付费", nil}, {"cancelled", "取消", nil}}
)

// RequiredGridRoles are the roles a full 8+X grid team must fill; completeness
// = roles filled ÷ these.
func RequiredGridRoles() []string {
	out := make([]string, 0, 9)
	for _, t := range GridRoles[:9] {
		out = append(out, t.Value)
	}
	return out
}
