import { expect, test } from 'vitest'
import { walkOrder, wayLength, type Stop } from './walkOrder'

const at = (id: number, east: number, north: number): Stop => ({
  id,
  location: [120.6 + east / 95_700, 30.7 + north / 111_320],
})
const ids = (stops: Stop[]) => stops.map(({ id }) => id)

test('houses of a street are walked from one end to the other', () => {
  const street = [5, 3, 1, 4, 2].map((n) => at(n, n * 20, 0))
  expect(ids(walkOrder(street))).toEqual([1, 2, 3, 4, 5])
})

test('from where one stands, the near end comes first', () => {
  const street = [1, 2, 3, 4, 5].map((n) => at(n, n * 20, 0))
  expect(ids(walkOrder(street, at(0, 110, 0).location))).toEqual([5, 4, 3, 2, 1])
})

test('every stop is walked once, and never longer than the order they came in', () => {
  let seed = 7
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  for (let round = 0; round < 20; round++) {
    const stops = Array.from({ length: 40 }, (_, id) => at(id, random() * 400, random() * 400))
    const way = walkOrder(stops)
    expect(ids(way).sort((a, b) => a - b)).toEqual(ids(stops))
    expect(wayLength(way)).toBeLessThanOrEqual(wayLength(stops))
  }
})

test('crossings are undone: two rows of houses are a loop', () => {
  const stops = [at(1, 0, 0), at(2, 100, 30), at(3, 50, 0), at(4, 0, 30), at(5, 100, 0), at(6, 50, 30)]
  expect(wayLength(walkOrder(stops))).toBeLessThan(240)
})

test('nothing to walk is no way', () => {
  expect(walkOrder([])).toEqual([])
})
