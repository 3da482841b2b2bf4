package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/api"
	"wangge/internal/intake"
	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// hotlineCity is a street of two communities with one building each.
const hotlineCity = `
	insert into area (id, code, name, level, parent, geom, label) overriding system value
	select id, 'A' || id, name, level, parent, st_multi(st_makeenvelope(119, 30, 122, 31, 4326)), st_setsrid(st_makepoint(120, 30.5), 4326)
	from (values (1, '本区', 'district', null::bigint), (2, '本街', 'street', 1), (11, '幸福社区', 'community', 2), (12, '和平社区', 'community', 2)) v(id, name, level, parent);
	insert into grid (id, community, code, name) overriding system value values (1, 11, 'G1', '第一网格'), (2, 12, 'G2', '第二网格');
	insert into cell (id, block, pt, geom, area) select n, n, st_setsrid(st_makepoint(500050 + 200 * n, 3400050), metric_srid()), st_setsrid(st_makeenvelope(500000 + 200 * n, 3400000, 500100 + 200 * n, 3400100), metric_srid()), 10000 from generate_series(1, 2) n;
	insert into cell_grid (cell, grid, valid, recorded) select n, n, '[2020-01-01,)', '[2020-01-01,)' from generate_series(1, 2) n;
	insert into grid_shape (grid, valid, geom, label, area, parts) select id, '[2020-01-01,)', st_multi(st_transform(geom, 4326)), st_transform(pt, 4326), 10000, 1 from cell;
	insert into courtyard (id, code, name, geom) overriding system value select 1, 'Y1', '幸福小区', st_multi(st_transform(geom, 4326)) from cell where id = 1;
	insert into building (id, code, name, number, courtyard, cell, geom, pt) overriding system value select id, 'B' || id, '', '3号楼', case id when 1 then 1 end, id, st_multi(st_transform(geom, 4326)), st_transform(pt, 4326) from cell`

const hotlineFile = `工单号,诉求内容,问题分类,诉求地址,所属社区,办理时限,来电人,来电号码,紧急程度
W001,路灯不亮三天了,路灯,幸福小区3号楼旁,,2026-11-24 17:00,王金丝雀,13812345678,一般
W002,想问社保,,,和平社区,2026-11-30,李某,,
W003,别处的事,,,不知道的社区,,,,
W004,时间不对,,幸福小区3号楼,,明天,,,
`

// hotlineDesk is the street with somebody who takes orders in and a head of duty,
// at nine on a Monday.
type hotlineDesk struct {
	*testing.T
	db           *postgres.DB
	intake, head ward.Scope
	elsewhere    ward.Scope // who takes orders in, in the other community only
	now          time.Time
}

func newHotlineDesk(t *testing.T) *hotlineDesk {
	ctx := t.Context()
	pool := pgtest.New(t)
	keys, err := postgres.ParseKeys(testKeys)
	if err != nil {
		t.Fatal(err)
	}
	d := &hotlineDesk{T: t, db: postgres.New(pool, keys), now: time.Date(2026, 11, 23, 9, 0, 0, 0, ward.China)}
	d.db.Now = func() time.Time { return d.now }
	if _, err := pool.Exec(ctx, hotlineCity); err != nil {
		t.Fatal(err)
	}
	d.intake, d.head, d.elsewhere = d.scope("intake", "import-hotline", ward.Intake, "A2"), d.scope("head", "step-incident", ward.DutyHead, "A2"), d.scope("other", "import-hotline", ward.Intake, "A12")
	return d
}

func (d *hotlineDesk) scope(login, operation string, role ward.Role, area string) ward.Scope {
	d.Helper()
	id, err := d.db.CreateAccount(d.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: "correct horse battery", Grants: []postgres.NewGrant{{Role: role, Code: area}}})
	if err != nil {
		d.Fatal(err)
	}
	a, err := d.db.Account(d.Context(), id)
	if err != nil {
		d.Fatal(err)
	}
	s, err := a.Actor().Scope(operation)
	if err != nil {
		d.Fatal(err)
	}
	return s
}

func TestOrdersOfTheHotlineComeInOnceAndKeepTheirDeadlines(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := newHotlineDesk(t)
	db, pool, intake, head := d.db, d.db.Pool, d.intake, d.head
	u := newUploads(db, nil, nil)
	send := func(file string, dry bool) ward.ImportReport {
		t.Helper()
		r, err := u.Hotline(context.WithoutCancel(ctx), intake, api.HotlineUpload{Name: "工单.csv", Body: []byte(file), Dry: dry})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := send(hotlineFile, true); r.Rows != 4 || r.Inserted != 2 || r.Skipped != 2 {
		t.Errorf("checked: %+v", r)
	}
	if r := send(hotlineFile, false); r.Inserted != 2 || r.Skipped != 2 {
		t.Errorf("written: %+v", r)
	}
	if r := send(hotlineFile, false); r.Inserted != 0 || r.Same != 2 {
		t.Errorf("again: %+v", r)
	}
	page, err := db.HotlineOrders(ctx, intake, ward.HotlineFilter{})
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("%+v %v", page, err)
	}
	var lamp ward.HotlineOrder
	for _, o := range page.Items {
		if o.Number == "W001" {
			lamp = o
		}
	}
	i, err := db.Incident(ctx, intake, lamp.Incident)
	if err != nil || i.Source != "hotline" || i.Class != "0601" || i.Grid != 1 || i.Description != "路灯不亮三天了" || !lamp.HasPhone {
		t.Errorf("%+v %v", i, err)
	}
	for _, st := range []ward.IncidentStep{{Action: ward.File}, {Action: ward.Dispatch}} {
		st.Version = i.Version
		if i, err = db.StepIncident(ctx, head, uuid.New(), i.ID, st); err != nil {
			t.Fatal(err)
		}
	}
	if want := time.Date(2026, 11, 24, 17, 0, 0, 0, ward.China); !i.Deadlines[len(i.Deadlines)-1].DueAt.Equal(want) {
		t.Errorf("due %v, want %v", i.Deadlines, want)
	}
	yes, said := "yes", "已修好"
	changed, err := db.ChangeHotlineOrder(ctx, intake, i.ID, ward.HotlineChange{Version: lamp.Version, Contacted: true, Solved: &yes, Content: &yes, Reply: &said})
	if err != nil || changed.ContactedAt == nil || changed.Solved != "yes" {
		t.Errorf("%+v %v", changed, err)
	}
	if _, err := db.ChangeHotlineOrder(ctx, intake, i.ID, ward.HotlineChange{Version: lamp.Version}); ward.ErrorCode(err) != ward.Stale {
		t.Errorf("an old version: %v", err)
	}
	if name, phone, err := db.RevealCaller(ctx, intake, i.ID, "回访"); err != nil || name != "王金丝雀" || phone != "13812345678" {
		t.Errorf("%s %s %v", name, phone, err)
	}
	var kept int
	if err := pool.QueryRow(ctx, `select count(*) from incident i join hotline_order h on h.incident = i.id where (i::text || h.title) like '%金丝雀%' or i::text like '%13812345678%'`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d rows hold the caller readable: %v", kept, err)
	}
}

// oddHotline has headers of its own: some of them nobody could know.
const oddHotline = `案卷序号,市民反映,问题类型,地点,横向,纵向,回复期限,打电话的人,手机
W101,路灯不亮,路灯,幸福小区3号楼旁,,,2026-11-24 17:00,王金丝雀,13812345678
W102,井盖响,,看不懂的地方,0,0,,,
W103,和平的事,,,%f,%f,2026-11-25,,
W104,时间不对,,,,,改天,,
`

// oddColumns is what a person says of the headers of oddHotline.
var oddColumns = map[string]string{"案卷序号": "number", "市民反映": "text", "问题类型": "class", "地点": "address", "横向": "lon", "纵向": "lat", "回复期限": "deadline", "打电话的人": "caller", "手机": "phone"}

func TestAnOddFileOfTheHotlineIsMappedAndKnownAgain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := newHotlineDesk(t)
	files, err := newSpool(func() time.Time { return d.now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(files.dir) })
	steps := newUploads(d.db, files, nil).Orders().(uploads)
	at := d.spot(2)
	look := func(r ward.Reading) (*spooled, ward.FileLook) {
		t.Helper()
		up, err := steps.Keep(ctx, d.intake, "工单.csv", fmt.Appendf(nil, oddHotline, at[0], at[1]))
		if err != nil {
			t.Fatal(err)
		}
		look, err := steps.Look(ctx, d.intake, up.ID, r)
		if err != nil {
			t.Fatal(err)
		}
		f, done, err := files.use(d.intake.Actor(), up.ID)
		if err != nil {
			t.Fatal(err)
		}
		done()
		return f, look
	}
	f, first := look(ward.Reading{})
	if first.Sheet != ward.HotlineSheetName || first.Remembered || !slices.Contains(first.Missing, "工单编号") || !slices.Contains(first.Missing, "诉求内容") {
		t.Errorf("the first look: %+v", first)
	}
	_, told := look(ward.Reading{Map: oddColumns})
	if len(told.Missing) != 0 || !told.Placed {
		t.Errorf("with the headers told: %+v", told)
	}
	for _, head := range told.Heads {
		if head.Column == "caller" && (len(head.Samples) != 1 || head.Samples[0] != "王＊＊") {
			t.Errorf("a caller is shown: %+v", head)
		}
	}
	steps.after(ctx, d.intake, f, ward.ImportReport{Sheet: ward.HotlineSheetName}, ward.Reading{Map: oddColumns})
	if _, again := look(ward.Reading{}); !again.Remembered || len(again.Missing) != 0 {
		t.Errorf("the next time: %+v", again)
	}
}

func TestAFileOfTheHotlineIsTakenBackUntilSomebodyWorksOnIt(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := newHotlineDesk(t)
	at := d.spot(2)
	text := fmt.Sprintf(oddHotline, at[0], at[1])
	if r := d.bring(text, oddColumns, ward.ImportOptions{DryRun: true}); r.Written || r.Errors != 1 || r.Warnings == 0 || r.Findings[0].Line != 5 || r.Findings[0].Field != "办结时限" {
		t.Errorf("checked: %+v", r)
	}
	if r := d.bring(text, oddColumns, ward.ImportOptions{}); r.Written || r.Inserted != 0 {
		t.Errorf("with an error and nothing said: %+v", r)
	}
	first := d.bring(text, oddColumns, ward.ImportOptions{SkipBad: true})
	if !first.Written || first.Inserted != 3 || first.Skipped != 1 {
		t.Errorf("written: %+v", first)
	}
	if o := d.order("W102"); o.ClassName != "咨询" {
		t.Errorf("an order without a class is taken for %s", o.ClassName)
	}
	peace := d.order("W103")
	if i, err := d.db.Incident(ctx, d.intake, peace.Incident); err != nil || i.Grid != 2 {
		t.Errorf("a position of the file: %+v %v", i, err)
	}
	later := d.bring("工单号,诉求内容,办理时限\nW101,路灯不亮,2026-12-01 17:00\n", nil, ward.ImportOptions{})
	if later.Updated != 1 || later.Inserted != 0 {
		t.Errorf("an amended order: %+v", later)
	}
	// The first file is no longer what the order says.
	if _, err := d.db.UndoHotline(ctx, d.intake, first.ID, nil); ward.ErrorCode(err) != ward.Conflict || !strings.Contains(err.Error(), "W101") {
		t.Errorf("taken back under a later file: %v", err)
	}
	if _, err := d.db.UndoHotline(ctx, d.elsewhere, later.ID, nil); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("taken back from elsewhere: %v", err)
	}
	if u, err := d.db.UndoHotline(ctx, d.intake, later.ID, nil); err != nil || u.Restored != 1 || u.Removed != 0 {
		t.Errorf("%+v %v", u, err)
	}
	if o := d.order("W101"); o.Deadline == nil || !o.Deadline.Equal(time.Date(2026, 11, 24, 17, 0, 0, 0, ward.China)) {
		t.Errorf("the deadline is not what it was: %+v", o)
	}
	second := d.bring("工单号,诉求内容,所属社区\nW201,另一件,幸福社区\n", nil, ward.ImportOptions{})
	undone, err := d.db.UndoHotline(ctx, d.intake, second.ID, nil)
	if err != nil || undone.Removed != 1 {
		t.Fatalf("%+v %v", undone, err)
	}
	if _, err := d.db.UndoHotline(ctx, d.intake, second.ID, nil); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("twice: %v", err)
	}
	var state, said string
	if err := d.db.Pool.QueryRow(ctx, `select i.state, s.opinion from incident i join incident_step s on s.incident = i.id where s.action = $1`, ward.UndoneImport).Scan(&state, &said); err != nil || state != "void" || !strings.Contains(said, "工单.csv") {
		t.Errorf("%s %s %v", state, said, err)
	}
	// The number is free again, and another file may bring it.
	if r := d.bring("工单号,诉求内容,所属社区\nW201,另一件,幸福社区\n", nil, ward.ImportOptions{}); r.Inserted != 1 {
		t.Errorf("again: %+v", r)
	}
	i, err := d.db.Incident(ctx, d.intake, peace.Incident)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.StepIncident(ctx, d.head, uuid.New(), i.ID, ward.IncidentStep{Version: i.Version, Action: ward.File}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.UndoHotline(ctx, d.intake, first.ID, nil); ward.ErrorCode(err) != ward.Conflict || !strings.Contains(err.Error(), "W103") {
		t.Errorf("taken back after work began: %v", err)
	}
}

func TestAnOrderOfElsewhereIsNotAmended(t *testing.T) {
	t.Parallel()
	d := newHotlineDesk(t)
	d.bring("工单号,诉求内容,所属社区\nW301,幸福的事,幸福社区\n", nil, ward.ImportOptions{})
	d.intake = d.elsewhere
	r := d.bring("工单号,标题,诉求内容,所属社区\nW301,改掉,别人的事,和平社区\n", nil, ward.ImportOptions{SkipBad: true})
	if r.Updated+r.Inserted+r.Same != 0 || r.Errors != 1 || r.Findings[0].Field != "工单编号" {
		t.Errorf("%+v", r)
	}
	if runs, err := d.db.ImportRuns(t.Context(), ward.System(""), 10); err != nil || len(runs) != 0 {
		t.Errorf("orders stand among the registers: %+v %v", runs, err)
	}
}

// spot is a position inside a building.
func (d *hotlineDesk) spot(building int64) (at [2]float64) {
	d.Helper()
	if err := d.db.Pool.QueryRow(d.Context(), `select st_x(pt), st_y(pt) from building where id = $1`, building).Scan(&at[0], &at[1]); err != nil {
		d.Fatal(err)
	}
	return at
}

// bring imports a table of orders.
func (d *hotlineDesk) bring(text string, columns map[string]string, o ward.ImportOptions) ward.ImportReport {
	d.Helper()
	file := filepath.Join(d.TempDir(), "工单.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
	door := ordersDoor(d.db)
	source, err := intake.Open(d.Context(), file, intake.Options{Own: door.own, Map: columns})
	if err != nil {
		d.Fatal(err)
	}
	defer source.Close()
	r, err := door.take(d.Context(), d.intake, source, source.Records(d.Context()), o)
	if err != nil {
		d.Fatal(err)
	}
	return r
}

// order is the order of a number.
func (d *hotlineDesk) order(number string) ward.HotlineOrder {
	d.Helper()
	page, err := d.db.HotlineOrders(d.Context(), d.intake, ward.HotlineFilter{Query: number})
	if err != nil || len(page.Items) != 1 {
		d.Fatalf("%+v %v", page, err)
	}
	return page.Items[0]
}
