import type { IncidentDraft } from '@/store/incidentWork'
import type { ReportFrom } from '@/store/reportFrom'

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
  /** Put right on the spot: what was done. */
  self: boolean
  result: string
  /** The visit at which it was raised. */
  visit?: string
  building?: number
  /** Photos that are on their way already. */
  photos?: string[]
}

/** An empty report, or one of what was raised at a visit; id and key are made once, so that no retry reports twice. */
export function freshReport(uuid: () => string, from: ReportFrom | null = null): IncidentInput {
  return {
    id: uuid(),
    key: uuid(),
    group: null,
    class: null,
    by: 'map',
    urgency: 'normal',
    place: '',
    description: '',
    self: false,
    result: '',
    ...(from && {
      by: 'building',
      visit: from.visit,
      building: from.building,
      place: from.place,
      description: from.note,
      group: from.group,
    }),
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
  photos: readonly string[] = [],
): IncidentDraft {
  const { id, urgency, place, description, visit, result } = input
  const own = input.by === 'building'
  return {
    id,
    class: input.class,
    urgency,
    occurredAt: now.toISOString(),
    ...(visit && { visit, source: 'visit' as const }),
    ...(input.self && { selfHandled: { result: result.trim(), photos: [...photos] } }),
    ...(place.trim() && { place: place.trim() }),
    ...(description.trim() && { description: description.trim() }),
    ...(own && building && { building }),
    ...(!own && at && { location: [at.lng, at.lat] }),
    ...(!own && at?.accuracy !== undefined && { accuracy: at.accuracy }),
  }
}
