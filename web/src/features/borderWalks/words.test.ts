import { expect, test } from 'vitest'
import type { BorderPiece } from '@/store/borderWalks'
import '@/ui/everyText'
import { awayFrom, boundSaid } from './words'

const piece = {
  name: '建设路',
  length: 239.6,
  left: { grid: 3, name: '第3网格', side: 'east' },
  right: { grid: -1, name: '新网格1', side: 'west' },
  line: [
    [120, 30],
    [120, 30.002],
  ],
} as unknown as BorderPiece

test('a piece is named as seen from the own grid', () => {
  expect(boundSaid(piece, [3])).toBe('东至建设路 · 240 米')
  expect(boundSaid(piece, [7])).toBe('建设路 · 240 米')
})

test('how far it is counts to the line, not to its ends', () => {
  expect(awayFrom([120.001, 30.001], piece)).toBeCloseTo(96.4, 0)
  expect(awayFrom([120, 30.003], piece)).toBeCloseTo(111.3, 0)
})
