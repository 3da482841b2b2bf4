import type { Bounds, View } from './address'
import { lookAt, view } from './selection'

const WIDTH = 640 // pixels a thing may fill on an ordinary screen

/** A view that shows the whole box [west, south, east, north]; a point is shown from near. */
export function viewOf([west, south, east, north]: Bounds): View {
  const tall = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const degrees = Math.max(east - west, (north - south) / tall)
  const zoom = degrees > 0 ? Math.log2((WIDTH * 360) / (512 * degrees)) : 18
  return { lng: (west + east) / 2, lat: (south + north) / 2, zoom: Math.min(Math.max(zoom, 3), 18) }
}

/** Asks the map to go to a box or a point; a map that is not there yet begins there. */
export function goTo(where: readonly number[]): void {
  const [west, south, east = west, north = south] = where as [number, number, number?, number?]
  const to = viewOf([west, south, east!, north!])
  view.value ??= to
  lookAt(to)
}
