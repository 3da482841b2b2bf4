import { expect, test } from 'vitest'
import { crowds } from './crowds'

test('things of one grid are counted in their middle, those of none are left out', () => {
  expect(
    crowds([
      { grid: 1, location: [120, 30] },
      { grid: 2, location: [121, 31] },
      { grid: 1, location: [122, 32] },
      { grid: null, location: [0, 0] },
    ]),
  ).toEqual([
    { grid: 1, count: 2, at: [121, 31] },
    { grid: 2, count: 1, at: [121, 31] },
  ])
})
