package postgres

import (
	"cmp"
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
	args := pgx.NamedArgs{
		"scope": s.Paths(), "exact": words, "sound": "", "exact_sound": "",
		"words": asTyped(words), "lower": "%" + likeText(strings.ToLower(words)) + "%",
	}
	q := question{narrow: fewBuildings(s.Paths())}
	if sound := ward.SpellQuery(words); sound != "" {
		q.sounds = true
		args["sound"], args["exact_sound"] = "%"+sound+"%", sound
	}
	var places, buildings []finding
	err := db.read(ctx, func(tx pgx.Tx) (err error) {
		// Six registers take longer to plan than to search, and the words say nothing
		// to the planner that could change the plan; of the texts of buildings they do.
		if _, err = tx.Exec(ctx, db.lookSettings()+`; set local plan_cache_mode = force_generic_plan`); err != nil {
			return err
		}
		if places, err = many[finding](ctx, tx, searches[q].places, args); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `set local plan_cache_mode = force_custom_plan`); err != nil {
			return err
		}
		buildings, err = many[finding](ctx, tx, searches[q].buildings, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return best(slices.Concat(places, buildings)), nil
}

// asTyped are the patterns of words as they were typed, in capitals (codes) and in
// small letters: ilike takes ten times as long for Chinese, which has neither.
func asTyped(words string) (patterns []string) {
	for _, w := range []string{words, strings.ToUpper(words), strings.ToLower(words)} {
		if pattern := "%" + likeText(w) + "%"; !slices.Contains(patterns, pattern) {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

// searchLimit is how many things a search gives.
const searchLimit = 40

// finding is a thing found and how well it is meant.
type finding struct {
	ward.Found
	Tier    int  // 0 by its words, 1 by its sound
	Exactly bool // called exactly so
	Rank    int  // of the noun
}

// best puts what was found in its order; a thing found twice stands where it
// stands better.
func best(all []finding) []ward.Found {
	slices.SortStableFunc(all, func(a, b finding) int {
		first := func(f finding) int {
			if f.Exactly {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(first(a), first(b)), cmp.Compare(a.Rank, b.Rank),
			cmp.Compare(utf8.RuneCountInString(a.Name), utf8.RuneCountInString(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	found, seen := []ward.Found{}, map[[2]string]bool{}
	for _, f := range all {
		if key := [2]string{f.Noun, f.ID}; !seen[key] && len(found) < searchLimit {
			seen[key] = true
			found = append(found, f.Found)
		}
	}
	return found
}

// sought is one noun to find: its rows under the alias x, where they lie and
// which of them the reader may see.
type sought struct {
	noun, from, words, name, detail, geom, within, order string
	limit                                                int
}

var soughtNouns = []sought{
	{"area", "area x", "(x.name || ' ' || x.code)", "x.name", "x.code", "x.geom", "x.path <@ any(@scope::ltree[]) or x.path @> any(@scope::ltree[]) or " + inAll, "x.path", 10},
	{"grid", "grid x join grid_shape_now s on s.grid = x.id", "(x.name || ' ' || x.code)", "x.name", "x.code", "s.geom", fmt.Sprintf(inScope, "x.path"), "x.code", 10},
	{
		"micro", "grid x join micro_shape_now s on s.grid = x.id join lateral (select n.grid, n.path from micro_now n where n.micro = x.id limit 1) n on true join grid p on p.id = n.grid", "(x.name || ' ' || x.code)",
		"x.name", "p.name", "s.geom", fmt.Sprintf(inScope, "n.path"), "x.code", 10,
	},
	{
		"branch", "branch b join branch x on x.id = b.id join area a on a.id = b.area left join building bu on bu.id = b.building", "(x.name || ' ' || x.code)", "x.name", "a.name",
		"coalesce(bu.geom, (select s.geom from branch_grid_now y join grid_shape_now s on s.grid = y.grid where y.branch = x.id limit 1), a.geom)",
		branchWithin, "x.id", 10,
	},
	{"point", "point x left join cell_now n on n.cell = x.cell", "(x.name || ' ' || x.code || ' ' || x.address)", "x.name", "x.address", "st_envelope(x.pt)", cellWithin, "x.id", 10},
	{"team", "team x join area a on a.id = x.area", "(x.name || ' ' || x.code)", "x.name", "x.shift", "st_envelope(x.pt)", "x.pt is not null and " + fmt.Sprintf(inScope, "a.path"), "x.id", 10},
	{"institution", "institution x left join cell_now n on n.cell = x.cell", "(x.name || ' ' || x.code)", "x.name", "''", "st_envelope(x.pt)", cellWithin, "x.id", 10},
}

// endingNouns are those of them whose records end: an ended one is not found.
var endingNouns = []string{"branch", "point", "team", "institution"}

// cellWithin keeps to places whose cell n lies in the scope.
var cellWithin = fmt.Sprintf(inScope, "n.path")

// byName finds a noun by its words. They are put together once for all patterns;
// a register of a tenth of the buildings is read faster than its trigrams.
func (n sought) byName() string {
	return fmt.Sprintf(`(select 0 as tier, %s = @exact as exactly, '%s' as noun, x.id, %s as name, %s as detail, %s as geom from %s where %s like any(@words::text[]) and %s order by %s limit %d)`,
		n.name, n.noun, n.name, n.detail, n.geom, n.from, n.words, n.seen(), n.order, n.limit)
}

// bySound finds a noun by how its name is typed: names typed whole, and then the
// shortest that hold it, looked up one by one until there are enough.
func (n sought) bySound() string {
	spelt := func(exactly bool, match string) string {
		return fmt.Sprintf(`(select id, %v as exactly from search_word where noun = '%s' and %s order by length(name), id)`, exactly, n.noun, match)
	}
	return fmt.Sprintf(`(select 1 as tier, w.exactly, '%s' as noun, x.* from (%s union all %s) w
		cross join lateral (select x.id, %s as name, %s as detail, %s as geom from %s where x.id = w.id and %s offset 0) x limit %d)`,
		n.noun, spelt(true, wholeSound), spelt(false, partSound+" and not "+wholeSound), n.name, n.detail, n.geom, n.from, n.seen(), n.limit)
}

// How a spelling holds a sound: as one of its words, or anywhere.
const (
	wholeSound = "string_to_array(pinyin || ' ' || initials, ' ') @> array[@exact_sound::text]"
	partSound  = "(pinyin like @sound or initials like @sound)"
)

// seen keeps to what the reader may see and what has not ended.
func (n sought) seen() string {
	if slices.Contains(endingNouns, n.noun) {
		return "(" + n.within + ") and x.ended is null"
	}
	return "(" + n.within + ")"
}

// question is what decides which statement answers a search.
type question struct {
	sounds bool // the words may be typed pinyin
	narrow bool // few buildings are in the scope
}

// fewBuildings tells scopes of communities and grids, a thousand buildings each: those
// are looked at building by building. In a street or a district the names are,
// and the buildings of each until there are enough.
func fewBuildings(paths []string) bool {
	return len(paths) > 0 && len(paths) <= 10 && !slices.ContainsFunc(paths, func(path string) bool { return strings.Count(path, ".") < 2 })
}

// statements answer one kind of question.
type statements struct{ places, buildings string }

// searches are the statements by the question.
var searches = func() map[question]statements {
	of := map[question]statements{}
	for i := range 4 {
		q := question{i&1 != 0, i&2 != 0}
		of[q] = statements{q.places(), q.buildings()}
	}
	return of
}()

// findingsOf selects the columns of finding from rows of what was found.
func findingsOf(rows string) string {
	return `select noun, id::text, name, detail, array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] as bounds, tier, exactly, rank
		from (` + rows + `) found where geom is not null`
}

// places finds everything but buildings.
func (q question) places() string {
	var parts []string
	for rank, n := range soughtNouns {
		parts = append(parts, fmt.Sprintf("select %d as rank, f.* from %s f", rank, n.byName()))
		if q.sounds {
			parts = append(parts, fmt.Sprintf("select %d as rank, f.* from %s f", rank, n.bySound()))
		}
	}
	return findingsOf(strings.Join(parts, "\n\t\tunion all "))
}

// buildings finds buildings by their code and by their texts: first those called
// exactly so, then the shortest names.
func (q question) buildings() string {
	parts := []string{`(select 0 as tier, true as exactly, x.id, building_title(x.name, x.number) as name, x.address, x.geom
		from building x left join cell_now n on n.cell = x.cell where x.code = upper(@exact) and x.ended is null and ` + cellWithin + `)`}
	texts := func(tier int, exactly bool, match string) {
		parts = append(parts, fmt.Sprintf(`(select %d, %v, x.id, t.name, x.address, x.geom %s limit 20)`, tier, exactly, q.texts(match)))
	}
	texts(0, true, "t.name = @exact")
	texts(0, false, "t.words like @lower")
	if q.sounds {
		texts(1, true, wholeSound)
		texts(1, false, partSound)
	}
	return findingsOf(fmt.Sprintf(`select %d as rank, 'building' as noun, f.*, f.address as detail from (%s) f`, len(soughtNouns), strings.Join(parts, "\n\t\tunion all ")))
}

// texts joins the matching texts t to their buildings x.
func (q question) texts(match string) string {
	if q.narrow {
		return `from building x join search_building y on y.building = x.id join search_text t on t.id = y.text
			where x.ended is null and x.cell = any(array(select cell from cell_now where path <@ any(@scope::ltree[]))) and ` + match + ` order by length(t.name), t.id`
	}
	return `from (select t.id, t.name from search_text t where ` + match + ` order by length(t.name), t.id) t cross join lateral (
			select x.id, x.address, x.geom from search_building y join building x on x.id = y.building left join cell_now n on n.cell = x.cell
			where y.text = t.id and x.ended is null and ` + cellWithin + ` order by x.id limit 20) x`
}
