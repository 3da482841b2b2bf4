package ward

// The kinds of plans: what is drawn anew.
const (
	PlanOfGrids       = "grid"      // 网格划分: the grids inside each community
	PlanOfCommunities = "community" // 社区界线: which community has which ground
	PlanOfMicros      = "micro"     // 微网格划分: the micro-grids inside each grid
)

// planKindNames are the kinds as people read them.
var planKindNames = map[string]string{PlanOfGrids: "网格划分", PlanOfCommunities: "社区界线", PlanOfMicros: "微网格划分"}

// planKindsOpen are the kinds that can be begun.
var planKindsOpen = map[string]bool{PlanOfGrids: true, PlanOfCommunities: true, PlanOfMicros: true}

// BorderPlanCommunities is how many communities a plan of community borders is about
// at the most: they are looked at together.
const BorderPlanCommunities = 30

// checkBorderPlan refuses what makes no sense for a plan of community borders.
func checkBorderPlan(c *Check, n PlanNew) {
	if n.Kind != PlanOfCommunities {
		return
	}
	c.Field(len(n.Communities) >= 2 && len(n.Communities) <= BorderPlanCommunities, "communities", "社区界线方案请选择2到30个社区")
	c.Field(n.From == "current" || n.From == "copy" || n.From == "restore", "from", "社区界线方案从现行网格、另一方案或某次公布之前开始")
}

// PlanKindLabel is the Chinese name of a kind of plan.
func PlanKindLabel(kind string) string { return planKindNames[kind] }

// checkPlanKind refuses kinds that cannot be begun.
func checkPlanKind(c *Check, kind string) {
	c.Field(planKindsOpen[kind], "kind", "现在还不能新建“"+PlanKindLabel(kind)+"”方案，请选择“网格划分”")
}

// Drawable is nil when the program may draw the plan's grids by itself. Which
// community has which ground is for people to settle.
func (p Plan) Drawable() error {
	if p.Kind != PlanOfCommunities {
		return nil
	}
	return Errorf(Conflict, "社区界线由人来定，系统不自动划分：界线生效后，再用网格划分方案均衡网格")
}

// SameKind is invalid when a plan is begun from one of another kind, whose cells
// mean something else.
func (n PlanNew) SameKind(model string) error {
	if n.Kind == model {
		return nil
	}
	message := "被复制的方案是“" + PlanKindLabel(model) + "”，与新方案不是同一类"
	return &Error{Code: Invalid, Message: message, Fields: []FieldError{{Field: "plan", Message: message}}}
}
