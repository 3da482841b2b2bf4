package api

import "github.com/danielgtaylor/huma/v2"

// teamOperations are those of teams: duty, positions, devices.
func (s *Server) teamOperations(api huma.API) {
	st := s.Store
	get(s, api, "list-duties", "/api/duties", "在岗的队伍", s.duties)
	post(s, api, "start-duty", "/api/duties", "上岗", s.startDuty)
	patch(s, api, "change-duty", "/api/duties/{id}", "共享位置、途中、现场、下岗", s.changeDuty)
	post(s, api, "send-positions", "/api/duties/{id}/positions", "上报在岗位置", s.sendPositions)
	listing(s, api, "list-trackers", "/api/trackers", "定位设备", st.Trackers)
	post(s, api, "create-tracker", "/api/trackers", "登记定位设备", s.createTracker)
	post(s, api, "revoke-tracker", "/api/trackers/{id}/revoke", "收回定位设备", s.revokeTracker)
	post(s, api, "get-team-day", "/api/teams/{id}/day", "队伍一天的轨迹（留痕）", s.teamDay)
	get(s, api, "list-help-calls", "/api/help-calls", "求助", s.helpCalls)
	post(s, api, "call-help", "/api/help-calls", "一键求助", s.callHelp)
	post(s, api, "step-help", "/api/help-calls/{id}/steps", "响应或解除求助", s.stepHelp)
	get(s, api, "list-shifts", "/api/shifts", "值班表", s.shifts)
	post(s, api, "save-shift", "/api/shifts", "排班", s.saveShift)
	post(s, api, "drop-shift", "/api/shifts/{id}/drop", "取消班次", s.dropShift)
	post(s, api, "ask-swap", "/api/shifts/{id}/swaps", "申请换班", s.askSwap)
	post(s, api, "answer-swap", "/api/shift-swaps/{id}", "答复换班", s.answerSwap)
	get(s, api, "list-near-teams", "/api/incidents/{id}/teams", "离事件最近的在岗队伍（步行）", s.nearTeams)
	get(s, api, "get-replay", "/api/replay", "回放一段时间（汇总，不含个人信息）", s.replay)
	get(s, api, "get-lane-walk", "/api/lane-walk", "本周走过的巷道", s.laneWalk)
}
