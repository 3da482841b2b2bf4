import type { Map as MapLibreMap } from 'maplibre-gl'

/**
 * Slots of the map from bottom to top. This list is the only place where the
 * drawing order is said: a layer names its slot, and mounting order never matters.
 */
export const SLOTS = [
  'base', // raster base map of the configuration
  'ground', // water, parks, land use
  'areas', // grids and communities as fills
  'overlay', // choropleth, bins, heat: quiet the areas while one of these is on
  'roads',
  'buildings',
  'lanes',
  'outlines', // borders of grids, communities and streets
  'names', // names of roads, buildings, courtyards: under everything that can be picked
  'grid-names', // a name further up wins the place when two collide
  'area-names',
  'links', // hub to the doors it serves, pairings, tracks
  'points', // service points, hubs, institutions
  'live', // visits, incidents, teams on the move
  'selection',
  'draw', // what is being edited
] as const

/** One floor of the map's drawing order. */
export type Slot = (typeof SLOTS)[number]

const SOURCE = 'slots'

/** The id of the invisible layer before which all layers of the slot are added. */
export const anchorId = (slot: Slot): string => `slot:${slot}`

/** Puts the anchors on an empty map; call once after `load`. */
export function addSlots(map: Pick<MapLibreMap, 'addSource' | 'addLayer'>): void {
  map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
  for (const slot of SLOTS) {
    map.addLayer({ id: anchorId(slot), type: 'symbol', source: SOURCE, layout: { visibility: 'none' } })
  }
}
