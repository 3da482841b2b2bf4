-- +goose Up
-- The way of an incident (受理→立案→派遣→处置→督办→核查→结案): what each step
-- leaves behind, limits that run, who is told. The rules are in ward; here is
-- what they need kept.
alter table incident
  add column accepted bool not null default false,
  add column handlers bigint[] not null default '{}',
  add column helpers text[] not null default '{}',
  add column called text[] not null default '{}',
  add column arrived text[] not null default '{}',
  add column asked text not null default '' check (asked in ('','ask_extension','ask_suspension','ask_void')),
  add column asked_until timestamptz,
  add column asked_by bigint references account,
  add column review_at timestamptz,
  add column card text not null default '' check (card in ('','normal','yellow','red')),
  add column level int not null default 0,
  add column extended int not null default 0,
  add column rework int not null default 0,
  add column reopened int not null default 0,
  add column close_kind text not null default '' check (close_kind in ('','material','procedural','partial')),
  add column satisfaction text not null default '' check (satisfaction in ('','satisfied','unsatisfied','unreached')),
  add column self_handled bool not null default false,
  add column merged_into uuid references incident;
comment on column incident.accepted is 'taken in (受理), waits to be filed (立案)';
comment on column incident.handlers is 'accounts that handled it: none of them may check it';
comment on column incident.due_at is 'when the next running limit is due: the order of the boards';
create index incident_due_order on incident (state, due_at) where state not in ('closed','void','refused','merged');

-- Limits that run or are stopped. The moments at which a light changes are
-- reckoned on the working calendar when the clock starts, so that lists sort and
-- count without it; the light itself is never stored.
create table incident_due (
  incident uuid not null references incident on delete cascade,
  name text not null, step bool not null, works bool not null,
  limit_seconds bigint not null check (limit_seconds >= 0), used_seconds bigint not null check (used_seconds >= 0),
  started_at timestamptz not null, warn_at timestamptz not null, due_at timestamptz not null, late_at timestamptz not null, card_at timestamptz not null,
  stopped bool not null, told smallint not null default 0,
  primary key (incident, step, name)
);
create index incident_due_warn on incident_due (warn_at) where not stopped and told < 2;
comment on column incident_due.told is '0 nobody, 1 that it is due soon, 2 that it is overdue';

-- The worst light of the limits of an incident at a moment, as ward.LightAt
-- computes it; a test holds the two together.
create function incident_light(id uuid, at timestamptz) returns text language sql stable parallel safe as $$
  select coalesce((array['paused','green','yellow','red','card'])[max(case
    when d.stopped then 1 when at >= d.card_at then 5 when at > d.late_at then 4 when at >= d.warn_at then 3 else 2 end)], '')
  from incident_due d where d.incident = id $$;

alter table incident_step
  add column unit text not null default '',
  add column due_at timestamptz, add column limit_name text not null default '', add column used_minutes int, add column limit_minutes int,
  add column photos uuid[] not null default '{}', add column units text[] not null default '{}';
comment on column incident_step.used_minutes is 'minutes of the limit used at this step, as the limit counts them';

alter table account add column unit text not null default '' check (length(unit) <= 50);
comment on column account.unit is 'the handling unit (处置单位) the person works for; empty: none in particular';

-- Classes: several limits each, a filing condition and a close rule.
alter table incident_class add column limits jsonb not null default '[]' check (jsonb_typeof(limits) = 'array');
update incident_class set limits = jsonb_build_array(jsonb_build_object('name', '处置', 'amount', limit_amount, 'unit', limit_unit)) where limit_amount is not null;
update incident_class set limits = '[{"name":"叫停","amount":4,"unit":"work_hour"},{"name":"自拆","amount":7,"unit":"work_day"},{"name":"拆除","amount":20,"unit":"work_day"}]' where code = '0108';
update incident_class set limits = '[{"name":"设围挡","amount":30,"unit":"minute"},{"name":"修复","amount":4,"unit":"hour"}]' where code = '0401';
update incident_class set limits = '[{"name":"首次联系","amount":1,"unit":"work_day"},{"name":"调解","amount":7,"unit":"work_day"}]' where parent = '07';
update incident_class set limits = '[{"name":"联系","amount":1,"unit":"work_day"},{"name":"答复","amount":5,"unit":"work_day"},{"name":"办结","amount":15,"unit":"work_day"}]' where parent = '09';
update incident_class set close_rule = case when parent in ('01','02','03','05','06') then 'photo' else 'result' end, duplicate_radius = case
  when parent in ('01','02','05') then 30 when parent in ('03','04','08') then 50 when parent = '06' then 15 when parent in ('07','09','10','11') then 0 else duplicate_radius end;
alter table incident_class alter column close_rule set default 'result';
alter table incident_class add constraint incident_class_close_rule check (close_rule in ('result','photo'));
update incident_class c set filing = v.filing from (values
  ('0101', '公共区域有成堆、散落或满溢的垃圾'), ('0102', '道路、人行道明显不洁'), ('0103', '路面积水影响通行'), ('0104', '绿地内有垃圾杂物'), ('0105', '绿植枯死、缺株、踩踏损坏'),
  ('0106', '装修、建筑垃圾未按规定堆放'), ('0107', '渣土乱倒或沿途洒漏'), ('0108', '未经批准搭建、正在搭建'), ('0109', '占用公共区域堆放物料'), ('0110', '露天焚烧垃圾、落叶'),
  ('0201', '墙面、杆体张贴喷涂小广告'), ('0202', '未经批准悬挂横幅'), ('0203', '广告设施破损、有坠落危险'), ('0301', '22时至次日6时施工扰民'), ('0302', '未经批准挖掘道路'), ('0303', '工地扬尘未采取措施'),
  ('0401', '井盖缺失、破损、移位'), ('0402', '供水、供热、燃气管道爆裂'), ('0403', '路面塌陷'), ('0404', '树木倒伏影响通行或安全'), ('0405', '成片停电、停气'), ('0406', '发现明火、浓烟'),
  ('0501', '占用道路、人行道经营'), ('0502', '机动车、非机动车乱停放'), ('0503', '无证流动摊点'), ('0601', '路灯不亮、灯杆损坏'), ('0602', '消火栓损坏、漏水、被埋压'), ('0603', '健身器材损坏'), ('0604', '护栏损坏、缺失'), ('0605', '下水道堵塞、污水外溢'), ('0606', '果皮箱损坏、缺失'),
  ('0701', '邻里间因噪声、渗漏、通道等发生纠纷'), ('0702', '业主与物业服务企业的纠纷'), ('0703', '家庭成员间的纠纷，当事人愿意调解'), ('0704', '欠薪、工伤等劳资纠纷'), ('0705', '征收、搬迁引起的纠纷'),
  ('0801', '消防通道、疏散楼梯被占用堵塞'), ('0802', '电动车飞线充电、楼道充电'), ('0803', '燃气泄漏、设施安全隐患'), ('0804', '外墙、窗台、空调架有坠物危险'), ('0805', '房屋开裂、倾斜等险情')
) v(code, filing) where c.code = v.code;
update incident_class set filing = '居民提出' || name || '方面的诉求' where parent in ('09','10') and filing = '';
update incident_class set filing = '走访或活动中收集到' || name where parent = '11' and filing = '';
alter table incident_class drop column limit_amount, drop column limit_unit;

-- The working calendar; without a row the default of the program counts.
create table work_calendar (
  one bool primary key default true check (one), version bigint not null default 1, hours jsonb not null, days jsonb not null
);

-- 常用语: response templates.
create table phrase (
  id bigint generated always as identity primary key,
  action text not null default '', text text not null check (length(text) between 1 and 500)
);
insert into phrase (action, text) values
  ('refuse', '不属于本街道管辖范围，已告知反映人向有关部门反映。'), ('refuse', '反映的情况与事实不符，已现场核实。'), ('refuse', '反映内容不清，多次联系未能补充。'),
  ('verified', '现场情况属实。'), ('disproved', '到现场未发现反映的情况。'),
  ('send_back', '不属于本单位职责，建议改派。'), ('ask_extension', '需等待配件到货，申请延期。'), ('ask_extension', '天气原因无法施工，申请延期。'), ('ask_suspension', '需协调产权单位，申请挂账。'),
  ('resolve', '已清理完毕，恢复整洁。'), ('resolve', '已维修完毕，恢复正常使用。'), ('resolve', '已劝导整改，当事人配合。'), ('resolve', '已调解，双方达成一致。'),
  ('fail', '现场仍未整改到位，请继续处理。'), ('satisfied', '反映人对结果表示满意。'), ('unsatisfied', '反映人认为问题没有解决。'), ('decline', '请先采取临时措施，按原时限办理。');

-- 通知: what people concerned are told. One row of notice_box per account is the
-- row lock under which its events are numbered.
create table notice (
  id bigint generated always as identity primary key,
  account bigint not null references account on delete cascade, at timestamptz not null,
  kind text not null, incident uuid not null references incident on delete cascade, read bool not null default false
);
create index notice_of on notice (account, id desc);
create index notice_unread on notice (account) where not read;
create table notice_box (
  account bigint primary key references account on delete cascade, version bigint not null
);

-- Disputes are told to those who deal with them only.
alter table outbox drop constraint outbox_class_check;
alter table outbox add constraint outbox_class_check check (class in ('public', 'duty', 'confidential'));
