import { Map as MapLibreMap } from 'maplibre-gl'
import type { Bounds, View } from '@/store/selection'
import { t } from '@/ui/text'
import { resolveIcons } from './icons'
import { prepareLibrary } from './library'
import type { Palette } from './palette'
import { addSlots } from './slots'
import { emptyStyle } from './style'

/** How a map begins: its look and where it looks at. */
export interface MapStart {
  palette: Palette
  /** Null begins with the bounds. */
  view: View | null
  bounds: Bounds | null
  /** Keeps the drawn picture readable for printing and saving; costs speed. */
  printable?: boolean
}

/** Makes a map in the element; `ready` is called once layers may be added. Give it back with map.remove(). */
export function createMap(
  container: HTMLElement,
  start: MapStart,
  ready: (map: MapLibreMap) => void,
): MapLibreMap {
  prepareLibrary()
  const map = new MapLibreMap({
    container,
    style: emptyStyle(start.palette),
    ...beginning(start),
    minZoom: 8,
    maxZoom: 20,
    // Walls are up to 7,680 pixels wide; the default stops at 4,096.
    maxCanvasSize: [8192, 8192],
    attributionControl: false,
    maplibreLogo: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: start.printable ?? false },
    locale: { 'Map.Title': t('map.title') },
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  resolveIcons(map)
  // Not `idle`: with live data on a weak machine it may never come.
  map.once('load', () => {
    addSlots(map)
    ready(map)
  })
  return map
}

function beginning({ view, bounds }: MapStart) {
  if (view) return { center: [view.lng, view.lat] as [number, number], zoom: view.zoom }
  if (bounds) return { bounds, fitBoundsOptions: { padding: 24 } }
  return { center: [121.4737, 31.2304] as [number, number], zoom: 11 }
}
