import { api, get, ok, type Wire } from '@/api/client'
import { visits } from './visits'

/** A visit with everything that belongs to it. */
export type Visit = Wire['Visit']

/** What a device sends of a visit. */
export type VisitDraft = Wire['VisitDraft']

/**
 * Records a visit. `key` is the same for every attempt, so that one that got
 * lost on the way back is not written twice. The map knows it at once, not only
 * when the stream tells of it. Throws ApiError.
 */
export async function recordVisit(draft: VisitDraft, key: string): Promise<Visit> {
  const headers = { 'Idempotency-Key': key }
  const visit = await ok(api.POST('/api/visits', { params: { header: headers }, body: draft }))
  const { id, version, building, grid, kind, met, outcome, occurredAt, location } = visit
  const item = { id, version, building, grid, kind, met, outcome, occurredAt, location }
  visits.apply({ id, version, item })
  return visit
}

/** The latest visits of a household or a building, newest first. Throws ApiError. */
export async function latestVisits(
  of: { household?: number; building?: number },
  limit = 5,
): Promise<Visit[]> {
  const query = new URLSearchParams({ limit: String(limit) })
  for (const [key, value] of Object.entries(of)) query.set(key, String(value))
  return (await get<{ items: Visit[] }>(`/api/visits?${query}`)).items
}
