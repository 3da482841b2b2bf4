import type { Map as MapLibreMap, VectorTileSource } from 'maplibre-gl'

/** Asks for all tiles again: those that failed while the line was down would stay empty until somebody moves the map. */
export function reloadTiles(map: MapLibreMap): void {
  for (const id of Object.keys(map.getStyle().sources)) {
    const source = map.getSource(id)
    if (source?.type !== 'vector') continue
    const { tiles } = source as VectorTileSource
    if (tiles) (source as VectorTileSource).setTiles(tiles)
  }
}
