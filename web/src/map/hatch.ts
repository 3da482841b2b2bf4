import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Palette } from './palette'

const SIZE = 12 // CSS pixels of one repeat
const RATIO = 2

/** The image id of slanted lines for `fill-pattern`, drawn on first use: what is missing, never a value. */
export function hatch(map: MapLibreMap, palette: Palette): string {
  const id = `hatch:${palette.name}`
  if (!map.hasImage(id)) map.addImage(id, drawHatch(palette), { pixelRatio: RATIO })
  return id
}

function drawHatch(palette: Palette): ImageData {
  const side = SIZE * RATIO
  const c = new OffscreenCanvas(side, side).getContext('2d')!
  c.strokeStyle = palette.red
  c.globalAlpha = 0.75
  c.lineWidth = 2 * RATIO
  c.beginPath()
  for (const x of [-side, 0, side]) {
    c.moveTo(x - 2, side + 2)
    c.lineTo(x + side + 2, -2)
  }
  c.stroke()
  return c.getImageData(0, 0, side, side)
}
