package postgres

import "wangge/internal/ward"

// planLayer says where a plan reads and writes who has which cell.
type planLayer struct {
	number int
	// head and other are the views of the last scheduled state: of the layer the
	// plan draws, and of the other one.
	head, other string
	// touch is the table of what publications moved.
	touch string
	// kinds is which rows of grid g are of the layer, and others those of the other.
	kinds, others string
}

// layerOf is the layer a kind of plan draws: micro-grids, or grids (a plan of
// communities moves the cells of grids too).
func layerOf(kind string) planLayer {
	if kind == ward.PlanOfMicros {
		return planLayer{2, "micro_head", "cell_head", "micro_touch", "g.kind = 'micro'", "g.kind <> 'micro'"}
	}
	return planLayer{1, "cell_head", "micro_head", "publish_touch", "g.kind <> 'micro'", "g.kind = 'micro'"}
}
