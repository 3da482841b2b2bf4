package ward

import "time"

// MatterStates are how far what was raised at a visit (事项) has got. A visit is
// done when its matter is done and the resident has been told.
var MatterStates = Terms{{"open", "在办", nil}, {"to_tell", "待回告", nil}, {"told", "已回告", nil}}

// Matter is one of MatterStates, "" when nothing was raised.
type Matter string

// The states of a matter.
const (
	MatterOpen   Matter = "open"    // taken back or reported, not done yet
	MatterToTell Matter = "to_tell" // done, the resident does not know
	MatterTold   Matter = "told"    // the resident knows
)

// ToldAtOnce says whether the resident knows by the visit itself: what was
// solved in front of somebody needs no second way.
func (d VisitDraft) ToldAtOnce() bool { return d.Outcome == "solved" && d.Met == "met" }

// beginMatter puts the matter where its outcome begins.
func (v *Visit) beginMatter() {
	v.Result, v.DoneAt, v.ToldBack, v.ToldAt, v.Matter = "", nil, false, nil, MatterOpen
	if v.Outcome == "solved" {
		v.Matter = MatterToTell
	}
}

// moveMatter carries what the change says of the matter over to v at the
// server's time now. Conflict when there is no matter, or when the resident
// would be told of what is not done.
func (ch VisitChange) moveMatter(v *Visit, now time.Time) error {
	if v.Outcome == "none" {
		if ch.Result != nil && *ch.Result != "" {
			return Errorf(Conflict, "这次走访没有登记事项，不能填写办理结果")
		}
		v.beginMatter()
		v.Class, v.Matter = nil, ""
		return nil
	}
	if ch.Result != nil {
		v.Result, v.DoneAt = *ch.Result, nil
		if *ch.Result != "" {
			v.DoneAt, v.Matter = &now, MatterToTell
		}
	}
	if ch.ToldBack == nil || *ch.ToldBack == v.ToldBack {
		return nil
	}
	if *ch.ToldBack && v.Matter == MatterOpen {
		return Errorf(Conflict, "事项还没有办好，请先填写办理结果，再登记已回告")
	}
	v.ToldBack, v.ToldAt = *ch.ToldBack, nil
	if v.ToldBack {
		v.ToldAt, v.Matter = &now, MatterTold
	}
	return nil
}
