import type { Map as MapLibreMap, MapGeoJSONFeature, PointLike } from 'maplibre-gl'
import { hovered, same, select, type Selected } from '@/store/selection'
import type { Pick } from './context'

/** What picking asks of a map. */
export type Queried = { [K in 'getLayer' | 'queryRenderedFeatures']: MapLibreMap[K] }

const REACH = 6 // pixels around the pointer that still count as a hit

/** The topmost thing at a pixel; points count from a little distance, areas only when hit. */
export function pickAt(
  map: Queried,
  pickable: ReadonlyMap<string, Pick>,
  { x, y }: { x: number; y: number },
): Selected | null {
  const layers = [...pickable.keys()].filter((id) => map.getLayer(id))
  if (layers.length === 0) return null
  const around: [PointLike, PointLike] = [
    [x - REACH, y - REACH],
    [x + REACH, y + REACH],
  ]
  // A finger that just misses a point must not fall through to the grid below it.
  const near = map.queryRenderedFeatures(around, { layers }).filter((f) => f.geometry.type === 'Point')
  const exact = map.queryRenderedFeatures([x, y], { layers })
  return first([...near, ...exact], pickable)
}

function first(found: MapGeoJSONFeature[], pickable: ReadonlyMap<string, Pick>): Selected | null {
  for (const f of found) {
    const what = pickable.get(f.layer.id)?.(f)
    if (what) return what
  }
  return null
}

/**
 * Wires pointer and keyboard: click and Enter select, the pointer hovers,
 * Escape lets go. Enter picks what stands under the middle of the map, so
 * that arrows + Enter do what a mouse does.
 */
export function wirePicking(map: MapLibreMap, pickable: ReadonlyMap<string, Pick>): void {
  map.on('click', (e) => select(pickAt(map, pickable, e.point)))
  map.on('mousemove', (e) => {
    const what = pickAt(map, pickable, e.point)
    if (!same(what, hovered.value)) hovered.value = what
    map.getCanvas().style.cursor = what ? 'pointer' : ''
  })
  map.on('mouseout', () => (hovered.value = null))
  map.getCanvas().addEventListener('keydown', (e) => {
    if (e.key === 'Enter') select(pickAt(map, pickable, map.project(map.getCenter())))
    if (e.key === 'Escape') select(null)
  })
}
