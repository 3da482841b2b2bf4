package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// incidentColumns need @now for the light, which is computed when it is read.
const incidentColumns = `i.id, i.number, i.version, i.reporter, i.source, i.class, c.name as class_name, i.state, i.urgency, i.description, i.place, i.building, i.grid, i.visit,
	i.handler_unit, i.team, i.result, i.occurred_at, i.received_at, i.closed_at, i.due_at, i.pt as location, c.private,
	i.accepted, i.handlers, i.helpers, i.called, i.arrived, i.asked, i.asked_until, i.asked_by, i.review_at, i.card, i.level, i.extended, i.rework, i.reopened,
	i.close_kind, i.satisfaction, i.self_handled, i.merged_into, coalesce((select case when rr.phone_sealed is null then 'form' else 'phone' end from resident_report rr where rr.incident = i.id),
	  (select case when cr.contact_sealed is null then 'client' else 'contact' end from client_report cr where cr.incident = i.id), '') as resident,
	coalesce((select cr.photos_public from client_report cr where cr.incident = i.id), false) as photos_public, incident_light(i.id, @now) as light,
	coalesce((select jsonb_agg(jsonb_build_object('name', d.name, 'step', d.step, 'works', d.works, 'limit', d.limit_seconds, 'used', d.used_seconds, 'startedAt', d.started_at,
	  'warnAt', d.warn_at, 'dueAt', d.due_at, 'lateAt', d.late_at, 'cardAt', d.card_at, 'stopped', d.stopped) order by d.step desc, d.due_at, d.name) from incident_due d where d.incident = i.id), '[]') as deadlines`

const incidentMarkColumns = `i.id, i.version, i.number, i.class, c.name as class_name, i.state, i.urgency, coalesce(n.grid, i.grid) as grid, i.received_at, i.pt as location`

const incidentFrom = `incident i join incident_class c on c.code = i.class left join cell_now n on n.cell = i.cell`

// incidentWithin keeps readers to their territory, and disputes to those who
// deal with them: the office and the grid (@private), and the unit in charge.
const incidentWithin = `coalesce(n.path, '') <@ any(@scope::ltree[]) and ` + incidentHeard

const incidentHeard = `(not c.private or @private or exists (select 1 from account me join grant_role r on r.account = me.id and r.role = 'handler' where me.id = @actor and i.handler_unit <> '' and me.unit in ('', i.handler_unit)))`

// incidentArgs are what the clauses above need.
func (db *DB) incidentArgs(s ward.Scope, more pgx.NamedArgs) pgx.NamedArgs {
	more["scope"], more["private"], more["actor"], more["now"] = s.Paths(), s.SeesPrivate(), s.Actor(), db.Now()
	return more
}

const incidentOpen = `i.state not in ('closed','void','refused','merged')`

const incidentAbsent = "没有这件事件，或不在您的辖区内"

// Incidents lists newest first; a board lists what is due first.
func (db *DB) Incidents(ctx context.Context, s ward.Scope, f ward.IncidentFilter) (ward.Page[ward.Incident], error) {
	d := diary[ward.Incident]{
		columns: incidentColumns, from: incidentFrom, within: incidentWithin, at: "i.received_at", id: "i.id", args: db.incidentArgs(s, pgx.NamedArgs{}),
		cursor: func(i ward.Incident) string { return timeCursor(i.ReceivedAt, i.ID) },
	}
	if f.Board != "" {
		d.at, d.rising = "coalesce(i.due_at, '9999-12-31Z')", true
		d.cursor = func(i ward.Incident) string { return timeCursor(dueOrNever(i), i.ID) }
	}
	mine, args := onMyBoards(s)
	return d.find(ctx, db.Pool, s, f.Filter, f.From, f.To, func(add narrow) {
		add(f.State == "open", incidentOpen, "state", "")
		add(f.State != "" && f.State != "open", "i.state = @state", "state", f.State)
		add(f.Class != "", "(i.class = @class or c.parent = @class)", "class", f.Class)
		add(f.Query != "", "(i.number || ' ' || i.description || ' ' || i.place) ilike @words", "words", "%"+likeText(f.Query)+"%")
		add(f.Board != "", incidentBoard+" = @board", "board", f.Board)
		add(f.Light != "", "incident_light(i.id, @now) = @light", "light", f.Light)
		for name, value := range args {
			add(f.Mine, "true", name, value)
		}
		add(f.Mine, mine, "mine", true)
	})
}

// dueOrNever orders what has no limit running behind everything that has.
func dueOrNever(i ward.Incident) time.Time {
	if i.DueAt == nil {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return *i.DueAt
}

// Incident reads one incident of the scope.
func (db *DB) Incident(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Incident, error) {
	return db.incidentIn(ctx, db.Pool, s, id, "")
}

func (db *DB) incidentIn(ctx context.Context, q querier, s ward.Scope, id uuid.UUID, lock string) (ward.Incident, error) {
	return one[ward.Incident](ctx, q, incidentAbsent, `select `+incidentColumns+` from `+incidentFrom+` where i.id = @id and `+incidentWithin+lock,
		db.incidentArgs(s, pgx.NamedArgs{"id": id}))
}

// spot is the cell an incident happened in and the grid of that day.
type spot struct {
	Cell int64
	Grid int64
	Path string
	Pt   orb.Point
}

// spotOn finds the cell under the point (or of the building) and its grid on
// the day. Who may write there: whose territory it is today, or whose it was then.
func spotOn(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.IncidentDraft) (spot, error) {
	args := pgx.NamedArgs{"at": d.OccurredAt, "building": d.Building, "pt": d.Location, "scope": s.Paths(), "actor": s.Actor(), "roles": ward.RolesOf("create-incident")}
	find := `select b.cell, b.pt from building b where b.id = @building`
	if d.Location != nil {
		find = `select c.id as cell, @pt::geometry as pt from cell c where upper_inf(c.valid) and st_intersects(c.geom, st_transform(@pt::geometry, metric_srid())) order by c.id limit 1`
	}
	return one[spot](ctx, tx, "这个位置不在您的辖区内", `
		with at as (`+find+`)
		select at.cell, coalesce(grid_at(at.cell, (@at::timestamptz at time zone 'Asia/Shanghai')::date), n.grid) as grid, n.path::text as path, at.pt
		from at join cell_now n on n.cell = at.cell where n.path <@ any(@scope::ltree[]) or held_then(@actor, @roles::text[], at.cell, @at)`, args)
}

// CreateIncident reports an incident once, however often it is sent.
func (db *DB) CreateIncident(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.IncidentDraft) (i ward.Incident, err error) {
	asked := digest("create-incident", d)
	d = d.Corrected()
	if err := d.Validate(db.Now()); err != nil {
		return i, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), asked, func() (uuid.UUID, error) {
			return d.ID, db.createIncident(ctx, tx, s, key, d)
		})
		if err != nil {
			return err
		}
		i, err = db.incidentIn(ctx, tx, ward.System(""), id, "")
		return err
	})
	return i, err
}

func (db *DB) createIncident(ctx context.Context, tx pgx.Tx, s ward.Scope, key uuid.UUID, d ward.IncidentDraft) error {
	at, err := spotOn(ctx, tx, s, d)
	if err != nil {
		return err
	}
	calendar, err := calendarIn(ctx, tx)
	if err != nil {
		return err
	}
	begun, err := d.Begin(s.Actor(), s.RolesThen(at.Path), calendar, db.Seed, db.Now())
	if err != nil {
		return err
	}
	if err := insertIncident(ctx, tx, d, at, begun); err != nil {
		return err
	}
	done := stepDone{Action: "report", From: "draft", To: begun.State}
	if begun.SelfHandled {
		done.Action, done.Opinion, done.Photos = "self_handle", d.SelfHandled.Result, d.SelfHandled.Photos
	}
	if err := db.appendStep(ctx, tx, s, begun, done); err != nil {
		return err
	}
	if err := writeDeadlines(ctx, tx, begun); err != nil {
		return err
	}
	if err := appendAuditAt(ctx, tx, s, at.Path, "create-incident", "incident", d.ID.String(), ""); err != nil {
		return err
	}
	return db.appendIncident(ctx, tx, d.ID, key, at.Path)
}

func insertIncident(ctx context.Context, tx pgx.Tx, d ward.IncidentDraft, at spot, i ward.Incident) error {
	var building *int64
	if d.Building > 0 {
		building = &d.Building
	}
	tag, err := tx.Exec(ctx, `
		insert into incident (id, number, reporter, source, class, state, urgency, description, place, building, cell, grid, visit, occurred_at, received_at, closed_at, due_at, pt, accuracy, handlers, self_handled, result, skew)
		select @id, 'E' || to_char(today(), 'YYMM') || '-' || lpad(nextval('incident_number')::text, 5, '0'), @reporter, @source, c.code, @state, @urgency, @description, @place, @building, @cell, @grid, @visit,
		  @occurred_at, @now, @closed_at, @due_at, @pt, @accuracy, @handlers, @self_handled, @result, @skew
		from incident_class c where c.code = @class and c.parent is not null`,
		pgx.NamedArgs{
			"id": d.ID, "reporter": i.Reporter, "source": d.Source, "class": d.Class, "state": i.State, "urgency": d.Urgency, "description": d.Description, "place": d.Place,
			"building": building, "cell": at.Cell, "grid": at.Grid, "visit": d.Visit, "occurred_at": d.OccurredAt, "now": i.ReceivedAt, "closed_at": i.ClosedAt, "due_at": i.Due(), "pt": at.Pt, "accuracy": d.Accuracy,
			"handlers": i.Handlers, "self_handled": i.SelfHandled, "result": i.Result, "skew": d.Skew,
		})
	if err == nil && tag.RowsAffected() == 0 {
		return &ward.Error{Code: ward.Invalid, Message: "请选择事件小类", Fields: []ward.FieldError{{Field: "class", Message: "请从类别表中选择一个小类"}}}
	}
	return err
}

// ChangeIncident amends what was reported, if the caller saw its present version.
func (db *DB) ChangeIncident(ctx context.Context, s ward.Scope, key, id uuid.UUID, ch ward.IncidentChange) (ward.Incident, error) {
	return db.moveIncident(ctx, s, key, id, ch.Version, "change-incident", digest("change-incident", id, ch), func(_ context.Context, _ pgx.Tx, now ward.Incident, _ string) (ward.Incident, stepDone, error) {
		next, err := ch.Apply(now)
		return next, stepDone{Action: "amend"}, err
	})
}

// appendIncident tells of the incident as the map shows it, to those who may
// hear of its class.
func (db *DB) appendIncident(ctx context.Context, tx pgx.Tx, id, key uuid.UUID, path string) error {
	// As the program itself: a handler who sends a dispute back no longer sees it.
	i, err := db.incidentIn(ctx, tx, ward.System(""), id, "")
	if err != nil {
		return err
	}
	mark := i.Mark()
	mark.Grid = ward.GridOfPath(path, i.Grid)
	return appendEvent(ctx, tx, ward.Event{
		Topic: "incident", Entity: id.String(), Version: i.Version, Paths: []string{path}, Class: i.Audience(), Command: key.String(), Body: mark,
	})
}
