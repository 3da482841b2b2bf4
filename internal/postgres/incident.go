package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

const incidentColumns = `i.id, i.number, i.version, i.reporter, i.source, i.class, c.name as class_name, i.state, i.urgency, i.description, i.place, i.building, i.grid, i.visit,
	i.handler_unit, i.result, i.occurred_at, i.received_at, i.closed_at, i.due_at, i.pt as location, c.private`

const incidentMarkColumns = `i.id, i.version, i.number, i.class, c.name as class_name, i.state, i.urgency, i.grid, i.received_at, i.pt as location`

const incidentFrom = `incident i join incident_class c on c.code = i.class left join cell_now n on n.cell = i.cell`

const incidentWithin = `coalesce(n.path, '') <@ any(@scope::ltree[])`

const incidentOpen = `i.state not in ('closed','void','refused','merged')`

const incidentAbsent = "没有这件事件，或不在您的辖区内"

// Incidents lists newest first.
func (db *DB) Incidents(ctx context.Context, s ward.Scope, f ward.IncidentFilter) (ward.Page[ward.Incident], error) {
	d := diary[ward.Incident]{incidentColumns, incidentFrom, incidentWithin, "i.received_at", "i.id", func(i ward.Incident) string { return timeCursor(i.ReceivedAt, i.ID) }}
	return d.find(ctx, db.Pool, s, f.Filter, f.From, f.To, func(add narrow) {
		add(f.State == "open", incidentOpen, "state", "")
		add(f.State != "" && f.State != "open", "i.state = @state", "state", f.State)
		add(f.Class != "", "(i.class = @class or c.parent = @class)", "class", f.Class)
		add(f.Query != "", "(i.number || ' ' || i.description || ' ' || i.place) ilike @words", "words", "%"+likeText(f.Query)+"%")
	})
}

// Incident reads one incident of the scope.
func (db *DB) Incident(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Incident, error) {
	return incidentIn(ctx, db.Pool, s, id, "")
}

func incidentIn(ctx context.Context, q querier, s ward.Scope, id uuid.UUID, lock string) (ward.Incident, error) {
	return one[ward.Incident](ctx, q, incidentAbsent, `select `+incidentColumns+` from `+incidentFrom+` where i.id = @id and `+incidentWithin+lock,
		pgx.NamedArgs{"id": id, "scope": s.Paths()})
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
			at, err := spotOn(ctx, tx, s, d)
			if err != nil {
				return uuid.Nil, err
			}
			if err := insertIncident(ctx, tx, s, d, at); err != nil {
				return uuid.Nil, err
			}
			if err := appendAuditAt(ctx, tx, s, at.Path, "create-incident", "incident", d.ID.String(), ""); err != nil {
				return uuid.Nil, err
			}
			return d.ID, appendIncident(ctx, tx, s.Own(), d.ID, key, at.Path)
		})
		if err != nil {
			return err
		}
		i, err = incidentIn(ctx, tx, s.Own(), id, "")
		return err
	})
	return i, err
}

func insertIncident(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.IncidentDraft, at spot) error {
	var building *int64
	if d.Building > 0 {
		building = &d.Building
	}
	tag, err := tx.Exec(ctx, `
		insert into incident (id, number, reporter, source, class, urgency, description, place, building, cell, grid, visit, occurred_at, pt, accuracy, skew)
		select @id, 'E' || to_char(today(), 'YYMM') || '-' || lpad(nextval('incident_number')::text, 5, '0'), @reporter, @source, c.code, @urgency, @description, @place, @building, @cell, @grid, @visit, @occurred_at, @pt, @accuracy, @skew
		from incident_class c where c.code = @class and c.parent is not null`,
		pgx.NamedArgs{
			"id": d.ID, "reporter": s.Actor(), "source": d.Source, "class": d.Class, "urgency": d.Urgency, "description": d.Description, "place": d.Place,
			"building": building, "cell": at.Cell, "grid": at.Grid, "visit": d.Visit, "occurred_at": d.OccurredAt, "pt": at.Pt, "accuracy": d.Accuracy, "skew": d.Skew,
		})
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return &ward.Error{Code: ward.Invalid, Message: "请选择事件小类", Fields: []ward.FieldError{{Field: "class", Message: "请从类别表中选择一个小类"}}}
	}
	return appendStep(ctx, tx, s, d.ID, 1, "report", "draft", "reported", "")
}

// ChangeIncident amends an incident or moves it on, if the caller saw its
// present version.
func (db *DB) ChangeIncident(ctx context.Context, s ward.Scope, key, id uuid.UUID, ch ward.IncidentChange) (i ward.Incident, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("change-incident", id, ch), func() (uuid.UUID, error) {
			return id, changeIncident(ctx, tx, s, key, id, ch, db.Now())
		})
		if err != nil {
			return err
		}
		i, err = incidentIn(ctx, tx, s, id, "")
		return err
	})
	return i, err
}

func changeIncident(ctx context.Context, tx pgx.Tx, s ward.Scope, key, id uuid.UUID, ch ward.IncidentChange, at time.Time) error {
	now, err := incidentIn(ctx, tx, s, id, " for update of i")
	if err != nil {
		return err
	}
	if now.Version != ch.Version {
		return &ward.Error{Code: ward.Stale, Message: "这件事件已被修改，请看最新内容后再操作", Current: now}
	}
	next, err := ch.Apply(now, at)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		update incident set version = @version, state = @state, class = @class, urgency = @urgency, description = @description, place = @place,
		  handler_unit = @handler_unit, result = @result, closed_at = @closed_at where id = @id`,
		pgx.NamedArgs{
			"id": id, "version": next.Version, "state": next.State, "class": next.Class, "urgency": next.Urgency, "description": next.Description,
			"place": next.Place, "handler_unit": next.HandlerUnit, "result": next.Result, "closed_at": next.ClosedAt,
		}); err != nil {
		return err
	}
	if err := appendStep(ctx, tx, s, id, next.Version, "change", now.State, next.State, ch.Opinion); err != nil {
		return err
	}
	path, err := pathOf(ctx, tx, "incident", id)
	if err != nil {
		return err
	}
	if err := appendAuditAt(ctx, tx, s, path, "change-incident", "incident", id.String(), ""); err != nil {
		return err
	}
	return appendIncident(ctx, tx, s, id, key, path)
}

func appendStep(ctx context.Context, tx pgx.Tx, s ward.Scope, id uuid.UUID, version int64, action, from, to, opinion string) error {
	_, err := tx.Exec(ctx, `insert into incident_step (incident, version, actor, action, from_state, to_state, opinion) values ($1, $2, $3, $4, $5, $6, $7)`,
		id, version, s.Actor(), action, from, to, opinion)
	return err
}

// appendIncident tells of the incident as the map shows it, to those who may
// hear of its class.
func appendIncident(ctx context.Context, tx pgx.Tx, s ward.Scope, id, key uuid.UUID, path string) error {
	i, err := incidentIn(ctx, tx, s, id, "")
	if err != nil {
		return err
	}
	return appendEvent(ctx, tx, ward.Event{
		Topic: "incident", Entity: id.String(), Version: i.Version, Paths: []string{path}, Class: i.Audience(), Command: key.String(), Body: i.Mark(),
	})
}

// IncidentClasses lists the table of classes in order.
func (db *DB) IncidentClasses(ctx context.Context) ([]ward.IncidentClass, error) {
	return many[ward.IncidentClass](ctx, db.Pool, `select code, parent, name, unit, limit_amount, limit_unit, duplicate_radius, private, urgent from incident_class order by code`, nil)
}
