import { shallowRef } from 'vue'
import { api, ok, type Wire } from '@/api/client'

/** What the server tells every page before sign-in. */
export type Config = Wire['Config']

/** A raster base map that the deployment offers below its own data. */
export type BaseMapChoice = Wire['BaseMap']

/** The configuration; the value here stands until the server has answered. */
export const config = shallowRef<Config>({
  name: '',
  version: '',
  demo: false,
  logins: [],
  baseMaps: [],
  identity: '',
})

/** Reads the configuration. Throws ApiError. */
export async function loadConfig(): Promise<void> {
  config.value = await ok(api.GET('/api/config'))
}
