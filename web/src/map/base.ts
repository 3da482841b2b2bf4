import { computed, shallowRef } from 'vue'
import { config, type BaseMapChoice } from '@/store/config'

/** Name of the raster base map to draw below everything, '' for own data only. */
export const baseMapName = shallowRef('')

/** The chosen raster base map, undefined for own data only. */
export const baseMap = computed<BaseMapChoice | undefined>(() =>
  config.value.baseMaps.find((choice) => choice.name === baseMapName.value),
)
