import { expect, test } from 'vitest'
import type { Pick } from './context'
import { pickAt, type Queried } from './picking'

const found = (layer: string, type: string, id: number) => ({
  layer: { id: layer },
  geometry: { type },
  properties: { id },
})
const pickable = new Map<string, Pick>([
  ['grids:0', (f) => ({ noun: 'grid', id: f.properties.id as number })],
  ['hubs:0', (f) => ({ noun: 'hub', id: f.properties.id as number })],
])
/** A map where a grid lies under the pixel and a hub a few pixels beside it. */
const map = {
  getLayer: () => ({}),
  queryRenderedFeatures: (where: unknown[]) =>
    Array.isArray(where[0])
      ? [found('hubs:0', 'Point', 7), found('grids:0', 'Polygon', 8)]
      : [found('grids:0', 'Polygon', 4)],
} as unknown as Queried

test('a near miss of a point still means the point, not the area below', () => {
  expect(pickAt(map, pickable, { x: 10, y: 10 })).toEqual({ noun: 'hub', id: 7 })
})

test('an area counts only when it is hit', () => {
  const withoutHubs = new Map([...pickable].filter(([id]) => id === 'grids:0'))
  const areas = {
    ...map,
    queryRenderedFeatures: (where: unknown[]) =>
      Array.isArray(where[0]) ? [found('grids:0', 'Polygon', 8)] : [found('grids:0', 'Polygon', 4)],
  } as unknown as Queried
  expect(pickAt(areas, withoutHubs, { x: 10, y: 10 })).toEqual({ noun: 'grid', id: 4 })
})

test('nothing to pick is nothing', () => {
  expect(pickAt(map, new Map(), { x: 10, y: 10 })).toBeNull()
})
