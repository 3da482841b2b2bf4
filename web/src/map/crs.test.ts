import { describe, expect, test } from 'vitest'
import { fromGcj, fromPixel, pieces, toGcj, toPixel } from './crs'

const cities: [string, [number, number]][] = [
  ['Shanghai', [121.4737, 31.2304]],
  ['Hangzhou', [120.1551, 30.2741]],
  ['Beijing', [116.4074, 39.9042]],
  ['Urumqi', [87.6168, 43.8256]],
]
const metres = ([a, b]: number[], [c, d]: number[]) =>
  Math.hypot((a! - c!) * Math.cos((b! * Math.PI) / 180), b! - d!) * 111_320

describe.each(cities)('in %s', (_, place) => {
  test('GCJ-02 is some hundred metres away', () => {
    expect(metres(place, toGcj(place))).toBeGreaterThan(200)
    expect(metres(place, toGcj(place))).toBeLessThan(800)
  })

  test('there and back is the same place', () => {
    expect(metres(fromGcj(toGcj(place)), place)).toBeLessThan(0.001)
    expect(metres(fromPixel(toPixel(place, 17), 17), place)).toBeLessThan(0.001)
  })
})

test('the shift has the published size at a known place', () => {
  const [lon, lat] = toGcj([116.404, 39.915])
  expect(lon).toBeCloseTo(116.41024449916938, 8)
  expect(lat).toBeCloseTo(39.91640428150164, 8)
})

describe('the pieces of a shifted tile', () => {
  const z = 16
  const [x, y] = toPixel([121.4737, 31.2304], z).map((p) => Math.floor(p / 256)) as [number, number]

  test('cover it exactly once', () => {
    const covered = new Uint8Array(256 * 256)
    for (const { left, top } of pieces(z, x, y))
      for (let i = Math.max(0, top); i < Math.min(256, top + 256); i++)
        for (let j = Math.max(0, left); j < Math.min(256, left + 256); j++) covered[i * 256 + j]!++
    expect(covered.every((times) => times === 1)).toBe(true)
  })

  test('put a mark of the GCJ map where its place is', () => {
    const place: [number, number] = fromPixel([x * 256 + 40, y * 256 + 200], z)
    const [gx, gy] = toPixel(toGcj(place), z)
    const piece = pieces(z, x, y).find((p) => p.x === Math.floor(gx / 256) && p.y === Math.floor(gy / 256))!
    expect(Math.abs(piece.left + (gx % 256) - 40)).toBeLessThan(1)
    expect(Math.abs(piece.top + (gy % 256) - 200)).toBeLessThan(1)
  })
})
