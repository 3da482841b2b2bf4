import type { Feature } from 'geojson'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { computed, createApp, defineComponent, nextTick, shallowRef, type App } from 'vue'
import { select, selected } from '@/store/selection'
import { MAP, type MapContext } from './context'
import { fakeMap } from './fakeMap'
import { dark, light, type Palette } from './palette'
import { addSlots, anchorId } from './slots'
import { diff, feature, useLayer, useTiles, type Styles } from './useLayer'

const at = (id: number | string) => feature(id, { type: 'Point', coordinates: [121, 31] })
const circle: Styles = (palette) => [{ slot: 'live', type: 'circle', paint: { 'circle-color': palette.red } }]
const area: Styles = () => [
  { slot: 'areas', type: 'fill' },
  { slot: 'outlines', type: 'line' },
]

let map: ReturnType<typeof fakeMap>
let pickable: MapContext['pickable']
const palette = shallowRef<Palette>(light)
let apps: App[] = []

/** Mounts a renderless component that runs the layer, as a layer file does. */
function mount(setup: () => void): App {
  const app = createApp(
    defineComponent({
      setup() {
        setup()
        return () => null
      },
    }),
  )
  app.provide(MAP, { map: map.asMap, pickable, palette: computed(() => palette.value) })
  app.mount(document.createElement('div'))
  apps.push(app)
  return app
}

beforeEach(() => {
  map = fakeMap()
  addSlots(map.asMap)
  pickable = new Map()
  palette.value = light
  selected.value = null
})
afterEach(() => {
  apps.forEach((app) => app.unmount())
  apps = []
})

const below = (slot: Parameters<typeof anchorId>[0]) => map.order()[map.order().indexOf(anchorId(slot)) - 1]

describe('a layer', () => {
  test('stands in its slots whatever the order of mounting', () => {
    mount(() => useLayer('visits', circle, () => []))
    mount(() => useLayer('grids', area, () => []))
    expect(below('live')).toBe('visits:0')
    expect(below('areas')).toBe('grids:0')
    expect(below('outlines')).toBe('grids:1')
    expect(map.order().indexOf('grids:1')).toBeLessThan(map.order().indexOf('visits:0'))
  })

  test('leaves nothing behind', () => {
    const before = map.order()
    mount(() => useLayer('grids', area, () => [at(1)], { pick: 'grid' })).unmount()
    apps = []
    expect(map.order()).toEqual(before)
    expect([...map.sources.keys()]).toEqual(['slots'])
    expect(pickable.size).toBe(0)
  })

  test('sends only what has changed', async () => {
    const first = [1, 2, 3, 4, 5, 6, 7, 8].map(at)
    const list = shallowRef<Feature[]>(first)
    mount(() => useLayer('points', circle, () => list.value))
    const moved = at(2)
    list.value = [first[0]!, moved, ...first.slice(3)]
    await nextTick()
    expect(map.sources.get('points')!.calls).toEqual([['updateData', { add: [moved], remove: [3] }]])
  })

  test('sends all of it when most has changed, and nothing when nothing has', async () => {
    const first = [1, 2, 3, 4].map(at)
    const list = shallowRef<Feature[]>(first)
    mount(() => useLayer('teams', circle, () => list.value))
    list.value = [...first]
    await nextTick()
    expect(map.sources.get('teams')!.calls).toEqual([])
    list.value = [1, 2, 3, 4].map(at)
    await nextTick()
    expect(map.sources.get('teams')!.calls.map(([how]) => how)).toEqual(['setData'])
  })

  test('is drawn anew in the same slot when the theme changes', async () => {
    mount(() => useLayer('visits', circle, () => []))
    palette.value = dark
    await nextTick()
    expect(below('live')).toBe('visits:0')
    expect(map.layers.find(({ id }) => id === 'visits:0')).toMatchObject({
      paint: { 'circle-color': dark.red },
    })
  })

  test('marks the selected feature and lets the last one go', async () => {
    select({ noun: 'grid', id: 4 })
    mount(() => useLayer('grids', area, () => [at(4), at(5)], { pick: 'grid' }))
    select({ noun: 'grid', id: 5 })
    await nextTick()
    expect(map.states.map(([f, state]) => [(f as { id: number }).id, state])).toEqual([
      [4, { selected: true }],
      [4, { selected: false }],
      [5, { selected: true }],
    ])
  })

  test('says what a hit on it means', () => {
    mount(() => useLayer('grids', area, () => [], { pick: 'grid' }))
    const hit = (properties: object) => pickable.get('grids:0')!({ properties } as never)
    expect(hit({ id: 45 })).toEqual({ noun: 'grid', id: 45 })
    expect(hit({})).toBeNull()
  })
})

test('a tile layer asks this host and names its layer inside the tile', () => {
  mount(() => useTiles('buildings', '/tiles/buildings/{z}/{x}/{y}', 'buildings', area))
  expect(map.sources.get('buildings')).toMatchObject({
    type: 'vector',
    tiles: [`${location.origin}/tiles/buildings/{z}/{x}/{y}`],
  })
  // The server writes ids as ids; promoting a property that is not there would lose them.
  expect(map.sources.get('buildings')).not.toHaveProperty('promoteId')
  expect(map.layers.find(({ id }) => id === 'buildings:0')).toMatchObject({ 'source-layer': 'buildings' })
})

test('a diff names what is new, changed and gone', () => {
  const [a, b, c] = [at('a'), at('b'), at('c')]
  const known = new Map(Object.entries({ a, b }))
  expect(diff(known, [a, c])).toMatchObject({ add: [c], remove: ['b'] })
})
