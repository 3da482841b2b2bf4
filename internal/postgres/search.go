package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Search finds places and organisations by name, number, address or code, or by
// the pinyin or the initials of their name, within the scope; never persons. At
// least two characters, or one Chinese one. What is called exactly so comes
// first, then what holds the words, then what sounds so.
func (db *DB) Search(ctx context.Context, s ward.Scope, words string) ([]ward.Found, error) {
	words = strings.TrimSpace(words)
	if utf8.RuneCountInString(words) < 2 && len(words) < 3 {
		return nil, &ward.Error{Code: ward.Invalid, Message: "请至少输入两个字", Fields: []ward.FieldError{{Field: "q", Message: "请至少输入两个字"}}}
	}
	args := pgx.NamedArgs{"scope": s.Paths(), "words": "%" + likeText(words) + "%", "exact": words, "sound": "", "exact_sound": "$."}
	q := question{short: utf8.RuneCountInString(words) < 3, narrow: fewBuildings(s.Paths())}
	if sound := ward.SpellQuery(words); sound != "" {
		q.sounds = true
		args["sound"], args["exact_sound"] = "%"+sound+"%", "(^| )"+sound+"( |$)"
	}
	var found []ward.Found
	err := db.read(ctx, func(tx pgx.Tx) (err error) {
		// Seven registers take longer to plan than to search, and the words say
		// nothing to the planner that could change the plan.
		if _, err = tx.Exec(ctx, db.lookSettings()+`; set local plan_cache_mode = force_generic_plan`); err == nil {
			found, err = many[ward.Found](ctx, tx, searches[q], args)
		}
		return err
	})
	return found, err
}

// sought is one noun to find: its rows under the alias x, where they lie and
// which of them the reader may see.
type sought struct {
	noun, from, words, name, detail, geom, within, order string
	limit                                                int
}

var soughtNouns = []sought{
	{"area", "area x", "(x.name || ' ' || x.code)", "x.name", "x.code", "x.geom", "x.path <@ any(@scope::ltree[]) or x.path @> any(@scope::ltree[])", "x.path", 10},
	{"grid", "grid x join grid_shape_now s on s.grid = x.id", "(x.name || ' ' || x.code)", "x.name", "x.code", "s.geom", "x.path <@ any(@scope::ltree[])", "x.code", 10},
	{
		"branch", "branch b join branch x on x.id = b.id join area a on a.id = b.area left join building bu on bu.id = b.building", "(x.name || ' ' || x.code)", "x.name", "a.name",
		"coalesce(bu.geom, (select s.geom from branch_grid_now y join grid_shape_now s on s.grid = y.grid where y.branch = x.id limit 1), a.geom)",
		branchWithin, "x.id", 10,
	},
	{"point", "point x left join cell_now n on n.cell = x.cell", "(x.name || ' ' || x.code || ' ' || x.address)", "x.name", "x.address", "st_envelope(x.pt)", cellWithin, "x.id", 10},
	{"team", "team x join area a on a.id = x.area", "(x.name || ' ' || x.code)", "x.name", "x.shift", "st_envelope(x.pt)", "x.pt is not null and a.path <@ any(@scope::ltree[])", "x.id", 10},
	{"institution", "institution x left join cell_now n on n.cell = x.cell", "(x.name || ' ' || x.code)", "x.name", "''", "st_envelope(x.pt)", cellWithin, "x.id", 10},
}

// endingNouns are those of them whose records end: an ended one is not found.
var endingNouns = []string{"branch", "point", "team", "institution"}

// cellWithin keeps to places whose cell n lies in the scope.
const cellWithin = "coalesce(n.path, '') <@ any(@scope::ltree[])"

// byName finds a noun by its words.
func (n sought) byName() string {
	return n.rows(0, "", n.words+" ilike @words", n.order)
}

// bySound finds a noun by how its name is typed; a name typed whole comes first.
func (n sought) bySound() string {
	return n.rows(1, " join search_word w on w.noun = '"+n.noun+"' and w.id = x.id", "(w.pinyin like @sound or w.initials like @sound)",
		soundsExactly+" desc, length(w.name), "+n.order)
}

const soundsExactly = "(w.pinyin ~ @exact_sound or w.initials ~ @exact_sound)"

func (n sought) rows(tier int, join, match, order string) string {
	exactly := n.name + " = @exact"
	if tier > 0 {
		exactly = soundsExactly
	}
	if slices.Contains(endingNouns, n.noun) {
		match = "(" + match + ") and x.ended is null"
	}
	return fmt.Sprintf(`(select %d as tier, %s as exactly, '%s' as noun, x.id, %s as name, %s as detail, %s as geom from %s%s where (%s) and %s order by %s limit %d)`,
		tier, exactly, n.noun, n.name, n.detail, n.geom, n.from, join, n.within, match, order, n.limit)
}

// question is what decides which statement answers a search.
type question struct {
	sounds bool // the words may be typed pinyin
	short  bool // too short for an index of trigrams
	narrow bool // few buildings are in the scope
}

// fewBuildings tells scopes of communities and grids, a thousand buildings each: those
// are looked at building by building. In a street or a district the names are,
// and the buildings of each until there are enough.
func fewBuildings(paths []string) bool {
	return len(paths) > 0 && len(paths) <= 10 && !slices.ContainsFunc(paths, func(path string) bool { return strings.Count(path, ".") < 2 })
}

// searches are the statements by the question.
var searches = func() map[question]string {
	of := map[question]string{}
	for i := range 8 {
		q := question{i&1 != 0, i&2 != 0, i&4 != 0}
		of[q] = q.sql()
	}
	return of
}()

// sql puts the nouns together in their order; a thing found twice stands where it
// stands better.
func (q question) sql() string {
	var parts []string
	for rank, n := range soughtNouns {
		parts = append(parts, fmt.Sprintf("select %d as rank, f.* from %s f", rank, n.byName()))
		if q.sounds {
			parts = append(parts, fmt.Sprintf("select %d as rank, f.* from %s f", rank, n.bySound()))
		}
	}
	parts = append(parts, fmt.Sprintf("select %d as rank, f.* from (%s) f", len(soughtNouns), q.buildings()))
	sql := `select noun, id::text, name, detail, array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] as bounds from (
		select distinct on (noun, id) * from (` + strings.Join(parts, "\n\t\tunion all ") + `) every order by noun, id, tier, exactly desc
		) found where geom is not null order by (exactly and tier = 0) desc, tier, exactly desc, rank, length(name), name, id limit 40`
	if q.short {
		// Short words make no trigram, and an index of trigrams that is read from end
		// to end costs more than the table: the empty text keeps the planner from it.
		sql = shortly.Replace(sql)
	}
	return sql
}

var shortly = strings.NewReplacer(" like ", " || '' like ", " ilike ", " || '' ilike ")

// buildings finds buildings by their texts.
func (q question) buildings() string {
	match, tier, exactly := "t.words like lower(@words)", "0", "t.name = @exact"
	if q.sounds {
		const w = "t"
		sounds := strings.ReplaceAll(soundsExactly, "w.", w+".")
		tier = "case when " + match + " then 0 else 1 end"
		exactly = "case when " + match + " then t.name = @exact else " + sounds + " end"
		match = "(" + match + " or t.pinyin like @sound or t.initials like @sound)"
	}
	texts := fmt.Sprintf(`select t.id, t.name, length(t.name) as long, %s as tier, %s as exactly from search_text t`, tier, exactly)
	const columns = `t.tier, t.exactly, 'building' as noun, x.id, t.name, x.address as detail, x.geom`
	const best = ` order by t.tier, t.exactly desc, t.long, t.id limit 20`
	if q.narrow {
		return `select ` + columns + ` from building x join search_building y on y.building = x.id join lateral (` + texts + ` where t.id = y.text and ` + match + `) t on true
			where x.ended is null and x.cell = any(array(select cell from cell_now where path <@ any(@scope::ltree[])))` + best
	}
	// The texts come in their order and the buildings of each until there are enough.
	return `select ` + columns + ` from (` + texts + ` where ` + match + ` order by tier, exactly desc, long, t.id) t cross join lateral (
			select x.id, x.address, x.geom from search_building y join building x on x.id = y.building left join cell_now n on n.cell = x.cell
			where y.text = t.id and x.ended is null and ` + cellWithin + ` order by x.id limit 20) x` + best
}
