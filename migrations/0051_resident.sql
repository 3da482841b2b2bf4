-- +goose Up
-- 居民扫码: signs (扫码牌) at doors and in yards, and what residents report there.
-- Nobody signs in: the token of the sign says where, a number and a secret let the
-- sender follow what he sent.
create table sign (
  id bigint generated always as identity primary key,
  token text not null constraint sign_token_taken unique check (token ~ '^[a-z2-7]{16}$'),
  grid bigint references grid, building bigint references building,
  cell bigint not null references cell, pt geometry(Point,4326) not null,
  made_by bigint not null references account, made_at timestamptz not null default now(), retired_at timestamptz,
  constraint sign_one_place check (num_nonnulls(grid, building) = 1)
);
create unique index sign_of_grid on sign (grid) where retired_at is null;
create unique index sign_of_building on sign (building) where retired_at is null;
create index sign_cell on sign (cell);
comment on table sign is 'a plate with a QR code; one in use for each place';
comment on column sign.pt is 'where a report lies that gives no place of its own';

create table resident_report (
  id bigint generated always as identity unique,
  incident uuid primary key references incident on delete cascade,
  sign bigint not null references sign,
  secret bytea not null check (octet_length(secret) = 32),
  phone_sealed bytea,
  sender bytea,
  spam bool not null default false,
  sent_at timestamptz not null
);
create index resident_report_sign on resident_report (sign, sent_at);
create index resident_report_spam on resident_report (sender) where spam;
comment on column resident_report.secret is 'sha256 of the incident and of what the sender was told';
comment on column resident_report.sender is 'keyed hash of the address it came from; forgotten after 30 days';

-- Tries of people nobody knows, to hold floods and guessing within limits.
create table public_try (
  key text not null, at timestamptz not null
);
create index public_try_key on public_try (key, at);
comment on table public_try is 'swept after a day; key names what is counted and for whom';

-- Whether a street takes reports of residents now; without a row it does.
create table public_form (
  area bigint primary key references area,
  open bool not null default true,
  notice text not null default '' constraint public_form_notice_length check (length(notice) <= 200),
  version bigint not null default 1
);

-- What a resident would call it. Empty: not offered to residents.
alter table incident_class add column public_name text not null default '' constraint incident_class_public_name check (length(public_name) <= 20);
update incident_class c set public_name = v.name from (values
  ('0101', '垃圾没人清'), ('0103', '路面积水'), ('0106', '装修垃圾乱堆'), ('0108', '违章搭建'), ('0109', '乱堆杂物'), ('0201', '小广告'), ('0301', '夜间施工吵'), ('0401', '井盖坏了或丢了'),
  ('0402', '水管爆了'), ('0403', '路面塌了'), ('0404', '树倒了'), ('0502', '乱停车'), ('0601', '路灯不亮'), ('0603', '健身器材坏了'), ('0605', '下水道堵了'), ('0606', '垃圾桶坏了'),
  ('0701', '邻里纠纷'), ('0801', '消防通道被堵'), ('0802', '飞线充电、楼道充电'), ('0804', '怕高处掉东西'), ('1001', '提建议'), ('1002', '想咨询')
) v(code, name) where c.code = v.code;
