import { describe, expect, test } from 'vitest'
import { clockOf, daysBetween, minutesOf, monthsOf, works, workingDays } from './days'

const special = new Map([
  ['2026-10-01', { date: '2026-10-01', work: false, name: '国庆节' }],
  ['2026-10-10', { date: '2026-10-10', work: true, name: '国庆节调休上班' }],
])

describe('the days of a year', () => {
  test('are all there, each in the column of its weekday', () => {
    const months = monthsOf(2028) // a leap year that begins on a Saturday
    expect(months.flat()).toHaveLength(366)
    expect(months[0]![0]).toEqual({ date: '2028-01-01', column: 6 })
    expect(months[1]!.at(-1)!.date).toBe('2028-02-29')
  })
  test('are worked from Monday to Friday unless a special day says otherwise', () => {
    expect(works('2026-10-01', special)).toBe(false)
    expect(works('2026-10-10', special)).toBe(true)
    expect(works('2026-10-11', special)).toBe(false)
    expect(works('2026-10-12', special)).toBe(true)
    expect(workingDays(2026, new Map())).toBe(261)
    expect(workingDays(2026, special)).toBe(261)
  })
  test('make spans over the end of a month', () => {
    expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
    expect(daysBetween('2026-03-02', '2026-03-01')).toEqual([])
  })
})

test('hours are written as on a clock', () => {
  expect(clockOf(510)).toBe('08:30')
  expect(clockOf(1440)).toBe('24:00')
  expect(minutesOf('8:30')).toBe(510)
  expect(minutesOf('24:00')).toBe(1440)
  for (const odd of ['', '8', '25:00', '8:61', 'x']) expect(minutesOf(odd)).toBe(-1)
})
