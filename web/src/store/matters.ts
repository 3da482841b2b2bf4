import { get } from '@/api/client'
import { perform } from './commands'
import { visitStored, type Visit, type VisitChange } from './visitWork'

/** How far what was raised at a visit has got; '' when nothing was. */
export type Matter = Visit['matter']

const MOST = 200

/** What waits in a grid, or in the whole territory: not done yet, or done and not told. Newest first. Throws ApiError. */
export async function mattersOf(grid: number | null, matter: 'open' | 'to_tell'): Promise<Visit[]> {
  const query = new URLSearchParams({ matter, limit: String(MOST), ...(grid && { grid: String(grid) }) })
  return (await get<{ items: Visit[] }>(`/api/visits?${query}`)).items
}

/** The visits of a household, newest first; that somebody looked is written down. Throws ApiError. */
export async function householdVisits(household: number, limit = 20): Promise<Visit[]> {
  return (await get<{ items: Visit[] }>(`/api/households/${household}/visits?limit=${limit}`)).items
}

/** Amends a visit; null while only this device has the change. Throws ApiError `stale` when somebody else was first. */
export async function changeVisit(
  { id, version, place }: Pick<Visit, 'id' | 'version' | 'place'>,
  change: Omit<VisitChange, 'version'>,
  key: string,
): Promise<Visit | null> {
  const visit = await perform<Visit>({
    kind: 'change-visit',
    entity: id,
    method: 'PATCH',
    path: `/api/visits/${id}`,
    body: { ...change, version },
    about: place,
    key,
  })
  if (visit) visitStored(visit)
  return visit
}
