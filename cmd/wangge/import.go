package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"wangge/internal/intake"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// errFindings says that a file has errors; they have been printed.
var errFindings = errors.New("文件中有错误，详见报告")

// pairs is a flag that may be given several times, each time as a=b.
type pairs map[string]string

func (p pairs) String() string { return "" }

// Set takes one a=b.
func (p pairs) Set(text string) error {
	a, b, ok := strings.Cut(text, "=")
	if !ok || a == "" {
		return errors.New("应写作 a=b")
	}
	p[a] = b
	return nil
}

// importFiles reads files or whole folders into the registers. It ends with 1
// when a file has errors, with 2 when it could not do its work.
func importFiles(ctx context.Context, p program, args []string) error {
	do := runImport
	if len(args) > 0 && args[0] == "undo" {
		do, args = undoImport, args[1:]
	}
	err := do(ctx, p, args)
	if err == nil || errors.Is(err, errFindings) || errors.Is(err, errUsage) || errors.Is(err, flag.ErrHelp) {
		return err
	}
	fmt.Fprintf(p.stderr, "wangge import：%v\n", err)
	return errUsage
}

func runImport(ctx context.Context, p program, args []string) error {
	set := flags(p, "import", "[参数] 文件或文件夹…\n"+
		"  认识 GeoJSON、表格（CSV、TSV、XLSX、XLS）、Shapefile（.shp、.zip）、GeoPackage、KML/KMZ、DXF 和 OSM PBF；文件夹里的文件按先后依赖的顺序导入\n"+
		"  有错误的文件整个不写入（除非 -skip-bad）；退出码：0 无错误，1 有错误，2 用法不对或失败\n"+
		"  撤销：wangge import undo 编号")
	url := set.String("database", "", "数据库地址；不填则取 WANGGE_DATABASE_URL 或 DATABASE_URL")
	dry := set.Bool("dry-run", false, "只检查，不写入")
	sheet := set.String("sheet", "", "表的名称，例如 buildings 或 楼栋；不填则按文件名识别")
	skip := set.Bool("skip-bad", false, "跳过有错误的行，写入其余")
	report := set.String("report", "", "把完整报告写入这个 JSON 文件")
	crs := set.String("crs", "auto", "坐标系：auto、wgs84、cgcs2000、gcj02、bd09、EPSG:4490、EPSG:4513–4554、EPSG:3857；auto 取文件自带的，没有则按 WGS84 并提示")
	bad := set.String("bad", "", "把有错误的行连同原因写入这个 CSV 文件，改正后可再导入；文件含原始内容，注意保管")
	layer := set.String("layer", "", "工作簿的工作表，或文件里有几个图层时的图层名")
	swap := set.Bool("swap", false, "文件里纬度（或纵坐标）写在前面，互换后读取")
	mapped, constants := pairs{}, pairs{}
	set.Var(mapped, "map", "文件标题=栏目，例如 ADMINCODE=code；可写多次")
	set.Var(constants, "set", "栏目=值，文件没写时用它，例如 level=district；可写多次")
	if err := parse(set, args); err != nil {
		return err
	}
	if set.NArg() == 0 {
		set.Usage()
		return errUsage
	}
	settings, err := readConfig(p.getenv, *url, false)
	if err != nil {
		return err
	}
	pool, err := postgres.Connect(ctx, settings.Database)
	if err != nil {
		return err
	}
	defer pool.Close()
	job := importJob{
		p: p, db: postgres.New(pool, settings.Keys),
		read:  intake.Options{Sheet: *sheet, Map: mapped, Set: constants, CRS: *crs, Layer: *layer, Swap: *swap},
		where: true, bad: *bad,
		write: ward.ImportOptions{DryRun: *dry, SkipBad: *skip},
	}
	failed := job.run(ctx, set.Args())
	if *report != "" {
		if err := job.save(*report); err != nil {
			return errors.Join(failed, err)
		}
	}
	return failed
}

// importJob is one run of the command.
type importJob struct {
	p       program
	db      *postgres.DB
	read    intake.Options
	write   ward.ImportOptions
	bad     string // file for the rows with errors, "" for none
	where   bool   // tell in which areas the points of a file fall
	reports []ward.ImportReport
	rest    []ward.Finding
	errors  bool
}

func (j *importJob) run(ctx context.Context, paths []string) error {
	files, err := j.files(paths)
	if err != nil {
		return err
	}
	if j.bad != "" && len(files) > 1 {
		return ward.Errorf(ward.Invalid, "-bad 一次只用于一个文件")
	}
	for _, file := range files {
		if err := j.one(ctx, file); err != nil {
			return err
		}
	}
	if err := j.settle(ctx); err != nil {
		return err
	}
	if j.errors {
		return errFindings
	}
	return nil
}

// files lists what the paths stand for; a folder of a shapefile is one file.
func (j *importJob) files(paths []string) ([]string, error) {
	out := []string{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, ward.Errorf(ward.NotFound, "没有找到 %s", path)
		}
		if !info.IsDir() || j.read.Sheet != "" {
			out = append(out, path)
			continue
		}
		files, unknown, err := intake.Folder(path)
		if err != nil {
			return nil, err
		}
		for _, name := range unknown {
			fmt.Fprintf(j.p.stdout, "跳过 %q：看不出是哪一种表，需要时用 -sheet 指定\n", name)
		}
		if len(files) == 0 {
			return nil, ward.Errorf(ward.Invalid, "%s 里没有可以导入的文件", path)
		}
		out = append(out, files...)
	}
	return out, nil
}

// one imports one file. A file that cannot be read counts as one with errors,
// so that the others are still told about.
func (j *importJob) one(ctx context.Context, file string) error {
	read := j.read
	if j.where {
		var err error
		if read.Within, err = j.db.Within(ctx, ward.System("")); err != nil {
			return err
		}
	}
	source, err := intake.Open(ctx, file, read)
	if err != nil {
		return j.refused(file, err)
	}
	defer source.Close()
	options := j.write
	progress := newProgress(j.p, source.Sheet.Title+" "+source.Name)
	options.Progress = progress.rows
	why := badLines{}
	if j.bad != "" {
		options.Found = why.hear
	}
	report, err := j.db.Import(ctx, ward.System(""), source.Sheet, source.Name, source.Records(ctx), options)
	progress.done()
	if err != nil {
		return j.refused(file, err)
	}
	j.reports = append(j.reports, report)
	j.errors = j.errors || report.Errors > 0
	printReport(j.p.stdout, report)
	return j.writeBad(ctx, source, why)
}

// refused prints what people can do something about and returns the rest.
func (j *importJob) refused(file string, err error) error {
	if ward.ErrorCode(err) == ward.Internal {
		return fmt.Errorf("%s：%w", filepath.Base(file), err)
	}
	j.errors = true
	fmt.Fprintf(j.p.stdout, "✗ %q：%s\n", filepath.Base(file), ward.ErrorMessage(err))
	return nil
}

// settle builds the coverage once after all files.
func (j *importJob) settle(ctx context.Context) error {
	sheets := []string{}
	for _, r := range j.reports {
		if r.Written && r.Inserted+r.Updated > 0 {
			sheets = append(sheets, r.Sheet)
		}
	}
	if len(sheets) == 0 {
		return nil
	}
	progress := newProgress(j.p, "整理")
	found, err := j.db.Settle(ctx, sheets, progress.step)
	progress.done()
	if err != nil {
		return err
	}
	j.rest = found
	if len(found) > 0 {
		fmt.Fprintln(j.p.stdout, "\n整理")
		printFindings(j.p.stdout, found, 0)
	}
	return nil
}

// save writes the whole report as JSON, readable by its owner only.
func (j *importJob) save(path string) error {
	text, err := json.MarshalIndent(struct {
		Files    []ward.ImportReport `json:"files"`
		Findings []ward.Finding      `json:"findings"`
	}{append([]ward.ImportReport{}, j.reports...), append([]ward.Finding{}, j.rest...)}, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("写报告：%w", err)
	}
	return nil
}
