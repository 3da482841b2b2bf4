import { expect, test } from 'vitest'
import { planeOf } from './outline'
import { barOf, eastward, framed } from './sheetMap'

test('a scale bar is round and at most a fifth of the page', () => {
  expect([100, 180, 260, 777, 1400].map(barOf)).toEqual([20, 20, 50, 100, 200])
})

test('a frame has the shape of its page and leaves room around the grid', () => {
  const grid = [120.6, 30.7, 120.604, 30.701] as const
  for (const aspect of [1.41, 0.71]) {
    const box = framed(grid, aspect)
    const [width, height] = planeOf(box)([box[2], box[1]])
    expect(width / height).toBeCloseTo(aspect, 2)
    const [left, bottom] = planeOf(box)([grid[0], grid[1]])
    expect(left).toBeGreaterThan(59)
    expect(height - bottom).toBeGreaterThan(59)
  }
})

test('the name of a way is never upside down', () => {
  const east = [
    [0, 0],
    [2, 1],
  ] as const
  expect(eastward([...east].reverse())).toEqual(east)
  expect(eastward(east)).toEqual(east)
})
