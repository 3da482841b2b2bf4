import { expect, test } from 'vitest'
import { momentOf, type Replay } from './replay'

const t = (minute: number) => new Date(Date.UTC(2026, 10, 22, 1, minute)).toISOString()
const at = (minute: number) => Date.parse(t(minute))
const incident = (id: string, minute: number, state: string) => ({
  at: t(minute),
  id,
  className: '暴露垃圾',
  state,
  urgency: 'normal',
  location: [120, 30],
})
const replay = {
  from: t(0),
  to: t(60),
  open: [incident('a', -30, 'handling')],
  visits: [
    { at: t(5), grid: 1, location: [120, 30], count: 2 },
    { at: t(10), grid: 2, location: [120, 30], count: 7 },
  ],
  incidents: [incident('b', 10, 'reported'), incident('a', 20, 'closed')],
  teams: [
    { at: t(10), team: 1, location: [120, 30] },
    { at: t(11), team: 1, location: [121, 30] },
  ],
} as unknown as Replay

test('incidents come when they are reported and go when they are closed', () => {
  const open = (minute: number) => momentOf(replay, at(minute)).incidents.map(({ id }) => id)
  expect(open(0)).toEqual(['a'])
  expect(open(15)).toEqual(['a', 'b'])
  expect(open(30)).toEqual(['b'])
})

test('few visits are told as few, and none for longer than a quarter of an hour', () => {
  expect(momentOf(replay, at(12)).visits).toMatchObject([
    { grid: 1, few: true },
    { grid: 2, count: 7, few: false },
  ])
  expect(momentOf(replay, at(40)).visits).toEqual([])
})

test('a team is where it was last, and nowhere when it has been silent', () => {
  expect(momentOf(replay, at(12)).teams).toEqual([{ team: 1, location: [121, 30] }])
  expect(momentOf(replay, at(20)).teams).toEqual([])
})
