import { expect, test } from 'vitest'
import type { PlanGrid } from '@/store/plans'
import { boxOf, nameSpot, outlineOf, planeOf } from './outline'

const square = (west: number, south: number, size: number) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]
const grid = (shape: unknown): PlanGrid => ({ shape }) as unknown as PlanGrid
const holed = grid([[square(120, 30, 0.01), square(120.004, 30.004, 0.002)]])

test('the box holds all grids, and none without shapes', () => {
  expect(boxOf([holed, grid([[square(120.02, 30, 0.01)]])])).toEqual([120, 30, 120.03, 30.01])
  expect(boxOf([grid([])])).toBeNull()
})

test('an outline is drawn north up in metres, holes as rings of their own', () => {
  const box = boxOf([holed])!
  const path = outlineOf(holed, planeOf(box))
  expect(path.match(/M/g)).toHaveLength(2)
  expect(path.startsWith('M0.0,1113.2L')).toBe(true) // its first corner is in the south-west
})

test('the name stands in the largest part', () => {
  const two = grid([[square(120, 30, 0.001)], [square(120.01, 30, 0.01)]])
  const box = boxOf([two])!
  const [x] = nameSpot(two, planeOf(box))!
  expect(x).toBeGreaterThan(planeOf(box)([120.01, 30])[0])
})
