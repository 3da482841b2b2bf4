import { expect, test } from 'vitest'
import { townLines } from './townLines'

/** A square with its lower left corner at a place. */
const square = (x: number, y: number) => [
  [
    [
      [x, y],
      [x + 1, y],
      [x + 1, y + 1],
      [x, y + 1],
      [x, y],
    ],
  ],
]

test('the border between grids of one community is none of a community', () => {
  const lines = townLines([
    { community: 1, shape: square(0, 0) },
    { community: 1, shape: square(1, 0) },
    { community: 2, shape: square(2, 0) },
  ])
  const has = (a: number[], b: number[]) =>
    lines.some((line) => [a, b].every((at) => line.some((p) => String(p) === String(at))))
  expect(has([1, 0], [1, 1])).toBe(false)
  expect(has([2, 0], [2, 1])).toBe(true)
  expect(has([0, 0], [0, 1])).toBe(true)
  expect(lines).toHaveLength(9)
})

test('a day without grids has no borders', () => {
  expect(townLines([])).toEqual([])
})
