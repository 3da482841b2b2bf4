import { expect, test } from 'vitest'
import { countDues, dueOf, whyDue, worstDue } from './due'
import { stacked, type Door } from './doors'

const today = '2026-11-22'
const door = (more: Partial<Door>): Door => ({
  id: 1,
  code: 'X',
  unit: 1,
  floor: 1,
  room: '101',
  use: 'own',
  hub: false,
  lastVisit: '',
  lastMet: '',
  dueDays: 182,
  followUp: '',
  campaigns: [],
  ...more,
})

test.each([
  ['2026-11-22', 182, 'visited'],
  ['2026-06-01', 182, 'visited'], // due in 8 days
  ['2026-05-24', 182, 'soon'], // exactly 182: the last day
  ['2026-05-23', 182, 'overdue'],
  ['2026-10-31', 30, 'visited'], // due in 8 days
  ['2026-10-30', 30, 'soon'],
  ['2026-10-23', 30, 'soon'],
  ['2026-10-22', 30, 'overdue'], // somebody who needs more care
  ['', 30, 'never'],
] as const)('last visited %s with a rhythm of %i days is %s', (lastVisit, dueDays, due) => {
  expect(dueOf(door({ lastVisit, dueDays }), today)).toBe(due)
})

test.each([
  ['2026-11-30', 'visited', []],
  ['2026-11-29', 'soon', [{ why: 'followUp', late: -7 }]],
  ['2026-11-22', 'soon', [{ why: 'followUp', late: 0 }]],
  ['2026-11-20', 'overdue', [{ why: 'followUp', late: 2 }]],
] as const)('a visit promised for %s makes the door %s', (followUp, due, why) => {
  const one = door({ lastVisit: '2026-11-15', followUp })
  expect(dueOf(one, today)).toBe(due)
  expect(whyDue(one, today)).toEqual(why)
})

test('a campaign asks for a door that is in time otherwise', () => {
  const one = door({ lastVisit: '2026-11-15', campaigns: [4] })
  expect(whyDue(one, today)).toEqual([{ why: 'campaign', id: 4 }])
  expect(dueOf(one, today)).toBe('soon')
})

test('nobody is to be visited behind a vacant door', () => {
  expect(dueOf(door({ use: 'vacant', lastVisit: '2020-01-01', followUp: '2026-11-01' }), today)).toBe(
    'vacant',
  )
})

test('every door is counted once, and a house stands as the most pressing of its doors', () => {
  const doors = [door({}), door({ lastVisit: today }), door({ use: 'vacant' }), door({})]
  const counts = countDues(doors, today)
  expect(counts).toEqual({ visited: 1, soon: 0, overdue: 0, never: 2, vacant: 1 })
  expect(worstDue(counts)).toBe('never')
  expect(worstDue({ ...counts, overdue: 1 })).toBe('overdue')
  expect(worstDue(countDues([door({ use: 'vacant' })], today))).toBeNull()
})

test('doors stand as the house does: units in order, the top floor first, rooms by number', () => {
  const doors = [
    door({ id: 1, unit: 2, floor: 1, room: '101' }),
    door({ id: 2, unit: 1, floor: 1, room: '110' }),
    door({ id: 3, unit: 1, floor: 1, room: '102' }),
    door({ id: 4, unit: 1, floor: 10, room: '1001' }),
  ]
  const seen = stacked(doors).map(({ unit, floors }) => [
    unit,
    floors.map((f) => [f.floor, f.doors.map((d) => d.id)]),
  ])
  expect(seen).toEqual([
    [
      1,
      [
        [10, [4]],
        [1, [3, 2]],
      ],
    ],
    [2, [[1, [1]]]],
  ])
})
