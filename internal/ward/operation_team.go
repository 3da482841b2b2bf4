package ward

import "maps"

var (
	// onStreet are those who go on duty with a team, or send it.
	onStreet = []Role{GridLeader, GridStaff, Secretary, Dispatcher, DutyHead, Handler}
	// teamDesk are those who answer for teams and their devices.
	teamDesk = []Role{Secretary, Dispatcher, DutyHead, Admin}
)

// teamOperations are those of teams: duty, positions, devices.
var teamOperations = map[string][]Role{
	"list-duties": staff, "start-duty": onStreet, "change-duty": onStreet, "send-positions": onStreet,
	"list-trackers": teamDesk, "create-tracker": teamDesk, "revoke-tracker": teamDesk,
	"get-team-day": teamDesk, "get-lane-walk": staff,
}

// withTeams adds the operations of teams to a table of operations.
func withTeams(table map[string][]Role) map[string][]Role {
	maps.Copy(table, teamOperations)
	return table
}
