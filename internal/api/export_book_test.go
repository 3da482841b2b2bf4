package api_test

import (
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wangge/internal/intake"
	"wangge/internal/ward"
)

// saved asks for an export and keeps it under the name it is given.
func (p person) saved(register, format string) string {
	p.t.Helper()
	status, body := p.do("GET", "/api/exports/"+register+"."+format, nil)
	if status != 200 {
		p.t.Fatalf("%s.%s: %d %.300s", register, format, status, body)
	}
	file := filepath.Join(p.t.TempDir(), register+"-2026-11-22."+format)
	must(p.t, os.WriteFile(file, []byte(body), 0o600))
	return file
}

// checked reads a file as the import does and checks it without writing.
func (tw *town) checked(t *testing.T, s ward.Scope, file string) ward.ImportReport {
	t.Helper()
	source, err := intake.Open(t.Context(), file, intake.Options{})
	must(t, err)
	defer source.Close()
	report, err := tw.db.Import(t.Context(), s, source.Sheet, source.Name, source.Records(t.Context()), ward.ImportOptions{DryRun: true})
	must(t, err)
	return report
}

func TestAWorkbookThatComesBackUnchangedChangesNothing(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	must(t, exec(t.Context(), tw, `update building set code = '330499008001000123', name = '=一号楼', address = '甲路1号', floors = 6, built = 1998, courtyard = (select min(id) from courtyard) where id = 1`))
	must(t, exec(t.Context(), tw, `update point set services = '{低保申请,开证明}', seats = 12, area = 33.25, has_basics = true, phone = '0573-1234', building = 1, pt = st_setsrid(st_makepoint(120.12345678901, 30.98765432109), 4326) where id = 1`))
	must(t, exec(t.Context(), tw, `insert into room (point, name) values (1, '议事厅'), (1, '阅览室')`))
	must(t, exec(t.Context(), tw, `insert into team_member (team, member) values (1, 1), (1, 2) on conflict do nothing`))
	must(t, exec(t.Context(), tw, `update team set leader = 1, headcount = 9, shift = '白班' where id = 1`))
	must(t, exec(t.Context(), tw, `update institution set building = 2, floor = 3, staff = 40, members = 5, branch = 1, party_mode = 'own' where id = 1`))
	must(t, exec(t.Context(), tw, `update member set household = 1, home_unit = '某厂', skills = '{电工,医疗}', posts = '{楼长}', joined = '2001-07-01', birth_year = 1960 where id = 1`))
	p, s := tw.signIn(t, "root"), ward.System("")
	for _, register := range []string{"buildings", "points", "teams", "institutions", "members", "households", "branches", "hubs", "courtyards", "lanes", "pairings"} {
		report := tw.checked(t, s, p.saved(register, "xlsx"))
		if report.Sheet != register || report.Errors != 0 || report.Inserted+report.Updated != 0 || report.Same != report.Rows || report.Rows < 4 {
			t.Errorf("%s: %+v", register, report)
		}
	}
}

func TestAWorkbookChangesOnlyWhatWasChangedInIt(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	table := "编码,名称,楼层数\nB1,改名楼,7\nB99,没登记过,3\n,无编码,3\n"
	file := filepath.Join(t.TempDir(), "buildings.csv")
	must(t, os.WriteFile(file, []byte(table), 0o600))
	report := tw.checked(t, ward.System(""), file)
	said := []string{}
	for _, f := range report.Findings {
		said = append(said, f.Message)
	}
	all := strings.Join(said, "\n")
	if report.Errors != 2 || !strings.Contains(all, "这个编码也还没有登记") || !strings.Contains(all, "缺少编码") {
		t.Errorf("%+v", report)
	}
	must(t, os.WriteFile(file, []byte("编码,名称,楼层数\nB1,改名楼,7\n"), 0o600))
	if report = tw.checked(t, ward.System(""), file); report.Updated != 1 || report.Errors != 0 {
		t.Errorf("%+v", report)
	}
	names := filepath.Join(t.TempDir(), "members.csv")
	must(t, os.WriteFile(names, []byte("编码,姓名,党组织编码\nM99,王*,Z1\n"), 0o600))
	if report = tw.checked(t, ward.System(""), names); report.Errors == 0 {
		t.Errorf("a new member with a masked name: %+v", report)
	}
}

func TestAGeoPackageOpensInGDAL(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // not parallel: what is left behind must be ours
	info, err := osexec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed (gdal-bin)")
	}
	tw := newTown(t)
	p := tw.signIn(t, "root")
	for register, shape := range map[string]string{"buildings": "Multi Polygon", "points": "Point", "lanes": "Multi Line String"} {
		out, err := osexec.CommandContext(t.Context(), info, "-ro", "-so", p.saved(register, "gpkg"), register).CombinedOutput()
		for _, want := range []string{"Geometry: " + shape, "Feature Count: 4", "WGS 84", "name: String"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s lacks %q: %v\n%s", register, want, err, out)
			}
		}
	}
	status, body := p.do("GET", "/api/exports/points.gpkg?q=1%E5%8F%B7", nil)
	if status != 200 || !strings.HasPrefix(body, "SQLite format 3") {
		t.Errorf("narrowed: %d", status)
	}
	if status, body = p.do("GET", "/api/exports/members.gpkg", nil); status != 422 || !strings.Contains(body, "没有位置") {
		t.Errorf("members: %d %s", status, body)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "wangge-export-*")); len(left) > 0 {
		t.Errorf("folders are left: %v", left)
	}
}
