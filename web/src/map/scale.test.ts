import { expect, test } from 'vitest'
import { scaleBar } from './scale'

test.each([
  [31.23, 15, 200],
  [31.23, 12, 1000],
  [0, 18, 20],
])('at latitude %d and zoom %d the bar says %d metres', (lat, zoom, metres) => {
  const bar = scaleBar(lat, zoom)
  expect(bar.metres).toBe(metres)
  expect(bar.pixels).toBeGreaterThan(40)
  expect(bar.pixels).toBeLessThanOrEqual(110)
})
