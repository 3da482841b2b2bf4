const EARTH = 40075016.686 // metres around the equator
const TILE = 512 // pixels of the world at zoom 0
const LONGEST = 110 // pixels

/** A round length in metres and how many pixels it takes on a map at this latitude and zoom. */
export function scaleBar(lat: number, zoom: number): { metres: number; pixels: number } {
  const perPixel = (EARTH * Math.cos((lat * Math.PI) / 180)) / (TILE * 2 ** zoom)
  const most = perPixel * LONGEST
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most) ?? power
  return { metres, pixels: Math.round(metres / perPixel) }
}
