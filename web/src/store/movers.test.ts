import { beforeEach, expect, test } from 'vitest'
import { moved, movers } from './movers'

const at = (id: number, lng = 120) => ({
  id,
  at: '2026-11-22T01:00:00Z',
  location: [lng, 30] as [number, number],
})

beforeEach(() => moved({ all: true, m: [], gone: [] }))

test('the first message is everything; later ones change it', () => {
  moved({ all: true, m: [at(1), at(2)], gone: [] })
  moved({ all: false, m: [at(2, 121)], gone: [1] })
  expect([...movers.value.keys()]).toEqual([2])
  expect(movers.value.get(2)?.location).toEqual([121, 30])
})

test('after a break teams that went off duty meanwhile are gone', () => {
  moved({ all: true, m: [at(1), at(2)], gone: [] })
  moved({ all: true, m: [at(2)], gone: [] })
  expect([...movers.value.keys()]).toEqual([2])
})

test('a team that has not moved keeps its object', () => {
  const one = at(1)
  moved({ all: true, m: [one], gone: [] })
  moved({ all: false, m: [at(2)], gone: [] })
  expect(movers.value.get(1)).toBe(one)
})
