import { beforeEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { light } from './palette'
import type { LayerAbout, LayerModule } from './registry'
import { useShown } from './useShown'

const layer = (id: string, group: LayerAbout['group'], order: number, on: LayerAbout['on']): LayerModule => ({
  default: {},
  about: {
    id,
    title: 'noun.grid',
    group,
    order,
    on,
    legend: () => [{ label: id, mark: { kind: 'line', color: '#000' } }],
  },
})
const modules = {
  hubs: layer('hubs', 'party', 1, ['wall']),
  buildings: layer('buildings', 'place', 2, ['wall', 'tablet']),
  grids: layer('grids', 'place', 1, ['wall', 'tablet']),
}
const ids = (list: LayerModule[]) => list.map((m) => m.about.id)

beforeEach(() => localStorage.clear())

test('a face begins with the layers that ask for it, in the order of the headings', () => {
  expect(ids(useShown('wall', modules).mounted.value)).toEqual(['grids', 'buildings', 'hubs'])
  expect(ids(useShown('tablet', modules).mounted.value)).toEqual(['grids', 'buildings'])
  expect(useShown('tablet', modules).choices.value.map((g) => g.layers.map((l) => l.id))).toEqual([
    ['grids', 'buildings'],
    ['hubs'],
  ])
})

test('what was switched is remembered by face, and the legend follows', async () => {
  const shown = useShown('tablet', modules)
  shown.on.value = ['hubs']
  await nextTick()
  expect(shown.legend(light).map((g) => g.items.map((i) => i.label))).toEqual([['hubs']])
  expect(ids(useShown('tablet', modules).mounted.value)).toEqual(['hubs'])
  expect(ids(useShown('wall', modules).mounted.value)).toEqual(['grids', 'buildings', 'hubs'])
})

test('a spoilt memory is ignored', () => {
  localStorage.setItem('wangge.layers.tablet', '{"no":')
  expect(ids(useShown('tablet', modules).mounted.value)).toEqual(['grids', 'buildings'])
})
