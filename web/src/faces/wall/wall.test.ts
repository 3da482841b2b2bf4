import { describe, expect, test } from 'vitest'
import * as layers from '@/map/layers'
import { discreet, line, place, ticks } from './charts'
import { after, scenes } from './scenes'
import { scaleOf } from './useScale'
import { shiftAt } from './useShift'

describe('a chart', () => {
  test.each([
    [0, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [3.5, [0, 1, 2, 3, 4]],
    [10, [0, 5, 10]],
    [480, [0, 200, 400, 600]],
    [1000, [0, 250, 500, 750, 1000]],
  ])('of at most %d has the ticks %j', (greatest, expected) => {
    expect(ticks(greatest)).toEqual(expected)
  })

  test('puts a value on its line, and nothing at its foot', () => {
    expect(place(50, 100, 190, 10)).toBe(100)
    expect(place(3, 0, 190, 10)).toBe(190)
    expect(
      line([
        [0, 1],
        [2, 3.25],
      ]),
    ).toBe('M0.0 1.0L2.0 3.3')
  })

  test.each([
    [0, '0'],
    [1, '<3'],
    [2, '<3'],
    [3, '3'],
  ])('shows a group of %d people as %s', (count, shown) => {
    expect(discreet(count, String, '<3')).toBe(shown)
  })
})

describe('the page', () => {
  test.each([
    [1920, 1080, 1],
    [3840, 2160, 2],
    [7680, 2160, 2],
    [1280, 720, 2 / 3],
    [1280, 800, 2 / 3],
  ])('of %d × %d is drawn %d times as large', (width, height, k) => {
    expect(scaleOf(width, height)).toBeCloseTo(k, 5)
  })

  test('shifts by at most six pixels and comes back to the middle', () => {
    const shifts = Array.from({ length: 9 }, (_, minute) => shiftAt(minute))
    for (const { x, y } of shifts) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(6)
    expect(new Set(shifts.map(({ x, y }) => `${x},${y}`)).size).toBe(9)
    expect(shiftAt(9)).toEqual({ x: 0, y: 0 })
  })
})

describe('the scenes', () => {
  test('come round and round, both ways', () => {
    expect(after('overview')).toBe('visits')
    expect(after('teams')).toBe('overview')
    expect(after('overview', -1)).toBe('teams')
  })

  test('name layers that exist', () => {
    const known = Object.values(layers).map(({ about }) => about.id)
    for (const scene of scenes) {
      expect(known).toEqual(expect.arrayContaining([...scene.layers]))
      expect(scene.layers).toEqual(expect.arrayContaining([...scene.legend]))
    }
  })
})
