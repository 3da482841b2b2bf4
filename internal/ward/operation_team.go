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
	"list-help-calls": append([]Role{Wall}, staff...), "call-help": onStreet, "step-help": {Secretary, Intake, Dispatcher, DutyHead, Admin},
	"list-shifts": staff, "save-shift": teamDesk, "drop-shift": teamDesk, "ask-swap": onStreet, "answer-swap": onStreet,
	"list-near-teams": {Secretary, Intake, Dispatcher, DutyHead},
	"get-replay":      append([]Role{Wall}, staff...),
	"get-team-day":    teamDesk, "get-lane-walk": staff,
}

// withTeams adds the operations of teams to a table of operations.
func withTeams(table map[string][]Role) map[string][]Role {
	maps.Copy(table, teamOperations)
	return table
}
