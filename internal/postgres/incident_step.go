package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// stepDone is what a step leaves in the timeline besides what the incident says.
type stepDone struct {
	Action, From, To, Opinion, Unit string
	Photos                          []uuid.UUID
	Units                           []string
	Answered                        *ward.Deadline // the limit it is held against
	Used                            time.Duration
}

// StepIncident moves an incident on.
func (db *DB) StepIncident(ctx context.Context, s ward.Scope, key, id uuid.UUID, st ward.IncidentStep) (ward.Incident, error) {
	return db.moveIncident(ctx, s, key, id, st.Version, "step-incident", digest("step-incident", id, st), func(ctx context.Context, tx pgx.Tx, now ward.Incident, path string) (ward.Incident, stepDone, error) {
		return db.take(ctx, tx, s, st, now, path)
	})
}

// moveIncident changes an incident once for each key, if the caller saw its
// present version, and tells of it.
func (db *DB) moveIncident(ctx context.Context, s ward.Scope, key, id uuid.UUID, version int64, operation string, request []byte,
	move func(context.Context, pgx.Tx, ward.Incident, string) (ward.Incident, stepDone, error),
) (i ward.Incident, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), request, func() (uuid.UUID, error) {
			now, err := db.incidentIn(ctx, tx, s, id, " for update of i")
			if err != nil {
				return id, err
			}
			if now.Version != version {
				return id, db.staleIncident(ctx, tx, now)
			}
			path, err := pathOf(ctx, tx, "incident", id)
			if err != nil {
				return id, err
			}
			next, done, err := move(ctx, tx, now, path)
			if err != nil {
				return id, err
			}
			done.From, done.To = now.State, next.State
			if err := writeIncident(ctx, tx, next); err != nil {
				return id, err
			}
			if err := db.appendStep(ctx, tx, s, next, done); err != nil {
				return id, err
			}
			if err := appendAuditAt(ctx, tx, s, path, operation, "incident", id.String(), ""); err != nil {
				return id, err
			}
			return id, db.appendIncident(ctx, tx, id, key, path)
		})
		if err != nil {
			return err
		}
		i, err = db.incidentIn(ctx, tx, s, id, "")
		if ward.ErrorCode(err) == ward.NotFound { // a dispute that is no longer this unit's
			i, err = db.incidentIn(ctx, tx, ward.System(""), id, "")
		}
		return err
	})
	return i, err
}

// staleIncident says who did what in between.
func (db *DB) staleIncident(ctx context.Context, tx pgx.Tx, now ward.Incident) error {
	var who, action string
	var at time.Time
	err := tx.QueryRow(ctx, `select coalesce(a.name, '系统'), s.action, s.at from incident_step s left join account a on a.id = s.actor where s.incident = $1 order by s.version desc limit 1`, now.ID).Scan(&who, &action, &at)
	if err != nil {
		return err
	}
	return &ward.Error{
		Code: ward.Stale, Current: now,
		Message: fmt.Sprintf("%s已于%s“%s”，事件现在是“%s”。请看最新内容后再操作", who, at.In(ward.China).Format("1月2日15:04"), ward.ActionLabel(action), ward.IncidentStates.Label(now.State)),
	}
}

// take asks the rules and writes down what they need besides the incident.
func (db *DB) take(ctx context.Context, tx pgx.Tx, s ward.Scope, st ward.IncidentStep, now ward.Incident, path string) (next ward.Incident, done stepDone, err error) {
	calendar, err := calendarIn(ctx, tx)
	if err != nil {
		return next, done, err
	}
	code := now.Class
	if st.Action == ward.File && st.Class != "" {
		code = st.Class
	}
	class, err := one[ward.IncidentClass](ctx, tx, "没有这个事件类别", `select `+classColumns+` from incident_class c where code = @code and parent is not null`, pgx.NamedArgs{"code": code})
	if err != nil {
		return next, done, err
	}
	by, err := takerIn(ctx, tx, s, path)
	if err != nil {
		return next, done, err
	}
	at := db.Now()
	if st.Action == ward.Dispatch && st.Team > 0 {
		team, err := teams.get(ctx, tx, s, st.Team)
		if err != nil {
			return next, done, err
		}
		if team.State == "off" {
			return next, done, ward.Errorf(ward.Conflict, "%s没有在岗，请另选队伍", team.Name)
		}
		st.Unit = team.Name
	}
	if next, err = st.Take(now, by, class, calendar, at); err != nil {
		return next, done, err
	}
	if err := db.moveTeam(ctx, tx, s, st, now, &next); err != nil {
		return next, done, err
	}
	if st.Action == ward.Dispatch && now.Source == "hotline" {
		if err := holdToOrder(ctx, tx, &next, class, calendar, at); err != nil {
			return next, done, err
		}
	}
	if st.Action == ward.Merge {
		if err := db.mergeInto(ctx, tx, s, *st.Into); err != nil {
			return next, done, err
		}
	}
	done = stepDone{Action: string(st.Action), Opinion: st.Opinion, Unit: by.Unit, Photos: st.Photos, Units: st.Units, Answered: now.Answered()}
	if done.Answered != nil {
		done.Used = done.Answered.UsedBy(calendar, at)
	}
	switch st.Action {
	case ward.Resolve:
		done.Opinion = st.Result
	case ward.Dispatch:
		done.Units = append([]string{next.HandlerUnit}, next.Helpers...)
	}
	if err := settleNotices(ctx, tx, now, next); err != nil {
		return next, done, err
	}
	for _, t := range st.Tellings(now, next) {
		if err := db.tell(ctx, tx, s.Actor(), next, path, t); err != nil {
			return next, done, err
		}
	}
	return next, done, nil
}

// moveTeam sends the team an incident is dispatched to, and lets it go when the
// incident has left its hands.
func (db *DB) moveTeam(ctx context.Context, tx pgx.Tx, s ward.Scope, st ward.IncidentStep, now ward.Incident, next *ward.Incident) error {
	switch {
	case st.Action == ward.Dispatch && st.Team > 0:
		next.Team = &st.Team
		return db.setTeamState(ctx, tx, s, st.Team, "on_way", "dispatch-team")
	case now.Team == nil:
		return nil
	case st.Action == ward.Dispatch, st.Action == ward.SendBack, st.Action == ward.Resolve, !ward.IncidentOpen(next.State):
		if st.Action != ward.Resolve {
			next.Team = nil
		}
		var busy bool // off duty meanwhile, or sent elsewhere
		if err := tx.QueryRow(ctx, `select t.state not in ('on_way', 'on_scene') or exists (select 1 from incident i where i.team = t.id and i.id <> $2 and i.state in ('dispatched', 'handling'))
			from team t where t.id = $1 for update`, *now.Team, now.ID).Scan(&busy); err != nil || busy {
			return err
		}
		return db.setTeamState(ctx, tx, s, *now.Team, "on_duty", "free-team")
	}
	return nil
}

// mergeInto checks that what is merged into is there, and open.
func (db *DB) mergeInto(ctx context.Context, tx pgx.Tx, s ward.Scope, id uuid.UUID) error {
	into, err := db.incidentIn(ctx, tx, s, id, "")
	if err == nil && !ward.IncidentOpen(into.State) {
		err = ward.Errorf(ward.Conflict, "要并入的事件“%s”，请选择未结的事件", ward.IncidentStates.Label(into.State))
	}
	return err
}

func writeIncident(ctx context.Context, tx pgx.Tx, i ward.Incident) error {
	if _, err := tx.Exec(ctx, `
		update incident set version = @version, state = @state, class = @class, urgency = @urgency, description = @description, place = @place,
		  handler_unit = @handler_unit, team = @team, result = @result, closed_at = @closed_at, due_at = @due_at, accepted = @accepted, handlers = @handlers, helpers = @helpers, called = @called, arrived = @arrived,
		  asked = @asked, asked_until = @asked_until, asked_by = @asked_by, review_at = @review_at, card = @card, level = @level, extended = @extended, rework = @rework, reopened = @reopened,
		  close_kind = @close_kind, satisfaction = @satisfaction, self_handled = @self_handled, merged_into = @merged_into
		where id = @id`,
		pgx.NamedArgs{
			"id": i.ID, "version": i.Version, "state": i.State, "class": i.Class, "urgency": i.Urgency, "description": i.Description, "place": i.Place,
			"handler_unit": i.HandlerUnit, "team": i.Team, "result": i.Result, "closed_at": i.ClosedAt, "due_at": i.Due(), "accepted": i.Accepted, "handlers": filled(i.Handlers), "helpers": filled(i.Helpers), "called": filled(i.Called), "arrived": filled(i.Arrived),
			"asked": i.Asked, "asked_until": i.AskedUntil, "asked_by": i.AskedBy, "review_at": i.ReviewAt, "card": i.Card, "level": i.Level, "extended": i.Extended, "rework": i.Rework, "reopened": i.Reopened,
			"close_kind": i.CloseKind, "satisfaction": i.Satisfaction, "self_handled": i.SelfHandled, "merged_into": i.MergedInto,
		}); err != nil {
		return err
	}
	return writeDeadlines(ctx, tx, i)
}

func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// writeDeadlines makes the limits that run those of the incident. Whether
// somebody was told of one stays with it as long as it is due at the same time.
func writeDeadlines(ctx context.Context, tx pgx.Tx, i ward.Incident) error {
	batch := &pgx.Batch{}
	batch.Queue(`delete from incident_due where incident = $1 and not (name || '/' || step) = any($2)`, i.ID, deadlineKeys(i))
	for _, d := range i.Deadlines {
		batch.Queue(`
			insert into incident_due (incident, name, step, works, limit_seconds, used_seconds, started_at, warn_at, due_at, late_at, card_at, stopped)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			on conflict (incident, step, name) do update set works = excluded.works, limit_seconds = excluded.limit_seconds, used_seconds = excluded.used_seconds, started_at = excluded.started_at,
			  warn_at = excluded.warn_at, late_at = excluded.late_at, card_at = excluded.card_at, stopped = excluded.stopped,
			  told = case when incident_due.due_at = excluded.due_at then incident_due.told else 0 end, due_at = excluded.due_at`,
			i.ID, d.Name, d.Step, d.Works, d.Limit, d.Used, d.StartedAt, d.WarnAt, d.DueAt, d.LateAt, d.CardAt, d.Stopped)
	}
	return tx.SendBatch(ctx, batch).Close()
}

func deadlineKeys(i ward.Incident) []string {
	keys := []string{}
	for _, d := range i.Deadlines {
		keys = append(keys, fmt.Sprintf("%s/%t", d.Name, d.Step))
	}
	return keys
}

func (db *DB) appendStep(ctx context.Context, tx pgx.Tx, s ward.Scope, i ward.Incident, done stepDone) error {
	args := pgx.NamedArgs{
		"incident": i.ID, "version": i.Version, "actor": s.Actor(), "action": done.Action, "from": done.From, "to": done.To, "opinion": done.Opinion, "at": db.Now(),
		"unit": done.Unit, "photos": filled(done.Photos), "units": filled(done.Units), "due_at": nil, "limit_name": "", "used": nil, "allowed": nil,
	}
	if d := done.Answered; d != nil {
		args["due_at"], args["limit_name"], args["used"], args["allowed"] = d.DueAt, d.Name, int(done.Used/time.Minute), int(d.Limit/60)
	}
	_, err := tx.Exec(ctx, `
		insert into incident_step (incident, version, actor, action, from_state, to_state, opinion, at, unit, photos, units, due_at, limit_name, used_minutes, limit_minutes)
		values (@incident, @version, @actor, @action, @from, @to, @opinion, @at, @unit, @photos, @units, @due_at, @limit_name, @used, @allowed)`, args)
	return err
}

// IncidentSteps lists what was done, in order.
func (db *DB) IncidentSteps(ctx context.Context, s ward.Scope, id uuid.UUID) (steps []ward.IncidentStepDone, err error) {
	if _, err := db.Incident(ctx, s, id); err != nil {
		return nil, err
	}
	return many[ward.IncidentStepDone](ctx, db.Pool, `
		select s.version, s.at, coalesce(a.name, '系统') as actor, s.unit, s.action, s.from_state as "from", s.to_state as "to", s.opinion, s.due_at, s.limit_name, s.used_minutes as used, s.limit_minutes as allowed, s.photos, s.units
		from incident_step s left join account a on a.id = s.actor where s.incident = @id order by s.version limit 500`, pgx.NamedArgs{"id": id})
}

// takerIn is who acts over a place: the roles held there and the unit.
func takerIn(ctx context.Context, tx pgx.Tx, s ward.Scope, path string) (ward.Taker, error) {
	by := ward.Taker{ID: s.Actor(), Roles: s.RolesAt(path)}
	return by, tx.QueryRow(ctx, `
		select a.unit, coalesce((select t.name from duty d join team t on t.id = d.team where d.account = a.id and d.ended_at is null order by d.started_at desc limit 1), '') from account a where a.id = $1`, s.Actor()).Scan(&by.Unit, &by.Team)
}

// IncidentActions are what the person may do with an incident now.
func (db *DB) IncidentActions(ctx context.Context, s ward.Scope, id uuid.UUID) (actions []ward.Action, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		i, err := db.incidentIn(ctx, tx, s, id, "")
		if err != nil {
			return err
		}
		path, err := pathOf(ctx, tx, "incident", id)
		if err != nil {
			return err
		}
		by, err := takerIn(ctx, tx, s, path)
		actions = ward.Allowed(i, by, db.Now())
		return err
	})
	return actions, err
}
