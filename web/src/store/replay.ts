import { api, ok, type Wire } from '@/api/client'

/** What went on in a stretch of time, without anything of persons. */
export type Replay = Wire['Replay']

/** A moment of it. */
export interface ReplayMoment {
  /** Visits of the last quarter of an hour, by grid. */
  visits: { grid: number; location: Place; count: number; few: boolean }[]
  /** Incidents that were open then. */
  incidents: { id: string; location: Place; urgent: boolean; className: string }[]
  /** Where teams were, at most three minutes before. */
  teams: { team: number; location: Place }[]
}
type Place = [number, number]

const RECENT = 15 * 60_000
const SEEN = 3 * 60_000
const OVER = new Set(['closed', 'void', 'refused', 'merged'])

/** Reads a stretch of at most two hours. Throws ApiError. */
export const fetchReplay = (from: number, to: number): Promise<Replay> =>
  ok(
    api.GET('/api/replay', {
      params: { query: { from: new Date(from).toISOString(), to: new Date(to).toISOString() } },
    }),
  )

/** What was there at a moment of the stretch, in milliseconds. */
export function momentOf(replay: Replay, at: number): ReplayMoment {
  const visits = new Map<number, ReplayMoment['visits'][number]>()
  for (const one of replay.visits ?? []) {
    const time = Date.parse(one.at)
    if (time > at || at - time > RECENT) continue
    const known = visits.get(one.grid)
    const count = (known?.count ?? 0) + one.count
    // Two stands for one or two, so a sum of twos is no true number either.
    visits.set(one.grid, {
      grid: one.grid,
      location: one.location as unknown as Place,
      count,
      few: count < 3 || (known ? known.few && one.count < 3 : one.count < 3),
    })
  }
  const incidents = new Map<string, ReplayMoment['incidents'][number]>()
  for (const one of [...(replay.open ?? []), ...(replay.incidents ?? [])]) {
    if (Date.parse(one.at) > at) continue
    if (OVER.has(one.state)) incidents.delete(one.id)
    else
      incidents.set(one.id, {
        id: one.id,
        location: one.location as unknown as Place,
        urgent: one.urgency === 'urgent',
        className: one.className,
      })
  }
  const teams = new Map<number, ReplayMoment['teams'][number]>()
  for (const one of replay.teams ?? []) {
    const time = Date.parse(one.at)
    if (time <= at && at - time <= SEEN)
      teams.set(one.team, { team: one.team, location: one.location as unknown as Place })
  }
  return { visits: [...visits.values()], incidents: [...incidents.values()], teams: [...teams.values()] }
}
