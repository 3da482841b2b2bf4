import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { incidents, isOpen, phaseOf } from './incidents'
import { onLive, resync, take } from './live'
import { teams } from './teams'
import { visits } from './visits'

const visit = (id: string, version: number, met = 'met') => ({
  id,
  version,
  building: 1,
  grid: 4,
  kind: 'aid',
  met,
  outcome: 'none',
  occurredAt: '2026-11-22T03:00:00Z',
  location: [120.6, 30.7],
})
const told = (topic: string, id: string, version: number, body: unknown) => ({
  seq: 1,
  topic,
  id,
  version,
  path: 'd1.s2.c3.g4',
  body,
})
function answer(snapshot: object) {
  const body = { epoch: 'a', seq: 7, serverTime: '', visits: [], incidents: [], teams: [], ...snapshot }
  vi.stubGlobal(
    'fetch',
    vi.fn(
      async () => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }),
    ),
  )
}

beforeEach(() => [visits, incidents, teams].forEach((collection) => collection.clear()))
afterEach(() => vi.unstubAllGlobals())

describe('a change of the stream', () => {
  test('appears, is replaced by a newer one, and not by an older one', () => {
    expect(take(told('visit', 'v1', 1, visit('v1', 1)))).toBe(true)
    expect(take(told('visit', 'v1', 3, visit('v1', 3, 'refused')))).toBe(true)
    expect(take(told('visit', 'v1', 2, visit('v1', 2, 'nobody')))).toBe(false)
    expect(visits.list.value.map(({ met }) => met)).toEqual(['refused'])
  })

  test('that a thing has gone takes it away for good', () => {
    take(told('visit', 'v1', 1, visit('v1', 1)))
    expect(take({ seq: 2, topic: 'visit', id: 'v1', version: 2 })).toBe(true)
    expect(take(told('visit', 'v1', 1, visit('v1', 1)))).toBe(false)
    expect(visits.list.value).toEqual([])
  })

  test('of a team finds it by its number', () => {
    take(told('team', '31', 1, { id: 31, version: 1, state: 'on_duty' }))
    take(told('team', '31', 2, { id: 31, version: 2, state: 'on_scene' }))
    expect(teams.list.value).toEqual([{ id: 31, version: 2, state: 'on_scene' }])
  })

  test('of a noun that nobody here shows is let pass', () => {
    expect(take(told('wish', 'w1', 1, {}))).toBe(false)
  })

  test('is told to who listens once, and only when it is new', () => {
    const heard = vi.fn()
    const stop = onLive(heard)
    take(told('visit', 'v1', 1, visit('v1', 1)))
    take(told('visit', 'v1', 1, visit('v1', 1)))
    stop()
    take(told('visit', 'v2', 1, visit('v2', 1)))
    expect(heard).toHaveBeenCalledTimes(1)
  })
})

describe('a snapshot', () => {
  test('fills the collections and says where the stream goes on', async () => {
    answer({ visits: [visit('v1', 1)], teams: [{ id: 31, version: 1 }] })
    expect(await resync()).toEqual({ since: 7, epoch: 'a' })
    expect(visits.list.value).toHaveLength(1)
    expect(teams.byId(31)).toBeDefined()
  })

  test('of the same history keeps what is newer here', async () => {
    answer({})
    await resync()
    take(told('visit', 'v1', 5, visit('v1', 5, 'refused')))
    answer({ visits: [visit('v1', 4)] })
    await resync()
    expect(visits.byId('v1')?.version).toBe(5)
  })

  test('of another history is believed whatever its versions', async () => {
    answer({})
    await resync()
    take(told('visit', 'v1', 5, visit('v1', 5, 'refused')))
    answer({ epoch: 'b', visits: [visit('v1', 1)] })
    await resync()
    expect(visits.byId('v1')?.version).toBe(1)
  })

  test('that cannot be had is an error, and what is known stays', async () => {
    answer({ visits: [visit('v1', 1)] })
    await resync()
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => Promise.reject(new TypeError('failed'))),
    )
    await expect(resync()).rejects.toMatchObject({ code: 'offline' })
    expect(visits.list.value).toHaveLength(1)
  })
})

test.each([
  ['reported', 'waiting', true],
  ['suspended', 'handling', true],
  ['follow_up', 'checking', true],
  ['closed', 'over', false],
  ['void', 'over', false],
])('an incident that is %s is %s', (state, phase, open) => {
  expect(phaseOf(state)).toBe(phase)
  expect(isOpen({ state: state as 'closed' })).toBe(open)
})
