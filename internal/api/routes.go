package api

import (
	"github.com/danielgtaylor/huma/v2"

	"wangge/internal/ward"
)

// operations are all operations on one screen. The id of each is its line in
// the table of who may (ward.Operations).
func (s *Server) operations(api huma.API) {
	st := s.Store
	get(s, api, "get-config", "/api/config", "前端配置", s.config)
	post(s, api, "login", "/api/login", "登录", s.login)
	post(s, api, "logout", "/api/logout", "退出", s.logout)
	get(s, api, "get-me", "/api/me", "我的账号", s.me)
	post(s, api, "change-password", "/api/me/password", "修改密码", s.changePassword)

	noun(s, api, "areas", "area", "辖区", st.Areas, st.Area)
	noun(s, api, "grids", "grid", "网格", st.Grids, st.GridCard)
	noun(s, api, "buildings", "building", "楼栋", st.Buildings, st.Building)
	noun(s, api, "households", "household", "住户", st.Households, st.Household)
	noun(s, api, "branches", "branch", "党组织", st.Branches, st.BranchCard)
	noun(s, api, "members", "member", "党员", st.Members, st.Member)
	noun(s, api, "hubs", "hub", "党员中心户", st.Hubs, st.HubCard)
	noun(s, api, "institutions", "institution", "单位", st.Institutions, st.Institution)
	noun(s, api, "courtyards", "courtyard", "小区", st.Courtyards, st.Courtyard)
	noun(s, api, "lanes", "lane", "巷道", st.Lanes, st.Lane)
	noun(s, api, "teams", "team", "队伍", st.Teams, st.TeamCard)
	noun(s, api, "points", "point", "服务点", st.Points, st.PointCard)
	noun(s, api, "stewards", "steward", "楼长巷长", st.Stewards, st.Steward)
	noun(s, api, "pledges", "pledge", "六个一", st.Pledges, st.Pledge)
	noun(s, api, "pairings", "pairing", "结对", st.Pairings, st.Pairing)
	noun(s, api, "honours", "honour", "荣誉", st.Honours, st.Honour)
	get(s, api, "list-registers", "/api/registers", "可维护的登记及其字段", s.registers)
	for _, r := range ward.AllRegisters() {
		s.entries(api, r)
	}
	get(s, api, "get-grid-at", "/api/buildings/{id}/grid", "某日所在网格", s.gridAt)
	get(s, api, "list-doors", "/api/buildings/{id}/doors", "门牌", s.doors)
	post(s, api, "reveal-household", "/api/households/{id}/reveal", "查看住户信息（留痕）", s.revealHousehold)
	get(s, api, "list-hub-links", "/api/hub-links", "党员中心户服务连线", s.hubLinks)

	get(s, api, "get-grid-pack", "/api/grids/{id}/pack", "网格离线资料", s.gridPack)
	get(s, api, "get-grid-map", "/api/grids/{id}/map", "网格离线地图（PMTiles）", s.gridMap)

	get(s, api, "list-visits", "/api/visits", "走访", s.visits)
	get(s, api, "get-visit", "/api/visits/{id}", "一次走访", s.visit)
	post(s, api, "create-visit", "/api/visits", "记走访", s.createVisit)
	patch(s, api, "change-visit", "/api/visits/{id}", "修改走访", s.changeVisit)
	get(s, api, "list-incidents", "/api/incidents", "事件", s.incidents)
	get(s, api, "get-incident", "/api/incidents/{id}", "一件事件", s.incident)
	post(s, api, "create-incident", "/api/incidents", "上报事件", s.createIncident)
	patch(s, api, "change-incident", "/api/incidents/{id}", "修改事件", s.changeIncident)
	get(s, api, "list-incident-boards", "/api/incident-boards", "事件看板", s.incidentBoards)
	get(s, api, "list-incident-steps", "/api/incidents/{id}/steps", "办理经过", s.incidentSteps)
	get(s, api, "list-incident-actions", "/api/incidents/{id}/actions", "现在可以做什么", s.incidentActions)
	post(s, api, "step-incident", "/api/incidents/{id}/steps", "办理事件", s.stepIncident)
	get(s, api, "list-duplicates", "/api/duplicates", "附近的同类事件", s.duplicates)
	get(s, api, "list-incident-classes", "/api/incident-classes", "事件类别", s.incidentClasses)
	post(s, api, "save-incident-class", "/api/incident-classes", "修改事件类别", s.saveIncidentClass)
	get(s, api, "get-calendar", "/api/calendar", "工作日历", s.calendar)
	post(s, api, "save-calendar", "/api/calendar", "修改工作日历", s.saveCalendar)
	get(s, api, "list-phrases", "/api/phrases", "常用语", s.phrases)
	post(s, api, "save-phrase", "/api/phrases", "修改常用语", s.savePhrase)
	get(s, api, "list-notices", "/api/notices", "我的通知", s.notices)
	post(s, api, "read-notices", "/api/notices/read", "通知已读", s.readNotices)

	post(s, api, "send-photo", "/api/photos", "上传照片", s.sendPhoto)
	get(s, api, "list-photos", "/api/photos", "照片列表", s.photos)
	get(s, api, "get-photo", "/api/photos/{id}", "照片", s.photo)

	get(s, api, "search", "/api/search", "搜索", s.search)
	get(s, api, "get-place-at", "/api/at", "某点所在的网格和辖区", s.at)
	get(s, api, "list-nearest", "/api/nearest", "最近的服务点、队伍、中心户、楼栋", s.nearest)
	post(s, api, "count-inside", "/api/statistics", "框选统计", s.statistics)
	get(s, api, "get-snapshot", "/api/snapshot", "实时快照", s.snapshot)
	get(s, api, "get-board", "/api/board", "看板", s.board)

	s.planOperations(api)

	post(s, api, "import-file", "/api/imports", "导入文件", s.importFile)
	post(s, api, "upload-file", "/api/uploads", "上传要导入的文件", s.keepUpload)
	post(s, api, "look-at-upload", "/api/uploads/{id}/look", "识别文件", s.lookAtUpload)
	post(s, api, "check-upload", "/api/uploads/{id}/check", "检查文件", s.checkUpload)
	get(s, api, "get-upload-map", "/api/uploads/{id}/map", "检查结果的地图", s.uploadMap)
	get(s, api, "get-upload-bad-rows", "/api/uploads/{id}/bad-rows", "有错误的行", s.uploadBadRows)
	post(s, api, "write-upload", "/api/uploads/{id}/write", "写入文件", s.writeUpload)
	post(s, api, "undo-import", "/api/imports/{id}/undo", "撤销导入", s.undoImport)
	get(s, api, "list-imports", "/api/imports", "导入记录", s.imports)
	get(s, api, "get-import", "/api/imports/{id}", "一次导入", s.importReport)
	get(s, api, "get-import-template", "/api/import-templates/{sheet}", "导入模板", s.importTemplate)
	get(s, api, "list-doctor-checks", "/api/doctor", "数据体检", s.doctorChecks)
	get(s, api, "list-doctor-cases", "/api/doctor/{check}", "一项体检的清单", s.doctorCases)
	post(s, api, "act-on-doctor-case", "/api/doctor/{check}/{case}", "处理一条（可先预览）", s.doctorAct)
	listing(s, api, "list-doctor-fixes", "/api/doctor-fixes", "体检处理记录", st.DoctorFixes)
	post(s, api, "undo-doctor-fix", "/api/doctor-fixes/{id}/undo", "撤销一次处理", s.doctorUndo)
	listing(s, api, "list-jobs", "/api/jobs", "任务", st.Jobs)
	get(s, api, "get-job", "/api/jobs/{id}", "一个任务", s.job)
	post(s, api, "cancel-job", "/api/jobs/{id}/cancel", "取消任务", s.cancelJob)
	listing(s, api, "list-accounts", "/api/accounts", "账号", st.Accounts)
	get(s, api, "list-audit", "/api/audit", "审计记录", s.audit)
	get(s, api, "list-audit-operations", "/api/audit-operations", "审计中出现的操作", s.auditOperations)
	get(s, api, "export-audit", "/api/exports/audit.csv", "导出审计记录", s.exportAudit)
}

// planOperations are those of redrawing: plans, their gestures, publication.
func (s *Server) planOperations(api huma.API) {
	get(s, api, "list-plans", "/api/plans", "划分方案", s.plans)
	post(s, api, "create-plan", "/api/plans", "新建方案", s.createPlan)
	get(s, api, "get-plan", "/api/plans/{id}", "一个方案", s.plan)
	patch(s, api, "change-plan", "/api/plans/{id}", "修改方案的名称和标准", s.changePlan)
	post(s, api, "draw-plan", "/api/plans/{id}/ops", "一个手势（划入、拆分、合并、撤销……），可只预演", s.drawPlan)
	get(s, api, "list-plan-ops", "/api/plans/{id}/ops", "方案的改动记录", s.planLog)
	get(s, api, "get-plan-cells", "/api/plans/{id}/cells", "方案的地块和边线（编辑用）", s.planCells)
	get(s, api, "list-plan-grids", "/api/plans/{id}/grids", "方案的网格：图形、数字、与现行之差", s.planGrids)
	get(s, api, "list-plan-checks", "/api/plans/{id}/checks", "方案的检查", s.planChecks)
	get(s, api, "get-plan-impact", "/api/plans/{id}/impact", "方案影响到谁、要移交什么", s.planImpact)
	get(s, api, "compare-plans", "/api/plans/{id}/compare", "几个方案同现行一起比较", s.comparePlans)
	for action, title := range map[string]string{"submit": "提交", "approve": "批准（须另一人）", "reject": "退回", "publish": "公布，定生效日期", "unschedule": "生效前取消公布", "withdraw": "撤回", "reopen": "重新打开"} {
		post(s, api, action+"-plan", "/api/plans/{id}/"+action, title+"方案", s.planStep(action))
	}
	get(s, api, "list-plan-comments", "/api/plans/{id}/comments", "方案的批注", s.planComments)
	post(s, api, "comment-plan", "/api/plans/{id}/comments", "批注一个地块或边界", s.commentPlan)
	patch(s, api, "resolve-plan-comment", "/api/plan-comments/{id}", "批注已解决或重新打开", s.resolveComment)
	post(s, api, "share-plan", "/api/plans/{id}/share", "生成只读链接（原链接失效）", s.sharePlan)
	post(s, api, "unshare-plan", "/api/plans/{id}/unshare", "收回只读链接", s.unsharePlan)
	get(s, api, "get-shared-plan", "/api/shared-plans/{token}", "凭链接看方案", s.sharedPlan)
	get(s, api, "export-plan", "/api/plans/{id}/assignments.csv", "方案的对照表（地块、楼栋、网格）", s.exportPlan)
	listing(s, api, "list-publications", "/api/publications", "公布记录", s.Store.Publications)
	get(s, api, "get-grid-lineage", "/api/grids/{id}/lineage", "网格的来历和去向", s.gridLineage)
	get(s, api, "list-building-grids", "/api/buildings/{id}/grids", "一栋楼历来所在的网格", s.buildingGrids)
	get(s, api, "list-grid-figures", "/api/figures", "各网格一个月的数字，按当时或今天的网格", s.gridFigures)
}
