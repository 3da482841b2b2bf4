package siting

import (
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/walknet"
	"wangge/internal/ward"
)

// together is how many places are chosen one after the other.
const together = 5

// usualCount is how many sites are listed when nobody says.
const usualCount = 20

// Rank weighs the places where something could go. Invalid when there are too
// many candidates to weigh in one go, or nobody to weigh them for.
func (f *Finder) Rank(ctx context.Context, s ward.Scope, q ward.SitingQuestion) (ward.SiteRanking, error) {
	out := ward.SiteRanking{SitingLayer: q.SitingLayer, Sites: []ward.Site{}, Together: []ward.SitePick{}}
	if err := q.Validate(); err != nil {
		return out, err
	}
	ground, err := f.groundOf(ctx, s, q.SitingLayer)
	if err != nil {
		return out, err
	}
	candidates, err := f.Store.SitingCandidates(ctx, s, q, ward.SitingCandidates+1)
	if err != nil {
		return out, err
	}
	if len(candidates) > ward.SitingCandidates {
		return out, &ward.Error{Code: ward.Invalid, Message: "候选楼栋超过1500栋，请选一个社区，或只看自有和公共用房", Fields: []ward.FieldError{{Field: "from", Message: "候选太多"}}}
	}
	r := ranking{town: ground.town, q: q, out: &out, candidates: candidates}
	if !r.demandOf(ground) {
		return out, ward.Errorf(ward.Invalid, "这个范围里没有住户，或住户附近都没有路")
	}
	today, err := r.placesOf(ground.Places)
	if err != nil {
		return out, err
	}
	return out, r.rank(ctx, today)
}

// ranking is one question on its way.
type ranking struct {
	town       *town
	q          ward.SitingQuestion
	out        *ward.SiteRanking
	candidates []ward.SitingCandidate
	demand     []walknet.Demand
	existing   []walknet.Access
	stranded   float64 // weight that no way is near
	total      float64
}

// demandOf gathers who is asked about; elders count more when the question says so.
func (r *ranking) demandOf(ground *settled) bool {
	for i, d := range ground.Doors {
		if r.q.Community != 0 && d.Community != r.q.Community || len(r.q.Buildings) > 0 && !slices.Contains(r.q.Buildings, d.Building) {
			continue
		}
		r.out.People = r.out.People.Plus(d.SitingPeople)
		weight := float64(d.Households) + r.q.Elders*float64(d.Elders)
		r.total += weight
		if tied := ground.doors[i]; tied.ok {
			r.demand = append(r.demand, walknet.Demand{Access: tied.Access, Weight: weight})
		} else {
			r.stranded += weight
		}
	}
	return len(r.demand) > 0
}

// placesOf ties what is there already; the one to compare with comes back.
func (r *ranking) placesOf(places []ward.SitingPlace) (today *ward.SitingPlace, err error) {
	for _, p := range places {
		if p.ID == r.q.Today {
			today = &p
			if r.q.Move {
				continue
			}
		}
		if a, ok := r.town.net.Attach(p.At); ok {
			r.existing = append(r.existing, a)
		}
	}
	if r.q.Today != 0 && today == nil {
		return nil, ward.Errorf(ward.NotFound, "没有要比较的服务点，或不在您的辖区内")
	}
	return today, nil
}

func (r *ranking) rank(ctx context.Context, today *ward.SitingPlace) error {
	access, which := attachAll(r.town, r.candidates, func(c ward.SitingCandidate) orb.Point { return c.At })
	limit := r.q.Metres()
	scores, err := r.town.net.Sites(ctx, access, r.existing, r.demand, limit, nil)
	if err != nil {
		return err
	}
	r.out.Weighed, r.out.Remote = len(access), len(r.candidates)-len(access)
	count := r.q.Count
	if count == 0 {
		count = usualCount
	}
	for _, score := range scores[:min(count, len(scores))] {
		c := r.candidates[which[score.Candidate]]
		r.out.Sites = append(r.out.Sites, r.site(score, ward.Site{
			Building: c.Building, Name: c.Name, Kind: c.Kind, Community: c.Community, Footprint: int(math.Round(c.Footprint)), Point: c.Point, Location: c.Location,
		}))
	}
	if today != nil {
		if a, ok := r.town.net.Attach(today.At); ok {
			now, err := r.town.net.Sites(ctx, []walknet.Access{a}, r.existing, r.demand, limit, nil)
			if err != nil {
				return err
			}
			site := r.site(now[0], ward.Site{Name: today.Name, Kind: today.Kind, Point: today.Name, Location: today.Location})
			r.out.Today = &site
		}
	}
	return r.together(ctx, access, which)
}

func (r *ranking) together(ctx context.Context, access []walknet.Access, which []int) error {
	picked, covered, err := r.town.net.Choose(ctx, access, r.existing, r.demand, r.q.Metres(), together)
	if err != nil {
		return err
	}
	r.out.Together = append(r.out.Together, ward.SitePick{Covered: r.share(covered[0])})
	for i, p := range picked {
		c := r.candidates[which[p]]
		r.out.Together = append(r.out.Together, ward.SitePick{Building: c.Building, Name: c.Name, Covered: r.share(covered[i+1])})
	}
	return nil
}

// share makes a share of those a way is near a share of all.
func (r *ranking) share(of float64) float64 {
	return of * (r.total - r.stranded) / math.Max(r.total, math.SmallestNonzeroFloat64)
}

// site fills in how a place would serve, in minutes.
func (r *ranking) site(s walknet.Score, site ward.Site) ward.Site {
	pace := float64(r.q.Pace)
	site.Mean, site.Worst = tenths(s.Mean/pace), tenths(s.Worst/pace)
	if s.Cut > 1-1e-9 { // nobody gets there: no time, and not no minutes
		site.Mean, site.Worst = -1, -1
	}
	site.Within, site.Gain = r.share(s.Within), r.share(s.Gain)
	site.CutOff = r.share(s.Cut) + r.stranded/math.Max(r.total, math.SmallestNonzeroFloat64)
	return site
}
