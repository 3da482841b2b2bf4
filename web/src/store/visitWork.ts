import type { Wire } from '@/api/client'
import { perform } from './commands'
import { photoCommand, type PhotoDraft } from './photos'
import { recordingCommand, type RecordingDraft } from './recordings'
import { visits } from './visits'

/** A visit with everything that belongs to it. */
export type Visit = Wire['Visit']

/** What is amended of a visit. */
export type VisitChange = Wire['VisitChange']

/** What a device sends of a visit. */
export type VisitDraft = Wire['VisitDraft']

/**
 * Records a visit at a door that is called `about`. `key` is the same for every
 * attempt, so that one that got lost on the way back is not written twice. The
 * map knows it at once, not only when the stream tells of it. Its photos and recordings
 * follow it. Null: it is kept on this device and will be sent. Throws ApiError.
 */
export async function recordVisit(
  body: VisitDraft,
  key: string,
  about: string,
  photos: readonly PhotoDraft[] = [],
  recordings: readonly RecordingDraft[] = [],
): Promise<Visit | null> {
  const { id: entity } = body
  const command = {
    kind: 'create-visit',
    entity,
    method: 'POST',
    path: '/api/visits',
    body,
    about,
    key,
  } as const
  const followers = [
    ...photos.map((photo) => photoCommand(photo, 'visit', entity, about)),
    ...recordings.map((recording) => recordingCommand(recording, 'visit', entity, about)),
  ]
  const visit = await perform<Visit>(command, followers)
  if (visit) visitStored(visit)
  return visit
}

/** Tells the map of a visit that the server has. */
export function visitStored(visit: Visit): void {
  const { id, version, building, grid, kind, met, outcome, occurredAt, location } = visit
  const item = { id, version, building, grid, kind, met, outcome, occurredAt, location }
  visits.apply({ id, version, item })
}
