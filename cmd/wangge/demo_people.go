package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"wangge/internal/api"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// demoPassword opens every account the demo shows. Nothing but the demo makes
// accounts with it, and each page of a demo says that it is one.
const demoPassword = "wangge-demo-2026"

// demoRole is an account of the demo: one for each role, where it works and
// what it opens.
type demoRole struct {
	login string
	role  ward.Role
	level string // grid, community, beside (the community next to it), street
	face  string
}

func demoRoles() []demoRole {
	return []demoRole{
		{"leader", ward.GridLeader, "grid", "/tablet"},
		{"staff", ward.GridStaff, "grid", "/tablet"},
		{"secretary", ward.Secretary, "community", "/tablet"},
		{"secretary2", ward.Secretary, "beside", "/tablet"},
		{"wall", ward.Wall, "street", "/wall"},
		{"dutyhead", ward.DutyHead, "street", "/wall"},
		{"planner", ward.Planner, "street", "/planner"},
		{"party", ward.PartyOffice, "street", "/desk"},
		{"intake", ward.Intake, "street", "/desk"},
		{"dispatcher", ward.Dispatcher, "street", "/desk"},
		{"handler", ward.Handler, "street", "/desk"},
		{"member", ward.PartyMember, "community", "/desk"},
		{"admin", ward.Admin, "all", "/desk"},
	}
}

// demoPlaces are where the demo's accounts work: the first grid with households
// of the first community of the first street, the third community, which borders on it, and the
// grids of that street.
type demoPlaces struct {
	codes, names map[string]string
	grids        []ward.Grid
}

func (d *demonstration) places(ctx context.Context) (demoPlaces, error) {
	all := ward.System("")
	at := demoPlaces{codes: map[string]string{"all": ""}, names: map[string]string{"all": "全部辖区"}}
	for _, level := range []string{"street", "community"} {
		page, err := d.db.Areas(ctx, all, ward.Filter{Kind: level, Limit: 3})
		if err != nil {
			return at, err
		}
		if len(page.Items) == 0 {
			return at, ward.Errorf(ward.NotFound, "演示数据不完整，请删除数据目录后重试")
		}
		at.codes[level], at.names[level] = page.Items[0].Code, page.Items[0].Name
		beside := page.Items[len(page.Items)-1]
		at.codes["beside"], at.names["beside"] = beside.Code, beside.Name
	}
	grids, err := d.db.Grids(ctx, all, ward.Filter{Limit: ward.MaxLimit})
	if err != nil {
		return at, err
	}
	at.grids = grids.Items
	for _, g := range at.grids {
		if g.CommunityName == at.names["community"] && g.Households >= ward.GridHouseholdsLow && g.Branch != nil {
			at.codes["grid"], at.names["grid"] = g.Code, g.Name
			return at, nil
		}
	}
	return at, ward.Errorf(ward.NotFound, "演示数据里没有可用的网格")
}

// makeAccounts makes one account per role, and one per grid for those who walk
// it in the simulated day; the passwords of the latter are in a file of the demo.
func (d *demonstration) makeAccounts(ctx context.Context) error {
	at, err := d.places(ctx)
	if err != nil {
		return err
	}
	for _, r := range demoRoles() {
		if err := d.makeAccount(ctx, r.login, r.role.Label(), demoPassword, r.role, at.codes[r.level]); err != nil {
			return err
		}
	}
	if len(at.grids) >= ward.MaxLimit {
		return nil // a district is measured, not played
	}
	played := []simLogin{{"demo-duty", rand.Text()}, {"demo-handler", rand.Text()}}
	for _, g := range at.grids {
		one := simLogin{walker(g.Code), rand.Text()}
		if err := d.makeAccount(ctx, one.Login, "网格长", one.Password, ward.GridLeader, g.Code); err != nil {
			return err
		}
		played = append(played, one)
	}
	if err := d.makeAccount(ctx, "demo-handler", "处置队", played[1].Password, ward.Handler, at.codes["street"]); err != nil {
		return err
	}
	office := []postgres.NewGrant{}
	for _, role := range []ward.Role{ward.DutyHead, ward.Intake, ward.Dispatcher} {
		office = append(office, postgres.NewGrant{Role: role, Code: at.codes["street"]})
	}
	if _, err := d.db.CreateAccount(ctx, ward.System(""), postgres.NewAccount{Login: "demo-duty", Name: "值班员", Password: played[0].Password, Demo: true, Grants: office}); err != nil {
		return fmt.Errorf("making the account of the office: %w", err)
	}
	return d.keepLogins(played)
}

// loginsFile is where the demo keeps the accounts its simulated day signs in with.
func (d *demonstration) loginsFile() string { return filepath.Join(d.dir, "demo", "logins.json") }

func (d *demonstration) keepLogins(people []simLogin) error {
	text, err := json.Marshal(people)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(d.loginsFile()), 0o755); err != nil {
		return fmt.Errorf("making the folder of the demo: %w", err)
	}
	if err := os.WriteFile(d.loginsFile(), text, 0o600); err != nil {
		return fmt.Errorf("keeping the logins of the demo: %w", err)
	}
	return nil
}

func (d *demonstration) makeAccount(ctx context.Context, login, name, password string, role ward.Role, code string) error {
	_, err := d.db.CreateAccount(ctx, ward.System(""), postgres.NewAccount{
		Login: login, Name: name, Password: password, Demo: true, Grants: []postgres.NewGrant{{Role: role, Code: code}},
	})
	if err != nil {
		return fmt.Errorf("making the account %s: %w", login, err)
	}
	return nil
}

// walker is the login of whoever walks a grid in the simulated day.
func walker(grid string) string { return "demo-" + strings.ToLower(grid) }

// logins are what the sign-in page of the demo offers.
func (d *demonstration) logins(ctx context.Context) ([]api.DemoLogin, error) {
	at, err := d.places(ctx)
	if err != nil {
		return nil, err
	}
	out := []api.DemoLogin{}
	for _, r := range demoRoles() {
		out = append(out, api.DemoLogin{Login: r.login, Password: demoPassword, Name: r.role.Label(), Role: r.role.Label(), Place: at.names[r.level], Face: r.face})
	}
	return out, nil
}
