import type { Map as MapLibreMap, MapGeoJSONFeature } from 'maplibre-gl'
import { inject, type ComputedRef, type InjectionKey } from 'vue'
import type { Selected } from '@/store/selection'
import type { Palette } from './palette'

/** Says what a drawn feature stands for; null when it is not to be picked. */
export type Pick = (feature: MapGeoJSONFeature) => Selected | null

/** What BaseMap gives to the layers mounted inside it. */
export interface MapContext {
  map: MapLibreMap
  palette: ComputedRef<Palette>
  /** Style layers of which a click or a hover may pick a feature, and how. */
  pickable: Map<string, Pick>
}

/** Key under which BaseMap provides its context. */
export const MAP: InjectionKey<MapContext> = Symbol('map')

/** The map around this component; throws when there is none. */
export function useMap(): MapContext {
  const context = inject(MAP)
  if (!context) throw new Error('a map layer must stand inside BaseMap')
  return context
}
