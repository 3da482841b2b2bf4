import { expect, test } from 'vitest'
import type { Grid } from '@/store/grids'
import { breaches, median } from './checks'
import { between, length } from './measure'

const grid = (changes: Partial<Grid>) =>
  ({ id: 1, kind: 'basic', households: 400, branch: 5, parts: 1, ...changes }) as Grid

test.each([
  ['within the norm', {}, []],
  ['at the lower end', { households: 300 }, []],
  ['at the upper end', { households: 500 }, []],
  ['below the norm', { households: 299 }, ['few']],
  ['above the norm', { households: 501 }, ['many']],
  ['of an office tower, without households', { kind: 'special', households: 0 }, []],
  ['without a branch', { branch: null }, ['branch']],
  ['of several parts and too large', { parts: 2, households: 620 }, ['many', 'parts']],
] as const)('a grid %s', (_, changes, kinds) => {
  expect(breaches(grid(changes as Partial<Grid>)).map(({ kind }) => kind)).toEqual(kinds)
})

test('the median is the middle, between two when there is none, and 0 of nothing', () => {
  expect(median([500, 300, 420])).toBe(420)
  expect(median([300, 500])).toBe(400)
  expect(median([])).toBe(0)
})

test('a degree of latitude is 111.2 km, and a line is as long as its pieces', () => {
  expect(between([120, 30], [120, 31])).toBeCloseTo(111_195, 0)
  expect(
    length([
      [120, 30],
      [120, 31],
      [120, 30],
    ]),
  ).toBeCloseTo(2 * 111_195, 0)
  expect(length([[120, 30]])).toBe(0)
})
