package main

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/api"
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

func TestOrdersOfTheHotlineComeInOnceAndKeepTheirDeadlines(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	pool := pgtest.New(t)
	keys, err := postgres.ParseKeys(testKeys)
	if err != nil {
		t.Fatal(err)
	}
	db := postgres.New(pool, keys)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, ward.China)
	db.Now = func() time.Time { return now }
	if _, err := pool.Exec(ctx, hotlineCity); err != nil {
		t.Fatal(err)
	}
	scope := func(login, operation string, role ward.Role) ward.Scope {
		id, err := db.CreateAccount(ctx, ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: "correct horse battery", Grants: []postgres.NewGrant{{Role: role, Code: "A2"}}})
		if err != nil {
			t.Fatal(err)
		}
		a, err := db.Account(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		s, err := a.Actor().Scope(operation)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	intake, head := scope("intake", "import-hotline", ward.Intake), scope("head", "step-incident", ward.DutyHead)
	u := uploads{db: db}
	send := func(file string, dry bool) ward.HotlineReport {
		t.Helper()
		r, err := u.Hotline(context.WithoutCancel(ctx), intake, api.HotlineUpload{Name: "工单.csv", Body: []byte(file), Dry: dry})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := send(hotlineFile, true); r.Rows != 4 || r.Made != 2 || r.Bad != 2 {
		t.Errorf("checked: %+v", r)
	}
	if r := send(hotlineFile, false); r.Made != 2 || r.Bad != 2 {
		t.Errorf("written: %+v", r)
	}
	if r := send(hotlineFile, false); r.Made != 0 || r.Same != 2 {
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
