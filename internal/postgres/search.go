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
	args := pgx.NamedArgs{"scope": s.Paths(), "words": "%" + likeText(words) + "%", "exact": words}
	sql := searchByName
	if sound := ward.SpellQuery(words); sound != "" {
		sql, args["sound"], args["exact_sound"] = searchBySound, "%"+sound+"%", "(^| )"+sound+"( |$)"
		if len(sound) < 3 {
			sql = searchByShortSound
		}
	}
	var found []ward.Found
	err := db.read(ctx, func(tx pgx.Tx) (err error) {
		// Seven registers take longer to plan than to search, and the words say
		// nothing to the planner that could change the plan.
		if _, err = tx.Exec(ctx, db.lookSettings()+`; set local plan_cache_mode = force_generic_plan`); err == nil {
			found, err = many[ward.Found](ctx, tx, sql, args)
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
	{
		"building", "building x left join cell_now n on n.cell = x.cell left join courtyard y on y.id = x.courtyard", "(x.name || ' ' || x.number || ' ' || x.address)",
		"case when x.name = '' then coalesce(y.name, '') else '' end || building_title(x.name, x.number)", "x.address", "x.geom", cellWithin, "x.id", 20,
	},
}

// endingNouns are those of them whose records end: an ended one is not found.
var endingNouns = []string{"branch", "point", "team", "institution", "building"}

// cellWithin keeps to places whose cell n lies in the scope.
const cellWithin = "coalesce(n.path, '') <@ any(@scope::ltree[])"

// byName finds a noun by its words.
func (n sought) byName() string {
	match := n.words + " ilike @words"
	if n.noun == "building" { // 绿地苑 finds its buildings; the array lets both conditions use their index
		match = "(" + match + " or x.courtyard = any(array(select id from courtyard where name ilike @words)))"
	}
	return n.rows(0, "", match, n.order)
}

// bySound finds a noun by how its name is typed; a name typed whole comes first.
func (n sought) bySound() string {
	return n.rows(1, " join search_word w on w.noun = '"+n.noun+"' and w.id = x.id", "(w.pinyin like @sound or w.initials like @sound)",
		soundsExactly+" desc, length(w.name), "+n.order)
}

// byShortSound is bySound for two letters. They make no trigram, and an index of
// trigrams that is read from end to end costs more than the table: the empty
// text keeps the planner from it.
func (n sought) byShortSound() string {
	return strings.NewReplacer("w.pinyin like", "w.pinyin || '' like", "w.initials like", "w.initials || '' like").Replace(n.bySound())
}

func (n sought) byShortName() string {
	return strings.ReplaceAll(n.byName(), n.words+" ilike", n.words+" || '' ilike")
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

var (
	searchByName       = searchSQL(sought.byName)
	searchBySound      = searchSQL(sought.byName, sought.bySound)
	searchByShortSound = searchSQL(sought.byShortName, sought.byShortSound)
)

// searchSQL puts the nouns together in their order; a thing found twice stands
// where it stands better.
func searchSQL(ways ...func(sought) string) string {
	var parts []string
	for _, way := range ways {
		for rank, n := range soughtNouns {
			parts = append(parts, fmt.Sprintf("select %d as rank, f.* from %s f", rank, way(n)))
		}
	}
	return `select noun, id::text, name, detail, array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] as bounds from (
		select distinct on (noun, id) * from (` + strings.Join(parts, "\n\t\tunion all ") + `) every order by noun, id, tier, exactly desc
		) found where geom is not null order by (exactly and tier = 0) desc, tier, exactly desc, rank, length(name), name, id limit 40`
}
