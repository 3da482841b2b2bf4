import type { IncidentDraft } from '@/store/incidentWork'

/** Where an incident is said to be. */
export type PlaceBy = 'map' | 'device' | 'building'

/** What the report form holds. */
export interface IncidentInput {
  id: string
  key: string
  group: string | null
  class: string | null
  by: PlaceBy
  urgency: 'normal' | 'urgent'
  place: string
  description: string
}

/** An empty report; id and key are made once, so that no retry reports twice. */
export function freshReport(uuid: () => string): IncidentInput {
  return {
    id: uuid(),
    key: uuid(),
    group: null,
    class: null,
    by: 'map',
    urgency: 'normal',
    place: '',
    description: '',
  }
}

/** A position in degrees, with its accuracy in metres when a device measured it. */
export interface Position {
  lng: number
  lat: number
  accuracy?: number
}

/** What is sent. A building needs no position: the server knows where it stands. */
export function toReport(
  input: IncidentInput & { class: string },
  at: Position | null,
  building: number | null,
  now: Date,
): IncidentDraft {
  const { id, urgency, place, description } = input
  const own = input.by === 'building'
  return {
    id,
    class: input.class,
    urgency,
    occurredAt: now.toISOString(),
    ...(place.trim() && { place: place.trim() }),
    ...(description.trim() && { description: description.trim() }),
    ...(own && building && { building }),
    ...(!own && at && { location: [at.lng, at.lat] }),
    ...(!own && at?.accuracy !== undefined && { accuracy: at.accuracy }),
  }
}
