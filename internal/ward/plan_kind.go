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
var planKindsOpen = map[string]bool{PlanOfGrids: true, PlanOfMicros: true}

// PlanKindLabel is the Chinese name of a kind of plan.
func PlanKindLabel(kind string) string { return planKindNames[kind] }

// checkPlanKind refuses kinds that cannot be begun.
func checkPlanKind(c *Check, kind string) {
	c.Field(planKindsOpen[kind], "kind", "现在还不能新建“"+PlanKindLabel(kind)+"”方案，请选择“网格划分”")
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
