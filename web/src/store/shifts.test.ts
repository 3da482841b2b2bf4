import { expect, test } from 'vitest'
import { mondayOf } from './shifts'

test('a week begins on Monday at midnight in China', () => {
  const monday = Date.parse('2026-11-16T00:00:00+08:00')
  expect(mondayOf(monday)).toBe(monday)
  expect(mondayOf(Date.parse('2026-11-22T23:59:59+08:00'))).toBe(monday)
  expect(mondayOf(monday - 1)).toBe(monday - 7 * 86_400_000)
})
