import { validateStyleMin, type StyleSpecification } from '@maplibre/maplibre-gl-style-spec'
import { afterEach, expect, test } from 'vitest'
import { computed, createApp, type App, type Component } from 'vue'
import { MAP } from './context'
import { fakeMap } from './fakeMap'
import AreaLayer from './layers/AreaLayer.vue'
import BuildingLayer from './layers/BuildingLayer.vue'
import CourtyardLayer from './layers/CourtyardLayer.vue'
import GridLayer from './layers/GridLayer.vue'
import GroundLayer from './layers/GroundLayer.vue'
import LaneLayer from './layers/LaneLayer.vue'
import PointLayer from './layers/PointLayer.vue'
import RoadLayer from './layers/RoadLayer.vue'
import { palettes, type Palette, type Theme } from './palette'
import { addSlots } from './slots'
import { servedStyle } from './served'

const layers: Component[] = [
  GroundLayer,
  AreaLayer,
  CourtyardLayer,
  GridLayer,
  RoadLayer,
  LaneLayer,
  BuildingLayer,
  PointLayer,
]
const apps: App[] = []
afterEach(() => apps.splice(0).forEach((app) => app.unmount()))

/** What the map of our own pages holds when all tile layers are on it. */
function drawn(palette: Palette) {
  const map = fakeMap()
  addSlots(map.asMap)
  for (const layer of layers) {
    const app = createApp(layer)
    app.provide(MAP, { map: map.asMap, pickable: new Map(), palette: computed(() => palette) })
    app.mount(document.createElement('div'))
    apps.push(app)
  }
  return map
}

// The files are written from the layers by `npm run gen:style`; here it is proven that they still agree.
test.each<Theme>(['light', 'dark'])(
  'the %s style for other clients is what our own map draws',
  async (theme) => {
    const style = servedStyle(palettes[theme], drawn(palettes[theme]).layers)
    expect(validateStyleMin(style as unknown as StyleSpecification)).toEqual([])
    expect(style.layers.map(({ id }) => id)).toContain('grid_label:0')
    await expect(`${JSON.stringify(style, null, 1)}\n`).toMatchFileSnapshot(`../../style/${theme}.json`)
  },
)
