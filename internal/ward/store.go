package ward

import (
	"context"
	"time"
)

// Registers reads the registers. Every method answers within the scope only: a
// thing outside it is not_found; a list is never null.
type Registers interface {
	Areas(ctx context.Context, s Scope, f Filter) (Page[Area], error)
	Area(ctx context.Context, s Scope, id int64) (Area, error)
	Grids(ctx context.Context, s Scope, f Filter) (Page[Grid], error)
	GridCard(ctx context.Context, s Scope, id int64) (GridCard, error)
	// GridAt: which grid a building was in on a day, as known at a time (zero: now).
	GridAt(ctx context.Context, s Scope, building int64, day string, known time.Time) (GridAt, error)
	Buildings(ctx context.Context, s Scope, f Filter) (Page[Building], error)
	Building(ctx context.Context, s Scope, id int64) (Building, error)
	Doors(ctx context.Context, s Scope, building int64) ([]Door, error)
	Households(ctx context.Context, s Scope, f Filter) (Page[Household], error)
	Household(ctx context.Context, s Scope, id int64) (Household, error)
	// RevealHousehold writes down who looked and why before it answers.
	RevealHousehold(ctx context.Context, s Scope, id int64, purpose string) (HouseholdCard, error)
	Branches(ctx context.Context, s Scope, f Filter) (Page[Branch], error)
	BranchCard(ctx context.Context, s Scope, id int64) (BranchCard, error)
	Members(ctx context.Context, s Scope, f Filter) (Page[Member], error)
	Member(ctx context.Context, s Scope, id int64) (Member, error)
	Hubs(ctx context.Context, s Scope, f Filter) (Page[Hub], error)
	HubCard(ctx context.Context, s Scope, id int64) (HubCard, error)
	HubLinks(ctx context.Context, s Scope) ([]HubLink, error)
	Institutions(ctx context.Context, s Scope, f Filter) (Page[Institution], error)
	Institution(ctx context.Context, s Scope, id int64) (Institution, error)
	Courtyards(ctx context.Context, s Scope, f Filter) (Page[Courtyard], error)
	Courtyard(ctx context.Context, s Scope, id int64) (Courtyard, error)
	Lanes(ctx context.Context, s Scope, f Filter) (Page[Lane], error)
	Lane(ctx context.Context, s Scope, id int64) (Lane, error)
	Teams(ctx context.Context, s Scope, f Filter) (Page[Team], error)
	TeamCard(ctx context.Context, s Scope, id int64) (TeamCard, error)
	Points(ctx context.Context, s Scope, f Filter) (Page[Point], error)
	PointCard(ctx context.Context, s Scope, id int64) (PointCard, error)
	Stewards(ctx context.Context, s Scope, f Filter) (Page[Steward], error)
	Steward(ctx context.Context, s Scope, id int64) (Steward, error)
	Pledges(ctx context.Context, s Scope, f Filter) (Page[Pledge], error)
	Pledge(ctx context.Context, s Scope, id int64) (Pledge, error)
	Pairings(ctx context.Context, s Scope, f Filter) (Page[Pairing], error)
	Pairing(ctx context.Context, s Scope, id int64) (Pairing, error)
	Honours(ctx context.Context, s Scope, f Filter) (Page[Honour], error)
	Honour(ctx context.Context, s Scope, id int64) (Honour, error)
}

// Boards counts and finds within the scope.
type Boards interface {
	// Snapshot is the live state at one place of the stream, private incidents
	// only for those who deal with them.
	Snapshot(ctx context.Context, s Scope) (Snapshot, error)
	Board(ctx context.Context, s Scope) (Board, error)
	// Search: invalid for less than two letters or one Chinese character.
	Search(ctx context.Context, s Scope, words string) ([]Found, error)
}

// Store is everything the API needs kept.
type Store interface {
	Registers
	Entries
	Visits
	VisitCoverages
	Campaigns
	JobStore
	Incidents
	Photos
	Recordings
	Asks
	Notices
	Calendars
	Boards
	Finders
	MicroGrids
	FeatureStore
	Packs
	Accounts
	AccountDesk
	Audits
	Screens
	Doctor
	Plans
	Publishing
	PlanSheets
	GridSheets
	BorderChanges
	BorderPlans
	BorderWalks
	GridPasts
	PlanTalk
	CellCuts
	PlanRoom
	SitingStore
	Dictionary
	Signs
	Residents
	Duties
	Tracks
	HelpCalls
	Shifts
	NearTeams
	Hotline
	Clients
	Webhooks
	Replays
}
