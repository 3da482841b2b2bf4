import { expect, test } from 'vitest'
import { gradeOf, sumUp } from './visitCoverage'

test.each([
  [1, 'A'],
  [0.9, 'A'],
  [0.899, 'B'],
  [0.75, 'B'],
  [0.6, 'C'],
  [0.4, 'D'],
  [0.399, 'E'],
  [0, 'E'],
] as const)('a share of %d is grade %s', (share, grade) => expect(gradeOf(share)).toBe(grade))

test('the share of several grids is that of their doors, not the mean of their shares', () => {
  const cells = [
    { due: 10, visited: 10, met: 10, never: 0 },
    { due: 90, visited: 50, met: 0, never: 4 },
  ]
  expect(sumUp(cells)).toEqual({ due: 100, visited: 60, met: 10, never: 4, share: 0.1 })
  expect(sumUp([]).share).toBeNull()
})
