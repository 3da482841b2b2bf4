import { expect, test } from 'vitest'
import type { Shift } from '@/store/shifts'
import { daysOf } from './rosterDays'

const shift = (id: number, startsAt: string) => ({ id, startsAt }) as Shift

test('today stands first, then the days to come, then what is over; a night shift belongs to the day it begins on', () => {
  const days = daysOf(
    [
      shift(1, '2026-11-20T01:00:00Z'),
      shift(2, '2026-11-22T15:30:00Z'), // 23:30 in China
      shift(3, '2026-11-22T16:30:00Z'), // past midnight
      shift(4, '2026-11-22T01:00:00Z'),
    ],
    '2026-11-22',
  )
  expect(
    days.map(({ date, weekday, over, shifts }) => [date, weekday, over, shifts.map(({ id }) => id)]),
  ).toEqual([
    ['2026-11-22', '周日', false, [2, 4]],
    ['2026-11-23', '周一', false, [3]],
    ['2026-11-20', '周五', true, [1]],
  ])
})
