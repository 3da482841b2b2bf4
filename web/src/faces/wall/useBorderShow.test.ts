import { expect, test } from 'vitest'
import type { BorderChange } from '@/store/publications'
import { awakeAt, boxOf } from './useBorderShow'

test('what comes into force at midnight waits for the morning', () => {
  expect(['00:00', '05:59', '06:00', '21:59', '22:00'].map(awakeAt)).toEqual([
    false,
    false,
    true,
    true,
    false,
  ])
})

test('the map looks at old and new outlines together, also of grids that are new or closed', () => {
  const square = (x: number) => [
    [
      [
        [x, 30],
        [x + 1, 30],
        [x + 1, 31],
        [x, 30],
      ],
    ],
  ]
  const change = { before: square(120), after: square(121) } as unknown as BorderChange
  const fresh = { before: null, after: square(124) } as unknown as BorderChange
  expect(boxOf([change])).toEqual([120, 30, 122, 31])
  expect(boxOf([fresh])).toEqual([124, 30, 125, 31])
  expect(boxOf([])).toEqual([])
})
