package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// sample is how records of a noun are made and changed for the thing of a grid.
type sample struct {
	many string
	make func(grid int) map[string]any // nil: not made here
	// change is a field and a value that differs each time it is called for.
	field string
	value func(n int) any
	wrong map[string]any // a field with a value of the wrong type or out of range
}

func text(format string) func(int) any {
	return func(n int) any { return fmt.Sprintf(format, n) }
}

func code(grid int) string {
	return fmt.Sprintf("N%d-%s", grid, strings.ReplaceAll(uuid.NewString()[:13], "-", ""))
}

var samples = map[string]sample{
	"area":      {many: "areas", field: "validFrom", value: func(n int) any { return fmt.Sprintf("2021-01-%02d", 1+n%28) }, wrong: map[string]any{"validFrom": "明天"}},
	"grid":      {many: "grids", field: "kind", value: func(n int) any { return []string{"special", "basic"}[n%2] }, wrong: map[string]any{"kind": "round"}},
	"building":  {many: "buildings", field: "floors", value: func(n int) any { return n % 200 }, wrong: map[string]any{"floors": 1e300}},
	"household": {many: "households", make: func(g int) map[string]any { return map[string]any{"code": code(g), "building": g, "room": code(g)[3:]} }, field: "persons", value: func(n int) any { return n % 50 }, wrong: map[string]any{"persons": -1}},
	"branch": {many: "branches", make: func(g int) map[string]any {
		return map[string]any{"code": code(g), "name": "新支部", "kind": "own", "area": []int{0, 11, 11, 12, 13}[g]}
	}, field: "founded", value: func(n int) any { return fmt.Sprintf("2001-%02d-01", 1+n%12) }, wrong: map[string]any{"founded": 3}},
	"member": {many: "members", make: func(g int) map[string]any { return map[string]any{"code": code(g), "name": "新党员", "branch": g} }, field: "birthYear", value: func(n int) any { return 1950 + n%60 }, wrong: map[string]any{"birthYear": "七十年代"}},
	"hub":    {many: "hubs", field: "hours", value: text("每周%d晚"), wrong: map[string]any{"offers": []string{"gold"}}},
	"institution": {many: "institutions", make: func(g int) map[string]any {
		return map[string]any{"code": code(g), "name": "新单位", "building": g, "partyMode": "none"}
	}, field: "staff", value: func(n int) any { return n }, wrong: map[string]any{"staff": 1.5}},
	"courtyard": {many: "courtyards", field: "built", value: func(n int) any { return 1950 + n%70 }, wrong: map[string]any{"built": 9}},
	"lane":      {many: "lanes", field: "width", value: func(n int) any { return 1 + float64(n%90)/2 }, wrong: map[string]any{"width": 1e9}},
	"team": {many: "teams", make: func(g int) map[string]any {
		return map[string]any{"code": code(g), "name": "新队", "kind": "patrol", "area": []int{0, 11, 11, 12, 13}[g], "grids": []int{g}}
	}, field: "headcount", value: func(n int) any { return n }, wrong: map[string]any{"grids": "all"}},
	"point": {many: "points", make: func(g int) map[string]any { return map[string]any{"code": code(g), "name": "新站", "building": g} }, field: "seats", value: func(n int) any { return n }, wrong: map[string]any{"location": []float64{400, 30}}},
	"steward": {many: "stewards", make: func(g int) map[string]any {
		return map[string]any{"kind": "lane", "member": g, "places": []string{fmt.Sprintf("lane/%d", g)}}
	}, field: "places", value: func(n int) any { return []string{"lane/1", "lane/2"}[:2-n%2] }, wrong: map[string]any{"places": []string{"moon/1"}}},
	"pledge": {many: "pledges", make: func(g int) map[string]any {
		return map[string]any{"kind": "order", "member": g, "text": "管好一片"}
	}, field: "text", value: text("包片%d"), wrong: map[string]any{"text": strings.Repeat("长", 501)}},
	"pairing": {many: "pairings", make: func(g int) map[string]any {
		return map[string]any{"code": code(g), "kind": "member_household", "left": fmt.Sprintf("member/%d", g), "right": fmt.Sprintf("household/%d", g), "since": "2026-02-01"}
	}, field: "promise", value: text("每月走访%d次"), wrong: map[string]any{"until": "2001-01-01"}},
	"honour": {many: "honours", make: func(g int) map[string]any {
		return map[string]any{"kind": "good_branch", "target": fmt.Sprintf("branch/%d", g), "year": 2024}
	}, field: "givenBy", value: text("第%d次表彰会"), wrong: map[string]any{"year": 20255}},
}

// idOf is the number of the thing of a grid.
func idOf(noun string, grid int) int {
	if noun == "area" {
		return []int{0, 11, 11, 12, 13}[grid]
	}
	return grid
}

func (tw *town) versionOf(noun string, id int) (v int64) {
	if err := tw.db.Pool.QueryRow(context.Background(), `select version from `+noun+` where id = $1`, id).Scan(&v); err != nil {
		panic(err)
	}
	return v
}

// keeping adds the requests by which the records of a noun are kept by hand.
func keeping(all map[string]request, many string) {
	all["list-registers"] = request{method: "GET", path: fixed("/api/registers"), anywhere: true}
	var noun string
	for n, s := range samples {
		if s.many == many {
			noun = n
		}
	}
	s := samples[noun]
	at := func(rest string) func(*town, int) string {
		return func(_ *town, grid int) string { return fmt.Sprintf("/api/%s/%d%s", many, idOf(noun, grid), rest) }
	}
	all["get-"+noun+"-entry"] = request{method: "GET", path: at("/entry")}
	all["get-"+noun+"-history"] = request{method: "GET", path: at("/history")}
	all["change-"+noun] = request{method: "PATCH", path: at(""), body: func(tw *town, grid int) any {
		v := tw.versionOf(noun, idOf(noun, grid))
		return map[string]any{"version": v, s.field: s.value(int(v))}
	}}
	all["retire-"+noun] = request{method: "POST", path: at("/retire"), answer: http.StatusConflict, body: func(tw *town, grid int) any {
		return map[string]any{"version": tw.versionOf(noun, idOf(noun, grid)) + 1}
	}}
	all["show-"+noun] = request{method: "POST", path: at("/show"), body: func(*town, int) any { return map[string]any{"purpose": "核对登记"} }}
	all["bulk-change-"+many] = request{method: "POST", path: fixed("/api/" + many + "/bulk"), anywhere: true, body: func(*town, int) any {
		return map[string]any{"ids": []int{idOf(noun, 1), idOf(noun, 4)}, "set": map[string]any{s.field: s.value(7)}, "dryRun": true}
	}}
	all["bulk-undo-"+many] = request{method: "POST", path: fixed("/api/" + many + "/bulk/" + uuid.NewString() + "/undo"), anywhere: true, answer: http.StatusNotFound}
	all["create-"+noun] = request{method: "POST", path: fixed("/api/" + many), anywhere: true, body: func(_ *town, grid int) any {
		if s.make == nil {
			return map[string]any{}
		}
		return s.make(grid)
	}}
	if s.make == nil {
		r := all["create-"+noun]
		r.answer = http.StatusUnprocessableEntity
		all["create-"+noun] = r
	}
	// A member has one pledge of each kind: the second role that may finds the first one's.
	if noun == "pledge" {
		r := all["create-pledge"]
		r.body = func(tw *town, grid int) any {
			if err := exec(context.Background(), tw, `delete from pledge where kind = 'order'`); err != nil {
				panic(err)
			}
			return s.make(grid)
		}
		all["create-pledge"] = r
	}
	register, err := ward.LookUpRegister(noun)
	if err != nil {
		panic(err)
	}
	if register.Closed != "" {
		delete(all, "create-"+noun)
	}
	if register.Ending == ward.Stays {
		delete(all, "retire-"+noun)
	}
	if !register.HasPersonal() {
		delete(all, "show-"+noun)
	}
}

// problem is what a refusal says.
type problem struct {
	Code    ward.Code         `json:"code"`
	Detail  string            `json:"detail"`
	Fields  []ward.FieldError `json:"fields"`
	Current json.RawMessage   `json:"current"`
}

// call sends JSON, wants a status and reads the answer.
func call[T any](t *testing.T, p person, method, address string, body any, want int) (out T) {
	t.Helper()
	status, text := p.do(method, address, body)
	if status != want {
		t.Fatalf("%s %s: %d, want %d: %.300s", method, address, status, want, text)
	}
	must(t, json.Unmarshal([]byte(text), &out))
	return out
}

// keeper is somebody who may do everything in the first community.
func keeper(t *testing.T, tw *town, login string) person {
	t.Helper()
	_, err := tw.db.Pool.Exec(t.Context(), `select 1`)
	must(t, err)
	tw.account(t, login, ward.Secretary, "A11")
	must(t, exec(t.Context(), tw, `insert into grant_role (account, role, area) select a.id, r, 11 from account a, unnest(array['admin','planner']) r where a.login = $1`, login))
	return tw.signIn(t, login)
}

func TestEveryNounIsCreatedChangedAndTraced(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	for _, register := range ward.AllRegisters() {
		s, ok := samples[register.Noun]
		if !ok {
			t.Errorf("no sample of %s", register.Noun)
			continue
		}
		id := int64(idOf(register.Noun, 1))
		if s.make != nil {
			made := call[ward.Entry](t, p, "POST", "/api/"+s.many, s.make(1), http.StatusOK)
			if made.Version != 1 {
				t.Errorf("a new %s has version %d", register.Noun, made.Version)
			}
			id = made.ID
		}
		at := fmt.Sprintf("/api/%s/%d", s.many, id)
		before := call[ward.Entry](t, p, "GET", at+"/entry", nil, http.StatusOK)
		want := s.value(int(before.Version) + 3)
		after := call[ward.Entry](t, p, "PATCH", at, map[string]any{"version": before.Version, s.field: want}, http.StatusOK)
		if after.Version != before.Version+1 || fmt.Sprint(after.Values[s.field]) != fmt.Sprint(want) {
			t.Errorf("%s after the change: version %d of %d, %s = %v, want %v", register.Noun, after.Version, before.Version, s.field, after.Values[s.field], want)
		}
		again := call[ward.Entry](t, p, "PATCH", at, map[string]any{"version": after.Version, s.field: want}, http.StatusOK)
		if again.Version != after.Version {
			t.Errorf("%s: setting what is there made version %d of %d", register.Noun, again.Version, after.Version)
		}
		old := call[problem](t, p, "PATCH", at, map[string]any{"version": before.Version, s.field: s.value(int(before.Version) + 4)}, http.StatusConflict)
		if old.Code != ward.Stale || !strings.Contains(old.Detail, "keeper") || !strings.Contains(string(old.Current), `"version"`) {
			t.Errorf("%s stale: %+v", register.Noun, old)
		}
		history := call[ward.Page[ward.EntryChange]](t, p, "GET", at+"/history", nil, http.StatusOK)
		if len(history.Items) == 0 || history.Items[0].Action != "change" || history.Items[0].Actor != "keeper" || history.Items[0].Fields[0].Field != s.field || history.Items[0].Fields[0].NewText == "" {
			t.Errorf("history of %s: %+v", register.Noun, history.Items)
		}
		wrong := maps.Clone(s.wrong)
		wrong["version"] = after.Version
		refused := call[problem](t, p, "PATCH", at, wrong, http.StatusUnprocessableEntity)
		if !namesField(refused.Fields, s.wrong) {
			t.Errorf("%s with %v: %+v", register.Noun, s.wrong, refused)
		}
	}
}

func namesField(fields []ward.FieldError, wrong map[string]any) bool {
	return slices.ContainsFunc(fields, func(f ward.FieldError) bool {
		for name := range wrong {
			if strings.HasPrefix(f.Field, name) && f.Message != "" {
				return true
			}
		}
		return false
	})
}

func TestNothingOfAnotherTerritoryIsChangedOrPointedAt(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	for noun, s := range samples {
		at := fmt.Sprintf("/api/%s/%d", s.many, idOf(noun, 4))
		version := tw.versionOf(noun, idOf(noun, 4))
		call[problem](t, p, "PATCH", at, map[string]any{"version": version, s.field: s.value(3)}, http.StatusNotFound)
		call[problem](t, p, "GET", at+"/entry", nil, http.StatusNotFound)
		call[problem](t, p, "GET", at+"/history", nil, http.StatusNotFound)
		if s.make != nil {
			status, text := p.do("POST", "/api/"+s.many, s.make(4))
			if status != http.StatusUnprocessableEntity && status != http.StatusNotFound {
				t.Errorf("a %s made outside: %d %.200s", noun, status, text)
			}
		}
		if tw.versionOf(noun, idOf(noun, 4)) != version {
			t.Errorf("%s outside was changed", noun)
		}
	}
	call[problem](t, p, "PATCH", "/api/households/1", map[string]any{"version": 1, "building": 4}, http.StatusUnprocessableEntity)
}

func TestABadBodyIsRefusedInWords(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	for name, c := range map[string]struct {
		body   any
		status int
		field  string
	}{
		"no version":          {map[string]any{"floors": 3}, 422, ""},
		"unknown field":       {map[string]any{"version": 1, "colour": "red"}, 422, ""},
		"fixed field":         {map[string]any{"version": 1, "code": "X"}, 422, ""},
		"a number as text":    {map[string]any{"version": 1, "floors": "three"}, 422, "floors"},
		"half a floor":        {map[string]any{"version": 1, "floors": 2.5}, 422, "floors"},
		"a huge number":       {map[string]any{"version": 1, "floors": math.MaxFloat64}, 422, "floors"},
		"not a number":        {rawJSON(`{"version":1,"floors":NaN}`), 400, ""},
		"a huge id":           {map[string]any{"version": 1, "courtyard": math.MaxInt64}, 422, "courtyard"},
		"an unknown id":       {map[string]any{"version": 1, "courtyard": 999999}, 422, "courtyard"},
		"no such kind":        {map[string]any{"version": 1, "kind": "castle"}, 422, "kind"},
		"a name too long":     {map[string]any{"version": 1, "name": strings.Repeat("长", 201)}, 422, "name"},
		"a hidden character":  {map[string]any{"version": 1, "name": "一\u0000二"}, 422, "name"},
		"an empty shape":      {map[string]any{"version": 1, "shape": map[string]any{}}, 422, "shape"},
		"a shape of infinity": {map[string]any{"version": 1, "shape": map[string]any{"type": "Polygon", "coordinates": [][][]float64{{{0, 0}, {1e300, 0}, {0, 1}, {0, 0}}}}}, 422, "shape"},
		"a crossed shape":     {map[string]any{"version": 1, "shape": map[string]any{"type": "Polygon", "coordinates": [][][]float64{{{120, 30}, {120.001, 30.001}, {120.001, 30}, {120, 30.001}, {120, 30}}}}}, 422, ""},
	} {
		status, text := p.do("PATCH", "/api/buildings/1", c.body)
		var said problem
		_ = json.Unmarshal([]byte(text), &said)
		if status != c.status || said.Detail == "" || c.field != "" && !namesField(said.Fields, map[string]any{c.field: nil}) {
			t.Errorf("%s: %d %.300s", name, status, text)
		}
	}
	if v := tw.versionOf("building", 1); v != 1 {
		t.Errorf("something was written: version %d", v)
	}
}

func TestAKeyMakesARecordOnce(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	s := tw.scope(t, "once", ward.Secretary, "A11")
	key := uuid.Must(uuid.NewV7())
	values := ward.Values(samples["point"].make(1))
	values["building"] = float64(1)
	first, err := tw.db.CreateEntry(t.Context(), s, key, "point", values)
	must(t, err)
	second, err := tw.db.CreateEntry(t.Context(), s, key, "point", values)
	must(t, err)
	if first.ID != second.ID {
		t.Errorf("two points, %d and %d, of one key", first.ID, second.ID)
	}
	values["name"] = "另一个"
	if _, err := tw.db.CreateEntry(t.Context(), s, key, "point", values); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("another request under the key: %v", err)
	}
}

func TestWhatOthersHangOnIsNotRetired(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	refused := call[problem](t, p, "POST", "/api/buildings/1/retire", map[string]any{"version": 1}, http.StatusConflict)
	if !strings.Contains(refused.Detail, "1条住户") {
		t.Errorf("why a building stays: %s", refused.Detail)
	}
	made := call[ward.Entry](t, p, "POST", "/api/households", samples["household"].make(1), http.StatusOK)
	at := fmt.Sprintf("/api/households/%d", made.ID)
	ended := call[ward.Entry](t, p, "POST", at+"/retire", map[string]any{"version": 1, "reason": "合并门牌"}, http.StatusOK)
	if ended.Ended == "" || ended.Version != 2 {
		t.Errorf("after the end: %+v", ended)
	}
	if _, text := p.do("GET", "/api/households", nil); strings.Contains(text, made.Values["code"].(string)) {
		t.Error("an ended household is still listed")
	}
	if _, text := p.do("GET", "/api/households?ended=true", nil); !strings.Contains(text, made.Values["code"].(string)) {
		t.Error("an ended household cannot be found again")
	}
	call[problem](t, p, "PATCH", at, map[string]any{"version": 2, "persons": 9}, http.StatusConflict)
	back := call[ward.Entry](t, p, "POST", at+"/retire", map[string]any{"version": 2, "restore": true}, http.StatusOK)
	if back.Ended != "" {
		t.Errorf("after coming back: %+v", back)
	}
	honour := call[ward.Entry](t, p, "POST", "/api/honours", samples["honour"].make(1), http.StatusOK)
	call[ward.Entry](t, p, "POST", fmt.Sprintf("/api/honours/%d/retire", honour.ID), map[string]any{"version": 1}, http.StatusOK)
	call[problem](t, p, "GET", fmt.Sprintf("/api/honours/%d", honour.ID), nil, http.StatusNotFound)
}

func TestPersonalFieldsAreSealedMaskedAndRecorded(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	entry := call[ward.Entry](t, p, "PATCH", "/api/households/1", map[string]any{"version": 1, "head": "欧阳金丝", "phone": "13912345678", "idNo": "11010519491231002X", "tags": []string{"lone_elder"}, "consentUntil": "2099-01-01"}, http.StatusOK)
	text, err := json.Marshal(entry)
	must(t, err)
	for _, secret := range []string{"欧阳金丝", "13912345678", "1101051949", "lone_elder"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the answer shows %s", secret)
		}
	}
	_, history := p.do("GET", "/api/households/1/history", nil)
	for _, secret := range []string{"欧阳金丝", "13912345678", "1101051949", "lone_elder"} {
		if strings.Contains(history, secret) {
			t.Errorf("the history shows %s", secret)
		}
	}
	var kept int
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from record_change where fields::text like '%13912345678%' or fields::text like '%欧阳金丝%'`).Scan(&kept))
	if kept > 0 {
		t.Error("the stored history holds a personal value")
	}
	shown := call[ward.Values](t, p, "POST", "/api/households/1/show", map[string]any{"purpose": "核对登记"}, http.StatusOK)
	if shown["head"] != "欧阳金丝" || shown["phone"] != "13912345678" || shown["idNo"] != "11010519491231002X" {
		t.Errorf("shown: %v", shown)
	}
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from audit where operation = 'show-household' and entity = '1' and purpose = '核对登记'`).Scan(&kept))
	if kept != 1 {
		t.Errorf("%d records of the view", kept)
	}
	refused := call[problem](t, p, "PATCH", "/api/households/1", map[string]any{"version": 2, "idNo": "110105194912310021"}, http.StatusUnprocessableEntity)
	if !namesField(refused.Fields, map[string]any{"idNo": nil}) || strings.Contains(refused.Detail, "110105") {
		t.Errorf("a wrong ID number: %+v", refused)
	}
}

func TestManyRecordsAreChangedTogetherAndTakenBack(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	edit := map[string]any{"filter": map[string]any{"where": []string{"persons>=1"}}, "set": map[string]any{"use": "rent"}, "dryRun": true}
	preview := call[ward.BulkReport](t, p, "POST", "/api/households/bulk", edit, http.StatusOK)
	if preview.Matched != 2 || preview.Changed != 2 || preview.Written || preview.Seen == "" {
		t.Fatalf("preview: %+v", preview)
	}
	if v := tw.versionOf("household", 1); v != 1 {
		t.Fatalf("the preview wrote version %d", v)
	}
	edit["dryRun"], edit["seen"] = false, preview.Seen
	must(t, exec(t.Context(), tw, `update household set persons = 5 where id = 2`))
	call[problem](t, p, "POST", "/api/households/bulk", edit, http.StatusConflict)
	edit["seen"] = call[ward.BulkReport](t, p, "POST", "/api/households/bulk", map[string]any{"filter": edit["filter"], "set": edit["set"], "dryRun": true}, http.StatusOK).Seen
	done := call[ward.BulkReport](t, p, "POST", "/api/households/bulk", edit, http.StatusOK)
	if !done.Written || done.Changed != 2 || done.Batch == nil {
		t.Fatalf("bulk edit: %+v", done)
	}
	call[ward.Entry](t, p, "PATCH", "/api/households/2", map[string]any{"version": tw.versionOf("household", 2), "persons": 8}, http.StatusOK)
	undone := call[ward.BulkReport](t, p, "POST", "/api/households/bulk/"+done.Batch.String()+"/undo", nil, http.StatusOK)
	if undone.Changed != 1 || undone.Refused != 1 {
		t.Errorf("undo: %+v", undone)
	}
	one, two := call[ward.Entry](t, p, "GET", "/api/households/1/entry", nil, 200), call[ward.Entry](t, p, "GET", "/api/households/2/entry", nil, 200)
	if one.Values["use"] != "own" || two.Values["use"] != "rent" {
		t.Errorf("after the undo: %v, %v", one.Values["use"], two.Values["use"])
	}
	call[problem](t, p, "POST", "/api/households/bulk", map[string]any{"ids": []int{1}, "set": map[string]any{"head": "某某"}}, http.StatusUnprocessableEntity)
	outside := call[ward.BulkReport](t, p, "POST", "/api/households/bulk", map[string]any{"ids": []int{1, 4}, "set": map[string]any{"use": "rent"}, "dryRun": true}, http.StatusOK)
	if outside.Refused != 1 || outside.Findings[0].ID != 4 || outside.Findings[0].Title != "" {
		t.Errorf("with one outside: %+v", outside)
	}
}

func TestAListIsNarrowedAndSortedByItsColumns(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := tw.signIn(t, "root")
	must(t, exec(t.Context(), tw, `update building set floors = case id when 1 then 6 when 2 then 30 when 3 then 6 else 2 end`))
	ids := func(query string) (out []int64) {
		page := call[ward.Page[ward.Building]](t, p, "GET", "/api/buildings?"+query, nil, http.StatusOK)
		for _, b := range page.Items {
			out = append(out, b.ID)
		}
		if page.Next != "" {
			next := call[ward.Page[ward.Building]](t, p, "GET", "/api/buildings?"+query+"&after="+page.Next, nil, http.StatusOK)
			for _, b := range next.Items {
				out = append(out, b.ID)
			}
		}
		return out
	}
	for query, want := range map[string][]int64{
		"sort=floors":                      {4, 1, 3, 2},
		"sort=-floors&limit=2":             {2, 1, 3, 4},
		"sort=courtyard&limit=3":           {1, 2, 3, 4},
		"where=floors%3E%3D6&sort=-id":     {3, 2, 1},
		"where=name~%E5%9C%B0%E6%A0%872":   {2},
		"where=address%3D&limit=3":         {1, 2, 3, 4},
		"where=floors%3D6&where=id%3E%3D2": {3},
		"where=name~%25&sort=id":           nil,
	} {
		if got := ids(query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"sort=geom", "sort=location", "where=password%3D1", "where=floors~6", "where=floors%3E%3Dsix", "where=%3D", "sort=floors&after=zzz"} {
		call[problem](t, p, "GET", "/api/buildings?"+query, nil, http.StatusUnprocessableEntity)
	}
}

// Every field of a register is a column of the sheet of the same noun, and every
// noun has a list, so that files, forms and lists speak of the same things.
func TestEveryRegisterReadsItsFields(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	p := keeper(t, tw, "keeper")
	for noun, s := range samples {
		e := call[ward.Entry](t, p, "GET", fmt.Sprintf("/api/%s/%d/entry", s.many, idOf(noun, 1)), nil, http.StatusOK)
		r, err := ward.LookUpRegister(noun)
		must(t, err)
		for _, f := range r.Fields {
			if _, ok := e.Values[f.Name]; !ok {
				t.Errorf("%s has no %s", noun, f.Name)
			}
			if f.Title == "" {
				t.Errorf("%s.%s has no title", noun, f.Name)
			}
		}
	}
}
