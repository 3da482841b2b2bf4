import { expect, test } from 'vitest'
import { fakeMap } from './fakeMap'
import { addSlots, anchorId, SLOTS } from './slots'

test('anchors stand in the order of the list, invisible', () => {
  const map = fakeMap()
  addSlots(map.asMap)
  expect(map.order()).toEqual(SLOTS.map(anchorId))
  expect(map.layers.every((layer) => layer.layout?.visibility === 'none')).toBe(true)
})

test('names of areas lie under everything that can be picked, the edited thing above all', () => {
  expect(SLOTS.indexOf('names')).toBeLessThan(SLOTS.indexOf('points'))
  expect(SLOTS.indexOf('areas')).toBeLessThan(SLOTS.indexOf('buildings'))
  expect(SLOTS.at(-1)).toBe('draw')
})
