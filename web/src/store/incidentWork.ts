import { api, ok, type Wire } from '@/api/client'
import { incidents, type IncidentMark } from './incidents'
import { register } from './register'

/** An incident with everything that belongs to it. */
export type Incident = Wire['Incident']

/** What a report holds. */
export type IncidentDraft = Wire['IncidentDraft']

/** A state of an incident. */
export type IncidentState = Incident['state']

/** A class 大类 or 小类 as a register line, by code. */
export type IncidentClass = Wire['IncidentClass'] & { id: string }

/** The table of classes. */
export const incidentClasses = register<IncidentClass>(async () => {
  const classes = await ok(api.GET('/api/incident-classes'))
  return classes.map((one) => ({ ...one, id: one.code }))
})

const mark = (incident: Incident): IncidentMark => {
  const { id, version, number, class: code, className, state, urgency, grid, receivedAt, location } = incident
  return { id, version, number, class: code, className, state, urgency, grid, receivedAt, location }
}

function known(incident: Incident): Incident {
  incidents.apply({ id: incident.id, version: incident.version, item: mark(incident) })
  return incident
}

/** Reports an incident; the same key for every attempt. Throws ApiError. */
export async function reportIncident(body: IncidentDraft, key: string): Promise<Incident> {
  return known(await ok(api.POST('/api/incidents', { params: { header: { 'Idempotency-Key': key } }, body })))
}

/** Moves an incident one step on. Throws ApiError `stale` when somebody else was first. */
export async function moveIncident(
  { id, version }: Pick<Incident, 'id' | 'version'>,
  state: IncidentState,
  opinion: string,
  key: string,
): Promise<Incident> {
  const params = { path: { id }, header: { 'Idempotency-Key': key } }
  const to = state as Exclude<IncidentState, 'draft'>
  return known(await ok(api.PATCH('/api/incidents/{id}', { params, body: { version, state: to, opinion } })))
}
