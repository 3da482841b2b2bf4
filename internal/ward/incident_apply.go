package ward

import (
	"slices"
	"time"
)

// apply changes what the action changes and returns the state it leads to.
func (st IncidentStep) apply(i *Incident, by Taker, class IncidentClass, c Calendar, now time.Time, to string) string {
	stepTo := func(l Limit) { i.setStep(c.Start(l, true, now)) }
	switch st.Action {
	case TakeIn, Verified, Disproved:
		i.Accepted = true
		stepTo(fileLimit)
	case Verify:
		i.Accepted = true
		stepTo(i.firstLimit(verifyLimit))
	case Merge:
		i.MergedInto = st.Into
	case File:
		i.Accepted = true
		setText(&i.Urgency, st.Urgency)
		setText(&i.Class, st.Class)
		stepTo(dispatchLimit)
	case Dispatch:
		i.HandlerUnit, i.Helpers = class.Unit, st.Units
		setText(&i.HandlerUnit, st.Unit)
		i.Deadlines = nil
		for _, l := range class.Limits {
			i.Deadlines = append(i.Deadlines, c.Start(l, false, now))
		}
		stepTo(takeLimit)
	case Accept:
		i.dropStep()
		i.Handlers = addOnce(i.Handlers, by.ID)
	case SendBack, Reopen:
		if st.Action == Reopen && slices.Contains(by.Roles, Resident) {
			i.Satisfaction = "unsatisfied"
			i.Reopened++
		}
		i.restart()
		stepTo(dispatchLimit)
	case Unsatisfied:
		i.Satisfaction = "unsatisfied"
		if i.Reopened > 0 { // once only
			return "closed"
		}
		i.Reopened++
		i.restart()
		stepTo(dispatchLimit)
	case Reach:
		i.Deadlines = slices.DeleteFunc(i.Deadlines, func(d Deadline) bool { return !d.Step && d.Name == st.Reached })
	case AskExtension, AskSuspension, AskVoid:
		i.Asked, i.AskedUntil, i.AskedBy = string(st.Action), st.Until, &by.ID
	case Approve:
		return i.approve(c, now)
	case Decline:
		i.Asked, i.AskedUntil, i.AskedBy = "", nil, nil
	case Resume:
		i.dropStep()
		i.ReviewAt = nil
		i.eachLimit(func(d Deadline) Deadline { return d.Continue(c, now) })
	case Escalate:
		i.Level++
	case CallUnits:
		for _, unit := range st.Units {
			i.Called = addOnce(i.Called, unit)
		}
	case Arrive:
		i.Arrived = addOnce(i.Arrived, by.unitOr(i.HandlerUnit))
	case Resolve:
		i.Result, i.CloseKind = st.Result, st.CloseKind
		i.Handlers = addOnce(i.Handlers, by.ID)
		i.eachLimit(func(d Deadline) Deadline { return d.Stop(c, now) })
		stepTo(checkLimit)
	case Pass:
		i.Deadlines = nil
		if i.SelfHandled {
			return "closed"
		}
		stepTo(followLimit)
	case Fail:
		i.Rework++
		if i.SelfHandled { // goes the usual way now
			i.SelfHandled, i.Accepted, i.Deadlines = false, true, nil
			stepTo(fileLimit)
			return "reported"
		}
		i.dropStep()
		i.eachLimit(func(d Deadline) Deadline { return d.Continue(c, now) })
	case Satisfied, Unreached:
		i.Satisfaction = string(st.Action)
	case Supervise:
		i.Card = st.Card
	}
	return to
}

// approve does what was asked for and returns the state it leads to.
func (i *Incident) approve(c Calendar, now time.Time) string {
	asked, until := Action(i.Asked), i.AskedUntil
	i.Asked, i.AskedUntil, i.AskedBy = "", nil, nil
	switch asked {
	case AskExtension:
		i.eachLimit(func(d Deadline) Deadline {
			if d.DueAt.Before(*until) {
				return d.Extend(c, now, *until)
			}
			return d
		})
		i.Extended++
	case AskSuspension:
		i.ReviewAt = until
		i.eachLimit(func(d Deadline) Deadline { return d.Stop(c, now) })
		minutes := max(1, int(until.Sub(now)/time.Minute))
		i.setStep(c.Start(Limit{"复核", minutes, "minute"}, true, now))
	}
	return approvals[asked]
}

// restart begins the way again from filing.
func (i *Incident) restart() {
	i.Deadlines, i.HandlerUnit, i.Helpers, i.Called, i.Arrived = nil, "", []string{}, []string{}, []string{}
	i.Asked, i.AskedUntil, i.AskedBy, i.ReviewAt, i.CloseKind = "", nil, nil, nil, ""
}

// firstLimit is the usual limit of a first step, or the one for urgent matters.
func (i *Incident) firstLimit(usual Limit) Limit {
	if i.Urgency == "urgent" {
		l := urgentLimit
		l.Name = usual.Name
		return l
	}
	return usual
}

func (i *Incident) dropStep() {
	i.Deadlines = slices.DeleteFunc(i.Deadlines, func(d Deadline) bool { return d.Step })
}

func (i *Incident) setStep(d Deadline) {
	i.dropStep()
	i.Deadlines = append(i.Deadlines, d)
}

func (i *Incident) eachLimit(do func(Deadline) Deadline) {
	for k, d := range i.Deadlines {
		if !d.Step {
			i.Deadlines[k] = do(d)
		}
	}
}

func (t Taker) unitOr(other string) string {
	if t.Unit != "" {
		return t.Unit
	}
	return other
}

func setText(to *string, from string) {
	if from != "" {
		*to = from
	}
}

func addOnce[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
