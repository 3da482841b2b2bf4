import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { actor } from '../session'
import type { Visit } from '../visitWork'
import type { Row } from './base'
import { asksHere, asksToTell, householdsToTell } from './asksHere'
import { buildingDues, doorsOf, visitArrived } from './doors'
import { rows } from './outbox'
import { packs, type Pack, type PackDoor } from './packs'
import { mattersHere, toTell, visitHere, visitsOfDoor } from './visitsHere'

const door = (id: number, more: Partial<PackDoor> = {}): PackDoor => ({
  id,
  code: `H${id}`,
  unit: 1,
  floor: 1,
  room: `10${id}`,
  use: 'own',
  hub: false,
  lastVisit: '2026-01-01',
  lastMet: '',
  dueDays: 30,
  followUp: '',
  campaigns: [],
  building: 5,
  persons: 2,
  ...more,
})
const open = { id: 'a', household: 1, version: 4, matter: 'open', outcome: 'taken_back', note: '想装扶手' }
const pack = {
  at: '2026-11-22T00:00:00Z',
  grid: { id: 3 },
  buildings: [{ id: 5, name: '3号楼', number: '3', address: '', location: [120, 30] }],
  doors: [door(1, { followUp: '2026-11-20' }), door(2)],
  matters: [open as Visit],
  history: [{ id: 'a', household: 1, occurredAt: '2026-01-01T00:00:00Z', matter: 'open', met: 'met' }],
} as unknown as Pack

let n = 0
const row = (kind: string, entity: string, body: object): Row => ({
  n: ++n,
  key: `${n}`,
  actor: 1,
  actorName: '',
  kind,
  entity,
  method: 'POST',
  path: '',
  body,
  about: '',
  at: 0,
  state: 'waiting',
  tries: 0,
})
const call = (id: string, household: number, more: object = {}) =>
  row('create-visit', id, {
    id,
    household,
    kind: 'four_hundred',
    met: 'met',
    occurredAt: '2026-11-22T02:00:00Z',
    ...more,
  })

beforeEach(() => {
  actor.value = { id: 1, login: 'leader', name: '网格长', grants: [] }
  rows.value = []
  packs.value = new Map([[3, { grid: 3, actor: 1, etag: '', checkedAt: 0, pack }]])
})

test('a change on its way moves the matter on this device, so that the next one fits', () => {
  expect(toTell.value).toBe(0)
  rows.value = [row('change-visit', 'a', { version: 4, result: '已装好' })]
  expect(mattersHere(pack)).toMatchObject([{ id: 'a', matter: 'to_tell', version: 5, result: '已装好' }])
  expect(toTell.value).toBe(1)
  rows.value = [...rows.value, row('change-visit', 'a', { version: 5, toldBack: true })]
  expect(mattersHere(pack)).toMatchObject([{ id: 'a', matter: 'told', version: 6 }])
})

test('what is raised without a network waits like all else, with its door in words', () => {
  rows.value = [call('b', 2, { outcome: 'taken_back', note: '漏水' }), call('c', 2)]
  expect(mattersHere(pack)).toMatchObject([
    { id: 'b', matter: 'open', note: '漏水', place: '3号楼 1单元102室', version: 1 },
    { id: 'a' },
  ])
})

test('a door tells of its visits, those of this device first; of a kept one all that is kept', () => {
  rows.value = [call('b', 1)]
  expect(visitsOfDoor(pack, 1)!.map(({ id, note }) => [id, note])).toEqual([
    ['b', ''],
    ['a', '想装扶手'],
  ])
  expect(visitsOfDoor(pack, 99)).toBeUndefined()
  expect(visitHere(pack, 'a')).toMatchObject({ note: '想装扶手' })
  expect(visitHere(pack, 'z')).toBeUndefined()
})

test('a visit keeps the promise and the rhythm at once, and goes on doing so after it has arrived', () => {
  const [house] = buildingDues.value
  expect(house).toMatchObject({ id: 5, due: 'overdue', pressing: 2 })
  const visit = call('d', 1)
  rows.value = [visit]
  expect(doorsOf(pack)[0]).toMatchObject({ lastVisit: '2026-11-22', lastMet: '2026-11-22', followUp: '' })
  expect(buildingDues.value[0]!.pressing).toBe(1)
  visitArrived(visit)
  rows.value = []
  expect(buildingDues.value[0]!.pressing).toBe(1)
})

test('a wish said between visits without a network waits in the list too', () => {
  const ask = { id: 'w', kind: 'need', text: '扶手', household: 1, occurredAt: '2026-11-22T01:00:00Z' }
  rows.value = [row('create-ask', 'w', ask)]
  expect(asksHere(pack)).toMatchObject([{ id: 'w', kind: 'need', visit: null, household: 1, state: 'open' }])
})

test('a wish said without a network waits in the list, is done and told here', () => {
  const asks = [{ id: 'w', kind: 'wish', text: '老花镜' }]
  rows.value = [call('b', 1, { asks, items: [{ item: 1, amount: 2 }] })]
  expect(asksHere(pack)).toMatchObject([{ id: 'w', visit: 'b', household: 1, state: 'open', version: 1 }])
  rows.value = [...rows.value, row('change-ask', 'w', { version: 1, result: '配好了' })]
  expect(asksHere(pack)).toMatchObject([{ state: 'to_tell', version: 2, result: '配好了' }])
  expect([...householdsToTell(pack)]).toEqual([1])
  expect(asksToTell()).toBe(1)
  rows.value = [...rows.value, row('change-ask', 'w', { version: 2, toldBack: true })]
  expect(asksHere(pack)).toMatchObject([{ state: 'told', version: 3 }])
  expect(householdsToTell(pack).size).toBe(0)
})
