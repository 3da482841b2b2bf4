import { expect, test } from 'vitest'
import { hours } from './VisitLayer.vue'

const now = Date.parse('2026-11-22T12:00:00+08:00')

test.each([
  ['2026-11-22T12:00:30+08:00', 0], // a device's clock ahead of ours
  ['2026-11-22T11:30:00+08:00', 0],
  ['2026-11-22T09:59:00+08:00', 2],
  ['2026-11-22T00:10:00+08:00', 6],
])('a visit of %s has faded by %d hours', (at, passed) => {
  expect(hours(at, now)).toBe(passed)
})
