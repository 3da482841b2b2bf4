import { expect, test, vi } from 'vitest'
import { features } from './features'
import { feature } from './useLayer'

const at = { type: 'Point' as const, coordinates: [120, 30] }

test('an unchanged thing keeps its feature, a replaced one and one with another mark get a new one', () => {
  const make = vi.fn((thing: { id: number }, mark: string) => feature(thing.id, at, { mark }))
  const list = features(make)
  const [a, b] = [{ id: 1 }, { id: 2 }]
  const [first, second] = list([a, b])
  expect(list([a, b])).toEqual([first, second])
  expect(make).toHaveBeenCalledTimes(2)

  const [again, replaced] = list([a, { id: 2 }])
  expect(again).toBe(first)
  expect(replaced).not.toBe(second)

  expect(list([a], () => 'older')[0]!.properties).toMatchObject({ mark: 'older' })
})
