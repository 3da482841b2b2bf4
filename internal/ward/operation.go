package ward

import (
	"maps"
	"slices"
)

// everyone signed in, with and without the wall.
var (
	staff    = []Role{GridLeader, GridStaff, Secretary, Intake, Dispatcher, DutyHead, Handler, Planner, PartyOffice, Admin}
	signedIn = append([]Role{PartyMember, Wall}, staff...)
	visitors = []Role{GridLeader, GridStaff, Secretary}
	offices  = []Role{Secretary, PartyOffice, Admin}
	// fieldWork are those an incident passes through on its way.
	fieldWork = []Role{GridLeader, GridStaff, Secretary, Intake, Dispatcher, DutyHead, Handler}
	registry  = append([]Role{GridLeader, GridStaff, Planner, DutyHead}, offices...)
	keepers   = []Role{Secretary, Planner, PartyOffice, Admin} // who keep the registers in health
	planners  = []Role{Planner, PartyOffice, Admin}
	importers = []Role{PartyOffice, Planner, Admin}
	hotliners = []Role{Intake, DutyHead}                               // who take the city's work orders in
	desks     = []Role{DutyHead, Admin}                                // who answer for the screens of a street
	signers   = []Role{GridLeader, Secretary, Intake, DutyHead, Admin} // who put up the signs residents scan
	// campaigners call for a special round of visits.
	campaigners = []Role{Secretary, DutyHead, PartyOffice, Admin}
	office      = []Role{Secretary, PartyOffice, Planner, DutyHead, Admin}
)

// operations says which roles may run which operation; where they may is said
// by their grants. An operation that is not listed is refused to all, and a
// test fails for it.
var operations = withTeams(withRegisters(map[string][]Role{
	"get-me": signedIn, "change-password": append([]Role{PartyMember}, staff...),
	"list-areas": signedIn, "get-area": signedIn,
	"list-grids": signedIn, "list-micro-grids": staff, "get-micro-grid": staff, "get-grid": signedIn, "get-grid-at": staff,
	"list-branches": signedIn, "get-branch": signedIn,
	"list-buildings": signedIn, "get-building": signedIn, "list-doors": staff,
	"list-households": registry, "get-household": registry, "reveal-household": visitors,
	"list-members": offices, "get-member": offices,
	"list-hubs": signedIn, "get-hub": append([]Role{PartyMember}, staff...), "list-hub-links": signedIn,
	"list-institutions": signedIn, "get-institution": signedIn,
	"list-courtyards": signedIn, "get-courtyard": signedIn,
	"list-lanes": signedIn, "get-lane": signedIn,
	"list-teams": signedIn, "get-team": signedIn,
	"list-points": signedIn, "get-point": signedIn,
	"list-stewards": registry, "get-steward": registry,
	"list-pledges": offices, "get-pledge": offices,
	"list-pairings": offices, "get-pairing": offices,
	"list-honours": signedIn, "get-honour": signedIn,
	"list-campaigns": append([]Role{DutyHead, PartyOffice, Admin}, visitors...), "list-campaign-grids": append([]Role{DutyHead, PartyOffice, Admin}, visitors...),
	"count-campaign-doors": campaigners, "create-campaign": campaigners, "change-campaign": campaigners,
	"get-visit-coverage":    {GridLeader, Secretary, DutyHead, PartyOffice, Admin},
	"list-household-visits": append([]Role{DutyHead, PartyOffice}, visitors...),
	"get-grid-pack":         visitors, "get-grid-map": visitors,
	"list-visits": visitors, "get-visit": visitors, "create-visit": visitors, "change-visit": visitors,
	"list-asks": append([]Role{DutyHead, PartyOffice}, visitors...), "create-ask": visitors, "change-ask": visitors, "list-items": staff, "save-item": offices,
	"list-incidents": staff, "get-incident": staff, "create-incident": staff, "change-incident": {GridLeader, GridStaff, Secretary, Intake, Dispatcher, DutyHead},
	"list-incident-boards": fieldWork, "list-incident-steps": fieldWork, "list-incident-actions": fieldWork, "step-incident": fieldWork, "list-duplicates": staff,
	"list-incident-classes": signedIn, "save-incident-class": {DutyHead, Admin}, "get-calendar": staff, "save-calendar": {DutyHead, Admin},
	"list-phrases": fieldWork, "save-phrase": {Intake, Dispatcher, DutyHead, Handler, Secretary, Admin},
	"list-notices": staff, "read-notices": staff,
	"send-photo": fieldWork, "list-photos": fieldWork, "get-photo": fieldWork,
	"send-recording": fieldWork, "delete-recording": fieldWork, "list-recordings": fieldWork, "listen-recording": fieldWork,
	"list-signs": signers, "make-signs": signers, "retire-sign": signers, "list-public-forms": signers, "change-public-form": desks,
	"reveal-reporter": {GridLeader, GridStaff, Secretary, Intake, DutyHead}, "mark-spam": {Intake, DutyHead}, "hide-open-photos": {Intake, DutyHead},
	"list-clients": {Admin}, "create-client": {Admin}, "revoke-client": {Admin},
	"list-webhooks": {Admin}, "create-webhook": {Admin}, "change-webhook": {Admin}, "end-webhook": {Admin}, "list-deliveries": {Admin}, "resend-delivery": {Admin},
	"upload-hotline": hotliners, "look-at-hotline": hotliners, "check-hotline": hotliners, "get-hotline-map": hotliners, "get-hotline-bad-rows": hotliners, "write-hotline": hotliners,
	"list-hotline-imports": hotliners, "get-hotline-import": hotliners, "undo-hotline-import": hotliners, "get-hotline-template": hotliners,
	"import-hotline": hotliners, "list-hotline-orders": {Intake, DutyHead, Dispatcher, Secretary}, "get-hotline-order": fieldWork,
	"change-hotline-order": {GridLeader, GridStaff, Secretary, Intake, DutyHead, Handler}, "reveal-caller": {GridLeader, GridStaff, Secretary, Intake, DutyHead}, "export-hotline": hotliners,
	"get-place-at": signedIn, "list-nearest": staff, "count-inside": staff, "read-features": staff,
	"list-plans": planners, "create-plan": planners, "get-plan": planners, "change-plan": planners, "draw-plan": planners,
	"list-plan-ops": planners, "get-plan-cells": planners, "list-plan-grids": planners, "list-plan-checks": planners,
	"get-plan-impact": planners, "compare-plans": planners, "submit-plan": planners, "withdraw-plan": planners, "reopen-plan": planners,
	"approve-plan": {PartyOffice, Admin}, "reject-plan": {PartyOffice, Admin}, "publish-plan": {PartyOffice, Admin}, "unschedule-plan": {PartyOffice, Admin},
	"list-plan-comments": planners, "comment-plan": planners, "resolve-plan-comment": planners, "attend-plan": planners, "share-plan": planners, "unshare-plan": planners, "export-plan": planners,
	"list-cell-cuts": planners, "cut-cell": planners, "heal-cell": planners,
	"get-siting-coverage": office, "rank-sites": planners, "propose-plans": planners, "export-plan-grids": planners, "get-plan-siting": planners,
	"list-publications": staff, "get-grid-lineage": staff, "list-building-grids": staff, "list-grid-figures": staff,
	"get-plan-sheet": planners, "get-grid-sheet": append([]Role{GridLeader, GridStaff}, office...),
	"list-border-changes": visitors, "read-border-change": visitors, "get-publication-borders": signedIn,
	"list-border-plans": append([]Role{Secretary}, planners...), "get-border-plan": append([]Role{Secretary}, planners...), "say-plan-word": {Secretary},
	"list-border-walks": append(append([]Role{}, visitors...), planners...), "get-border-photo": append(append([]Role{}, visitors...), planners...),
	"create-border-walk": planners, "close-border-walk": planners, "answer-border-piece": visitors,
	"list-grids-then": staff, "get-grid-family": staff, "list-grid-codes": staff,
	"search": signedIn, "get-snapshot": signedIn, "get-board": signedIn, "listen": signedIn,
	"export-areas": staff, "export-grids": staff, "export-micro-grids": staff, "export-buildings": staff, "export-households": registry,
	"export-branches": staff, "export-members": offices, "export-hubs": staff, "export-institutions": staff,
	"export-courtyards": staff, "export-lanes": staff, "export-teams": staff, "export-points": staff,
	"export-stewards": registry, "export-pledges": offices, "export-pairings": offices, "export-honours": staff,
	"upload-file": importers, "look-at-upload": importers, "check-upload": importers, "get-upload-map": importers, "get-upload-bad-rows": importers, "write-upload": importers, "undo-import": importers,
	"list-jobs": office, "get-job": append([]Role{Intake}, office...), "cancel-job": append([]Role{Intake}, office...),
	"import-file": {PartyOffice, Planner, Admin}, "list-imports": {PartyOffice, Planner, Admin}, "get-import": {PartyOffice, Planner, Admin}, "get-import-template": {PartyOffice, Planner, Admin},
	"list-screens": desks, "pair-screen": desks, "revoke-screen": desks, "steer-screen": desks, "get-own-screen": {Wall},
	"list-norms": signedIn, "get-norm-history": keepers, "change-norm": {Admin},
	"list-doctor-checks": keepers, "list-doctor-cases": keepers, "act-on-doctor-case": keepers, "list-doctor-fixes": keepers, "undo-doctor-fix": keepers,
	"list-my-sessions": signedIn, "end-session": signedIn, "begin-totp": append([]Role{PartyMember}, staff...), "confirm-totp": append([]Role{PartyMember}, staff...), "drop-totp": append([]Role{PartyMember}, staff...),
	"list-accounts": {Admin}, "get-account": {Admin}, "create-account": {Admin}, "change-account": {Admin}, "reset-password": {Admin}, "reset-totp": {Admin},
	"list-account-sessions": {Admin}, "end-account-session": {Admin}, "list-role-rules": {Admin}, "change-role-rule": {Admin},
	"list-audit": {Admin}, "list-audit-operations": {Admin}, "export-audit": {Admin},
}))

// openOperations need nobody signed in.
var openOperations = map[string]bool{
	"login": true, "login-code": true, "logout": true, "get-config": true, "get-shared-plan": true, "begin-pairing": true,
	"get-public-sign": true, "send-report": true, "send-report-photo": true, "get-report-status": true, "answer-report": true,
}

// OperationOpen reports whether an operation needs nobody signed in.
func OperationOpen(operation string) bool { return openOperations[operation] }

// RolesOf lists the roles that may run an operation.
func RolesOf(operation string) []Role { return slices.Clone(operations[operation]) }

// Operations returns a copy of the table operation → roles.
func Operations() map[string][]Role { return maps.Clone(operations) }
