package postgres_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func TestAWishIsDoneWhenTheResidentKnows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	wish, need := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	v := o.call(1, func(d *ward.VisitDraft) {
		d.Asks = []ward.AskDraft{{ID: wish, Kind: "wish", Text: " 一副老花镜 "}, {ID: need, Kind: "need", Text: "想学做菜"}}
		d.Items = []ward.DeliveredItem{{Item: 1, Amount: 2}}
	})
	if len(v.Items) != 1 || v.Items[0].Name != "大米" || v.Items[0].Amount != 2 || v.Items[0].Unit != "袋" {
		t.Errorf("delivered %+v", v.Items)
	}
	in := func(state ward.Matter) (of []ward.Ask) {
		t.Helper()
		page, err := o.db.Asks(t.Context(), o.scope("leader", "list-asks"), ward.AskFilter{State: state})
		o.must(err)
		return page.Items
	}
	if open := in(ward.MatterOpen); len(open) != 2 || *open[0].Visit != v.ID || open[0].Place != v.Place {
		t.Fatalf("%+v", open)
	}
	now := ward.Ask{ID: wish, Version: 1}
	change := func(ch ward.AskChange) error {
		ch.Version = now.Version
		next, err := o.db.ChangeAsk(t.Context(), o.scope("leader", "change-ask"), uuid.New(), wish, ch)
		if err == nil {
			now = next
		}
		return err
	}
	yes, done := true, "党员老李配好了"
	if err := change(ward.AskChange{ToldBack: &yes}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("told of what is not done: %v", err)
	}
	o.must(change(ward.AskChange{Result: &done}))
	if to := in(ward.MatterToTell); len(to) != 1 || to[0].Text != "一副老花镜" || to[0].Result != done {
		t.Errorf("%+v", to)
	}
	o.must(change(ward.AskChange{ToldBack: &yes}))
	if now.State != ward.MatterTold || now.ToldAt == nil || len(in(ward.MatterTold)) != 1 {
		t.Errorf("%+v", now)
	}
	now.Version = 1
	if err := change(ward.AskChange{ToldBack: &yes}); ward.ErrorCode(err) != ward.Stale {
		t.Errorf("an old version: %v", err)
	}
	pack, err := o.db.Pack(t.Context(), o.scope("leader", "get-grid-pack"), 1)
	o.must(err)
	if len(pack.Asks) != 1 || pack.Asks[0].ID != need || len(pack.Items) == 0 {
		t.Errorf("the device keeps %+v", pack.Asks)
	}
	table, err := o.db.VisitCoverage(t.Context(), o.scope("leader", "get-visit-coverage"), ward.VisitCoverageFilter{Months: 1})
	o.must(err)
	if c := table.Cells[0]; c.Wishes != 1 || c.Needs != 1 || c.Told != 1 || table.Asked != 2 || table.AskedTold != 1 {
		t.Errorf("%+v %d %d", c, table.Asked, table.AskedTold)
	}
}

func TestAWishIsSaidWithoutAVisitToo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	record := ward.AskRecord{AskDraft: ward.AskDraft{ID: uuid.Must(uuid.NewV7()), Kind: "wish", Text: " 想有人教用手机 "}, Household: 1, OccurredAt: time.Now()}
	key := uuid.New()
	var a ward.Ask
	for range 2 { // the answer to the first was lost
		var err error
		a, err = o.db.CreateAsk(t.Context(), o.scope("leader", "create-ask"), key, record)
		o.must(err)
	}
	if a.Visit != nil || *a.Household != 1 || a.Text != "想有人教用手机" || a.State != ward.MatterOpen || a.Grid != 1 || a.Place == "" {
		t.Errorf("%+v", a)
	}
	page, err := o.db.Asks(t.Context(), o.scope("leader", "list-asks"), ward.AskFilter{Household: 1})
	o.must(err)
	if len(page.Items) != 1 || page.Items[0].ID != a.ID {
		t.Errorf("the household asked for %+v", page.Items)
	}
	done := "邻居小王每周教一次"
	if a, err = o.db.ChangeAsk(t.Context(), o.scope("leader", "change-ask"), uuid.New(), a.ID, ward.AskChange{Version: a.Version, Result: &done}); err != nil || a.State != ward.MatterToTell {
		t.Errorf("%+v %v", a, err)
	}
	table, err := o.db.VisitCoverage(t.Context(), o.scope("leader", "get-visit-coverage"), ward.VisitCoverageFilter{Months: 1})
	o.must(err)
	if table.Asked != 1 || table.Cells[0].Wishes != 1 {
		t.Errorf("counted %d, %+v", table.Asked, table.Cells[0])
	}
	record.ID, record.Text, record.Household = uuid.Must(uuid.NewV7()), "x", 3
	if _, err := o.db.CreateAsk(t.Context(), o.scope("leader", "create-ask"), uuid.New(), record); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a household of another street: %v", err)
	}
}

func TestWhatAVisitBringsIsCheckedInWords(t *testing.T) {
	t.Parallel()
	good := func() ward.VisitDraft {
		door := int64(1)
		return ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Household: &door, Kind: "aid", Met: "met", OccurredAt: time.Now()}
	}
	for name, change := range map[string]func(*ward.VisitDraft){
		"empty": func(d *ward.VisitDraft) { d.Asks = []ward.AskDraft{{ID: d.ID, Kind: "wish", Text: "  "}} },
		"kind":  func(d *ward.VisitDraft) { d.Asks = []ward.AskDraft{{ID: d.ID, Kind: "order", Text: "x"}} },
		"nobody's": func(d *ward.VisitDraft) {
			d.Household, d.Building, d.Asks = nil, 1, []ward.AskDraft{{ID: d.ID, Kind: "wish", Text: "x"}}
		},
		"none":  func(d *ward.VisitDraft) { d.Items = []ward.DeliveredItem{{Item: 1}} },
		"twice": func(d *ward.VisitDraft) { d.Items = []ward.DeliveredItem{{Item: 1, Amount: 1}, {Item: 1, Amount: 2}} },
	} {
		d := good()
		change(&d)
		if err := d.Validate(time.Now()); ward.ErrorCode(err) != ward.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := good()
	if err := d.Validate(time.Now()); err != nil {
		t.Error(err)
	}
}

func TestItemsAreNamedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	save := func(i ward.Item) error {
		_, err := o.db.SaveItem(t.Context(), o.scope("secretary", "save-item"), i)
		return err
	}
	o.must(save(ward.Item{Name: "春联", Unit: "副"}))
	if err := save(ward.Item{Name: "春联", Unit: "张"}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("the same name: %v", err)
	}
	o.must(save(ward.Item{ID: 1, Name: "大米", Unit: "袋", Retired: true}))
	items, err := o.db.Items(t.Context())
	o.must(err)
	if last := items[len(items)-1]; last.ID != 1 || !last.Retired {
		t.Errorf("%+v", items)
	}
}
