import type { Feature, Geometry } from 'geojson'
import type {
  CircleLayerSpecification,
  FillLayerSpecification,
  GeoJSONSource,
  HeatmapLayerSpecification,
  LineLayerSpecification,
  Map as MapLibreMap,
  SourceSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl'
import { computed, onBeforeUnmount, watch } from 'vue'
import { selected, type Selected } from '@/store/selection'
import { useMap, type Pick } from './context'
import type { Palette } from './palette'
import { anchorId, type Slot } from './slots'

type Drawable =
  | CircleLayerSpecification
  | FillLayerSpecification
  | HeatmapLayerSpecification
  | LineLayerSpecification
  | SymbolLayerSpecification

/** A MapLibre style layer without id and source, which come from the layer's name, plus its slot. */
export type Style = Drawable extends infer D
  ? D extends Drawable
    ? Omit<D, 'id' | 'source' | 'source-layer'> & { slot: Slot }
    : never
  : never

/** Styles as a function of the palette, so that a change of theme redraws the layer. */
export type Styles = (palette: Palette) => Style[]

/** What a layer may ask for besides being drawn. */
export interface LayerOptions {
  /** The noun that a click on the layer selects, with the feature's id; a function for special cases. */
  pick?: Selected['noun'] | Pick
}

/** Feature ids inside the map: numbers of register nouns, UUIDs of visits and incidents. */
export type FeatureId = number | string

/**
 * A GeoJSON feature as useLayer wants it: the id stands also among the
 * properties, because MapLibre keeps text ids only there.
 */
export function feature(
  id: FeatureId,
  geometry: Geometry,
  properties: Record<string, unknown> = {},
): Feature {
  return { type: 'Feature', id, geometry, properties: { ...properties, id } }
}

/** Features that differ between two lists; identity of the object says whether one has changed. */
export function diff(known: ReadonlyMap<FeatureId, Feature>, now: readonly Feature[]) {
  const next = new Map(now.map((f) => [f.id as FeatureId, f]))
  return {
    next,
    add: now.filter((f) => known.get(f.id as FeatureId) !== f),
    remove: [...known.keys()].filter((id) => !next.has(id)),
  }
}

/**
 * Draws features under a name, in the given slots, for as long as the component
 * lives. Only features whose object has changed are sent to the map's worker:
 * keep the Feature of an unchanged thing (a WeakMap per item does it).
 */
export function useLayer(
  name: string,
  styles: Styles,
  features: () => Feature[],
  options: LayerOptions = {},
) {
  const { map } = useMap()
  let known = diff(new Map(), features()).next
  useSource(name, styles, options, {
    type: 'geojson',
    data: { type: 'FeatureCollection', features: [...known.values()] },
    promoteId: 'id',
  })

  watch(features, (now) => {
    const { next, add, remove } = diff(known, now)
    const all = known.size === 0 || add.length > next.size / 4
    known = next
    if (add.length + remove.length === 0) return
    const source = map.getSource<GeoJSONSource>(name)
    // Above a share of the points a full set is cheaper than a diff (measured).
    if (all) void source?.setData({ type: 'FeatureCollection', features: [...next.values()] })
    else void source?.updateData({ add, remove })
  })
}

/**
 * Draws one layer of the server's vector tiles, `/tiles/{layer}/{z}/{x}/{y}.mvt`,
 * for as long as the component lives. `url` is a template or a list of them and
 * may start with `/`. A tile's features carry their id themselves, not among their properties.
 */
export function useTiles(
  name: string,
  url: string | string[],
  sourceLayer: string,
  styles: Styles,
  options: LayerOptions & { minzoom?: number; maxzoom?: number } = {},
) {
  const { minzoom = 0, maxzoom = 16 } = options
  const tiles = [url].flat().map((template) => decodeURI(new URL(template, location.href).href))
  useSource(name, styles, options, { type: 'vector', tiles, minzoom, maxzoom }, sourceLayer)
}

function useSource(
  name: string,
  styles: Styles,
  options: LayerOptions,
  source: SourceSpecification,
  sourceLayer?: string,
) {
  const { map, palette, pickable } = useMap()
  map.addSource(name, source)
  let ids: string[] = []

  // What else a style depends on, e.g. which layers lie above, redraws it too.
  const wanted = computed(() => styles(palette.value))
  function draw() {
    for (const id of ids) removeLayer(map, id, pickable)
    ids = wanted.value.map(({ slot, ...style }, i) => {
      const id = `${name}:${i}`
      const on = sourceLayer ? { source: name, 'source-layer': sourceLayer } : { source: name }
      map.addLayer({ ...style, ...on, id } as Drawable, anchorId(slot))
      if (options.pick) pickable.set(id, asPick(options.pick))
      return id
    })
  }
  draw()
  watch(wanted, draw)

  // The selected and the hovered feature carry the states `selected` and `hover`.
  const noun = typeof options.pick === 'string' ? options.pick : undefined
  const mark = (what: Selected | null, state: boolean) => {
    if (what && what.noun === noun)
      map.setFeatureState({ source: name, sourceLayer, id: what.id }, { selected: state })
  }
  mark(selected.value, true)
  watch(selected, (now, before) => {
    mark(before, false)
    mark(now, true)
  })

  onBeforeUnmount(() => {
    for (const id of ids) removeLayer(map, id, pickable)
    if (map.getSource(name)) map.removeSource(name)
  })
}

function removeLayer(map: MapLibreMap, id: string, pickable: Map<string, Pick>) {
  pickable.delete(id)
  if (map.getLayer(id)) map.removeLayer(id)
}

function asPick(pick: Selected['noun'] | Pick): Pick {
  if (typeof pick === 'function') return pick
  return (f) => {
    const id: unknown = f.properties?.id ?? f.id
    return typeof id === 'number' || typeof id === 'string' ? { noun: pick, id } : null
  }
}
