package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"wangge/internal/ward"
)

// broken says in words what a constraint holds.
var broken = map[string]struct {
	code    ward.Code
	message string
}{
	"area_code_taken":               {ward.Conflict, "辖区编码已被使用，编码不得重复"},
	"area_code_format":              {ward.Invalid, "编码只能用字母、数字、横线，不超过32位"},
	"area_parent_level":             {ward.Invalid, "上级辖区的级别不对：街道属于区，社区属于街道"},
	"area_shape_valid":              {ward.Invalid, "辖区边界自相交或为空，请检查图形"},
	"grid_code_taken":               {ward.Conflict, "网格编码已被使用，编码永不重复使用"},
	"grid_in_community":             {ward.Invalid, "网格必须属于一个社区"},
	"cell_in_one_grid":              {ward.Conflict, "同一地块在同一天只能属于一个网格"},
	"cell_in_one_community":         {ward.Conflict, "同一地块在同一天只能属于一个社区"},
	"building_code_taken":           {ward.Conflict, "楼栋编码已被使用"},
	"building_shape_valid":          {ward.Invalid, "楼栋轮廓自相交或为空，请检查图形"},
	"household_code_taken":          {ward.Conflict, "户编码已被使用"},
	"household_door_taken":          {ward.Conflict, "这个门牌已登记（同楼同单元同室）"},
	"branch_code_taken":             {ward.Conflict, "党组织编码已被使用"},
	"branch_not_own_parent":         {ward.Invalid, "党组织不能是自己的上级"},
	"grid_has_one_branch":           {ward.Conflict, "一个网格同一天只能有一个网格党支部"},
	"branch_grids_in_one_community": {ward.Invalid, "同一党支部的网格必须在同一社区"},
	"member_code_taken":             {ward.Conflict, "党员编码已被使用"},
	"hub_code_taken":                {ward.Conflict, "党员中心户编码已被使用"},
	"hub_household_taken":           {ward.Conflict, "这一户已是党员中心户"},
	"door_has_one_hub":              {ward.Conflict, "这一户已由另一党员中心户服务"},
	"grid_has_one_leader":           {ward.Conflict, "一个网格只能有一名网格长"},
	"pledge_once":                   {ward.Conflict, "该党员已有同类承诺"},
	"pairing_ends":                  {ward.Invalid, "结对双方与类别不符"},
	"room_is_taken":                 {ward.Conflict, "该时段房间已被预约"},
	"room_name_taken":               {ward.Conflict, "同一服务点的房间名称重复"},
	"roster_no_overlap":             {ward.Conflict, "同一人值班时间重叠"},
	"point_services_limit":          {ward.Invalid, "服务事项最多115项"},
	"visit_note_length":             {ward.Invalid, "情况说明不超过2000字"},
	"campaign_name_length":          {ward.Invalid, "名称应为1到40个字"},
	"campaign_note_length":          {ward.Invalid, "说明不超过500字"},
	"campaign_days":                 {ward.Invalid, "结束日期早于开始日期，或超过一年"},
	"visit_result_length":           {ward.Invalid, "办理结果不超过2000字"},
	"visit_class_fkey":              {ward.Invalid, "没有这个事项大类"},
	"visit_times":                   {ward.Invalid, "结束时间早于开始时间"},
	"border_walk_note_length":       {ward.Invalid, "踏界的说明不超过500字"},
	"border_walk_of_plan":           {ward.Conflict, "刚有人发起了这个方案的踏界，请刷新后再看"},
	"border_walk_of_grid":           {ward.Conflict, "刚有人发起了这个网格的踏界，请刷新后再看"},
	"border_answer_pkey":            {ward.Conflict, "这条答复已经存在"},
	"border_answer_reason_length":   {ward.Invalid, "原因不超过500字"},
	"border_answer_says_why":        {ward.Invalid, "请写明哪里与实地不符"},
	"photo_pkey":                    {ward.Conflict, "这张照片已经存在"},
	"recording_pkey":                {ward.Conflict, "这段录音已经存在"},
	"ask_pkey":                      {ward.Conflict, "这条微心愿或需求已经存在"},
	"ask_text_length":               {ward.Invalid, "微心愿和需求的内容应为1到500字"},
	"ask_result_length":             {ward.Invalid, "办理结果不超过2000字"},
	"ask_told_when_done":            {ward.Conflict, "这件事还没有办好，请先填写办理结果，再登记已回告"},
	"item_name":                     {ward.Conflict, "已有同名的物品"},
	"item_name_length":              {ward.Invalid, "名称应为1到20个字"},
	"item_unit_length":              {ward.Invalid, "单位应为1到4个字"},
	"visit_item_amount":             {ward.Invalid, "物品数量应在1到10000之间"},
	"visit_pkey":                    {ward.Conflict, "这条走访已经存在"},
	"incident_pkey":                 {ward.Conflict, "这件事件已经存在"},
	"incident_description_length":   {ward.Invalid, "描述不超过2000字"},
	"incident_place_length":         {ward.Invalid, "地点不超过200字"},
	"incident_class_fkey":           {ward.Invalid, "没有这个事件类别"},
	"duty_one_open":                 {ward.Conflict, "这支队伍已经在岗"},
	"help_call_pkey":                {ward.Conflict, "这次求助已经收到"},
	"help_result_length":            {ward.Invalid, "处理结果不超过500字"},
	"shift_times":                   {ward.Invalid, "结束应晚于开始，一班不超过24小时"},
	"shift_no_overlap":              {ward.Conflict, "这支队伍在这个时间已有班次"},
	"shift_post_length":             {ward.Invalid, "岗位不超过60字"},
	"shift_swap_reason":             {ward.Invalid, "请写明换班原因，不超过200字"},
	"shift_swap_waiting":            {ward.Conflict, "这次换班已经提出，等待对方答复"},
	"tracker_name_length":           {ward.Invalid, "设备名称为1至40字"},
	"screen_name_length":            {ward.Invalid, "大屏名称为1至40字"},
	"screen_brightness":             {ward.Invalid, "亮度应在0.3到1之间"},
	"account_login_taken":           {ward.Conflict, "账号已存在"},
	"plan_name_length":              {ward.Invalid, "方案名称应为1到60个字"},
	"plan_household_band":           {ward.Invalid, "户数下限应小于上限"},
	"plan_second_person":            {ward.Forbidden, "起草人不能批准自己的方案，请由另一人批准"},
	"plan_comment_length":           {ward.Invalid, "批注应为1到1000个字"},
	"account_subject_taken":         {ward.Conflict, "这个统一身份标识已关联到另一个账号"},
	"grant_days":                    {ward.Invalid, "授权的最后一天早于生效日"},
	"grant_one_place":               {ward.Invalid, "一项授权只能对应一个辖区或一个网格"},
}

// translate turns what PostgreSQL says into what the ward says; what has no
// words for people stays internal.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var known *ward.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return ward.Errorf(ward.NotFound, "没有找到，或不在您的辖区内")
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	if b, ok := broken[pg.ConstraintName]; ok {
		return &ward.Error{Code: b.code, Message: b.message}
	}
	switch pg.Code {
	case "57014":
		return ward.Errorf(ward.Invalid, "查询超过时限，请缩小范围后重试")
	case "40001", "40P01":
		return ward.Errorf(ward.Conflict, "同时有人修改，请重试")
	case "22P02", "22003", "22007", "22008", "22021", "22P05":
		return ward.Errorf(ward.Invalid, "有一项内容的格式不对")
	}
	return err
}
