import { expect, test } from 'vitest'
import { between } from './useGliding'

test('half of the way is in the middle, and nothing goes beyond its goal', () => {
  expect(between([0, 0], [2, 4], 0.5)).toEqual([1, 2])
  expect(between([0, 0], [2, 4], 7)).toEqual([2, 4])
  expect(between([0, 0], [2, 4], -1)).toEqual([0, 0])
})
