import { shallowRef } from 'vue'
import { get } from '@/api/client'
import type { View } from './address'

/** A raster base map that the deployment offers below its own data. */
export interface BaseMapChoice {
  id: string
  name: string
  /** XYZ templates with {z}, {x}, {y}, drawn over each other (map, then its labels). */
  tiles: string[]
  /** gcj02 maps are shifted at the map edge. */
  datum: 'wgs84' | 'gcj02'
  minZoom: number
  maxZoom: number
  /** Source and 审图号, shown at the bottom left. */
  attribution: string
}

/** What the server tells every page before sign-in. */
export interface Config {
  /** Name of the deployment, e.g. of the street. */
  name: string
  /** True when the data is made up. */
  demo: boolean
  /** Where a map looks at when neither link nor memory says so. */
  view: View
  /** The raster base maps on offer; empty means own data only. */
  baseMaps: BaseMapChoice[]
}

/** The configuration; the value here stands until the server has answered. */
export const config = shallowRef<Config>({
  name: '',
  demo: false,
  view: { lng: 121.4737, lat: 31.2304, zoom: 13 },
  baseMaps: [],
})

/** Reads the configuration. Throws ApiError. */
export async function loadConfig(): Promise<void> {
  config.value = { ...config.value, ...(await get<Partial<Config>>('/api/config')) }
}
