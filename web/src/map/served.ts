import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Palette } from './palette'

/** Where the server puts its own address into the style; a source needs a whole one. */
export const HOST = '{host}'

/**
 * The style that other clients (QGIS, a page of another department) open:
 * that of our own map, but the icons that only our pages have are dots
 * of the same place. Selection stays in it and is never on elsewhere.
 */
export function servedStyle(palette: Palette, drawn: readonly object[]): StyleSpecification {
  const layers = (drawn as LayerSpecification[])
    .filter((layer) => 'source-layer' in layer)
    .flatMap((layer) => plain(palette, layer))
  const names = [...new Set(layers.map((layer) => (layer as { source: string }).source))]
  return {
    version: 8,
    name: palette.name === 'light' ? '网格' : '网格（深色）',
    sources: Object.fromEntries(
      names.map((name) => [name, { type: 'vector', url: `${HOST}/tiles/${name}.json` }]),
    ),
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': palette.ground } }, ...layers],
  } as StyleSpecification
}

function plain(palette: Palette, layer: LayerSpecification): LayerSpecification[] {
  if (layer.type !== 'symbol' || !layer.layout?.['icon-image']) return [layer]
  const named = ([key]: [string, unknown]) => !key.startsWith('icon-')
  const bare = (part: object | undefined) => Object.fromEntries(Object.entries(part ?? {}).filter(named))
  const { id, source, minzoom, filter } = layer
  const dot = {
    id: `${id}:dot`,
    type: 'circle',
    source,
    'source-layer': layer['source-layer'],
    ...(minzoom === undefined ? {} : { minzoom }),
    ...(filter === undefined ? {} : { filter }),
    paint: {
      'circle-radius': 5,
      'circle-color': palette.violet,
      'circle-stroke-color': palette.rim,
      'circle-stroke-width': 1.5,
    },
  } as LayerSpecification
  return [dot, { ...layer, layout: bare(layer.layout), paint: bare(layer.paint) } as LayerSpecification]
}
