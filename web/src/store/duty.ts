import { api, ok, type Wire } from '@/api/client'
import { transmit } from './commands'
import { collection } from './collection'
import { uuidv7 } from './uuid'

/** A team on duty, from its start to its end, under one account. */
export type TeamDuty = Wire['TeamDuty']

/** A phone app that sends the position of a team. */
export type Tracker = Wire['Tracker']
export type NewTracker = Wire['NewTracker']

/** Where a team went on a day. */
export type TeamDay = Wire['TeamDay']
export type LaneWalk = Wire['LaneWalk']

/** Duties that run, of the territory. They have no stream: load again after a change of a team. */
export const duties = collection<TeamDuty>(async () => (await ok(api.GET('/api/duties'))) ?? [])

async function command<T>(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<T> {
  return transmit<T>({ kind: 'duty', entity: path, method, path, body, about: '', key: uuidv7() })
}

/** Goes on duty with a team. Throws ApiError `conflict` when it is on duty already. */
export async function startDuty(team: number): Promise<TeamDuty> {
  const duty = await command<TeamDuty>('POST', '/api/duties', { team })
  await duties.load()
  return duty
}

/** Changes a running duty; what is absent stays. Throws ApiError. */
export async function changeDuty(
  { id, version }: TeamDuty,
  change: Omit<Wire['DutyChange'], 'version'>,
): Promise<TeamDuty> {
  try {
    return await command<TeamDuty>('PATCH', `/api/duties/${id}`, { version, ...change })
  } finally {
    await duties.load()
  }
}

/** Sends places of one's own duty. Throws ApiError. */
export const sendPositions = (duty: number, fixes: Wire['Fix'][]) =>
  command<Record<string, number>>('POST', `/api/duties/${duty}/positions`, { fixes })

/** All trackers of the territory. Throws ApiError. */
export const fetchTrackers = async (): Promise<Tracker[]> =>
  (await ok(api.GET('/api/trackers', { params: { query: { limit: 500 } } }))).items ?? []

/** Registers a tracker; the token is told this once. Throws ApiError. */
export const createTracker = (team: number, name: string, agreed: boolean): Promise<NewTracker> =>
  ok(api.POST('/api/trackers', { body: { team, name, agreed } }))

/** Ends a tracker at once. Throws ApiError. */
export const revokeTracker = (id: number) =>
  ok(api.POST('/api/trackers/{id}/revoke', { params: { path: { id } } }))

/** Where a team went on a day; who asks and why is written down. Throws ApiError. */
export const fetchTeamDay = (id: number, day: string, purpose: string): Promise<TeamDay> =>
  ok(api.POST('/api/teams/{id}/day', { params: { path: { id } }, body: { day, purpose } }))

/** How much of the lanes was walked this week; with a grid also stretch by stretch. Throws ApiError. */
export const fetchLaneWalk = (grid = 0): Promise<LaneWalk> =>
  ok(api.GET('/api/lane-walk', { params: { query: { grid } } }))
