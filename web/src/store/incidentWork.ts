import { api, ok, type Wire } from '@/api/client'
import { perform } from './commands'
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

/** Tells the map of an incident that the server has. */
export function incidentStored(incident: Incident): void {
  incidents.apply({ id: incident.id, version: incident.version, item: mark(incident) })
}

/** A photo taken for an incident. */
export interface IncidentPhoto {
  /** UUIDv7: sent again it is the same photo. */
  id: string
  blob: Blob
}

/**
 * Reports an incident, called `about` in words; the same key for every attempt.
 * Its photos follow it. Null: it is kept on this device and will be sent.
 * Throws ApiError.
 */
export async function reportIncident(
  body: IncidentDraft,
  key: string,
  about: string,
  photos: readonly IncidentPhoto[] = [],
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
  const incident = await perform<Incident>(command)
  if (incident) incidentStored(incident)
  for (const photo of photos) await sendPhoto(photo, 'incident', entity, about)
  return incident
}

/** Sends a photo of a thing. Null: it is kept on this device and will be sent. Throws ApiError. */
export function sendPhoto(
  photo: IncidentPhoto,
  noun: 'incident' | 'visit',
  entity: string,
  about: string,
): Promise<unknown> {
  const query = new URLSearchParams({ id: photo.id, noun, entity })
  const path = `/api/photos?${query}`
  return perform({
    kind: 'send-photo',
    entity,
    method: 'POST',
    path,
    body: null,
    photo,
    about,
    key: photo.id,
  })
}

/** Moves an incident one step on. Null: the step is kept on this device and will be sent. Throws ApiError `stale` when somebody else was first. */
export async function moveIncident(
  { id, version, className, number }: Pick<Incident, 'id' | 'version' | 'className' | 'number'>,
  state: IncidentState,
  opinion: string,
  key: string,
): Promise<Incident | null> {
  const incident = await perform<Incident>({
    kind: 'change-incident',
    entity: id,
    method: 'PATCH',
    path: `/api/incidents/${id}`,
    body: { version, state, opinion },
    about: `${className} ${number}`,
    key,
  })
  if (incident) incidentStored(incident)
  return incident
}
