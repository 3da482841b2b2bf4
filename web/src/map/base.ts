import { computed, shallowRef } from 'vue'
import { config, type BaseMapChoice } from '@/store/config'

/** Id of the raster base map to draw below everything, '' for own data only. */
export const baseMapId = shallowRef('')

/** The chosen raster base map, undefined for own data only. */
export const baseMap = computed<BaseMapChoice | undefined>(() =>
  config.value.baseMaps.find((choice) => choice.id === baseMapId.value),
)
