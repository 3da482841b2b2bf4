import { shallowRef } from 'vue'
import { useTiles, type LayerOptions, type Styles } from './useLayer'

/** Zoom levels at which the server has tiles of a layer; deeper views are drawn from the deepest. */
const levels = {
  ground: [10, 17],
  area: [6, 17],
  area_label: [6, 17],
  courtyard: [13, 17],
  grid: [10, 17],
  grid_label: [12, 17],
  micro: [15, 17],
  micro_label: [16, 17],
  road: [10, 17],
  lane: [14, 17],
  building: [14, 17],
  point: [12, 17],
} as const

/** A layer of the server's tiles. */
export type TileLayer = keyof typeof levels

/** Where the tiles of a layer come from, as a template of MapLibre; set before the first map. */
export const tileAddress = shallowRef((layer: string) => `/tiles/${layer}/{z}/{x}/{y}.mvt`)

/** Draws one layer of the server's tiles for as long as the component lives; `name` tells two uses of one layer apart. */
export function useServerTiles(
  layer: TileLayer,
  styles: Styles,
  options: LayerOptions = {},
  name: string = layer,
): void {
  const [minzoom, maxzoom] = levels[layer]
  useTiles(name, tileAddress.value(layer), layer, styles, { ...options, minzoom, maxzoom })
}
