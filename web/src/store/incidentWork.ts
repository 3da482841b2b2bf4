import { api, ok, type Wire } from '@/api/client'
import { perform } from './commands'
import { incidents, type IncidentMark } from './incidents'
import { photoCommand, type PhotoDraft } from './photos'
import { recordingCommand, type RecordingDraft } from './recordings'
import { register } from './register'

/** An incident with everything that belongs to it. */
export type Incident = Wire['Incident']

/** What a report holds. */
export type IncidentDraft = Wire['IncidentDraft']

/** A state of an incident. */
export type IncidentState = Incident['state']

/** One action with what it needs. */
export type IncidentStep = Wire['IncidentStep']

/** What may be done with an incident. */
export type IncidentAction = IncidentStep['action']

/** One line of the timeline. */
export type IncidentStepDone = Wire['IncidentStepDone']

/** How much of a limit is used up: '' when none runs. */
export type Light = Incident['light']

/** A class 大类 or 小类 as a register line, by code. */
export type IncidentClass = Wire['IncidentClass'] & { id: string }

/** The table of classes. */
export const incidentClasses = register<IncidentClass>(async () => {
  const classes = await ok(api.GET('/api/incident-classes'))
  return classes.map((one) => ({ ...one, id: one.code }))
})

/** The response templates 常用语. */
export const phrases = register(() => ok(api.GET('/api/phrases')))

/** Adds or changes a row of the table of classes. Throws ApiError. */
export async function saveClass(body: Wire['IncidentClass']): Promise<void> {
  await ok(api.POST('/api/incident-classes', { body }))
  await incidentClasses.load()
}

const mark = (incident: Incident): IncidentMark => {
  const { id, version, number, class: code, className, state, urgency, grid, receivedAt, location } = incident
  return { id, version, number, class: code, className, state, urgency, grid, receivedAt, location }
}

/** Tells the map of an incident that the server has. */
export function incidentStored(incident: Incident): void {
  incidents.apply({ id: incident.id, version: incident.version, item: mark(incident) })
}

/**
 * Reports an incident, called `about` in words; the same key for every attempt.
 * Its photos and recordings follow it. Null: it is kept on this device and will be sent.
 * Throws ApiError.
 */
export async function reportIncident(
  body: IncidentDraft,
  key: string,
  about: string,
  photos: readonly PhotoDraft[] = [],
  recordings: readonly RecordingDraft[] = [],
): Promise<Incident | null> {
  const { id: entity } = body
  const command = {
    kind: 'create-incident',
    entity,
    method: 'POST',
    path: '/api/incidents',
    body,
    about,
    key,
  } as const
  const followers = [
    ...photos.map((photo) => photoCommand(photo, 'incident', entity, about)),
    ...recordings.map((recording) => recordingCommand(recording, 'incident', entity, about)),
  ]
  const incident = await perform<Incident>(command, followers)
  if (incident) incidentStored(incident)
  return incident
}

/** Moves an incident one step on. Null: the step is kept on this device and will be sent. Throws ApiError `stale` when somebody else was first. */
export async function stepIncident(
  { id, className, number }: Pick<Incident, 'id' | 'className' | 'number'>,
  body: IncidentStep,
  key: string,
): Promise<Incident | null> {
  const incident = await perform<Incident>({
    kind: 'step-incident',
    entity: id,
    method: 'POST',
    path: `/api/incidents/${id}/steps`,
    body,
    about: `${className} ${number}`,
    key,
  })
  if (incident) incidentStored(incident)
  return incident
}

/** What the person may do with an incident now, in the order of the way. Throws ApiError. */
export function actionsOf(id: string): Promise<IncidentAction[]> {
  return ok(api.GET('/api/incidents/{id}/actions', { params: { path: { id } } })) as Promise<IncidentAction[]>
}

/** What was done with an incident, in order. Throws ApiError. */
export function stepsOf(id: string): Promise<IncidentStepDone[]> {
  return ok(api.GET('/api/incidents/{id}/steps', { params: { path: { id } } }))
}

/** Open incidents of the heading near a place, within the radius of the class. Throws ApiError. */
export function duplicatesOf(
  of: string,
  [lon, lat]: readonly [number, number],
  but?: string,
): Promise<Wire['Duplicate'][]> {
  return ok(api.GET('/api/duplicates', { params: { query: { class: of, lon, lat, ...(but && { but }) } } }))
}
