/*
 * GCJ-02, the shifted datum of 高德 and 腾讯 maps. Everything in this program is
 * WGS 84 / CGCS2000; this file is the map edge, where tiles of such maps are
 * shifted back. The constants are those of the public description of the shift.
 */
const A = 6378245 // semi-major axis of the Krassovsky ellipsoid, metres
const EE = 0.00669342162296594323
const { PI, sin, cos, sqrt, abs } = Math

function shiftLat(x: number, y: number): number {
  return (
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3 +
    ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 +
    ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3
  )
}

function shiftLon(x: number, y: number): number {
  return (
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3 +
    ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 +
    ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3
  )
}

/** WGS 84 degrees to GCJ-02 degrees, [lon, lat]; about 500 m in China's cities. */
export function toGcj([lon, lat]: readonly [number, number]): [number, number] {
  const rad = (lat / 180) * PI
  const magic = 1 - EE * sin(rad) ** 2
  const root = sqrt(magic)
  return [
    lon + (shiftLon(lon - 105, lat - 35) * 180) / ((A / root) * cos(rad) * PI),
    lat + (shiftLat(lon - 105, lat - 35) * 180) / (((A * (1 - EE)) / (magic * root)) * PI),
  ]
}

/** GCJ-02 degrees back to WGS 84, [lon, lat], exact to less than a millimetre. */
export function fromGcj([lon, lat]: readonly [number, number]): [number, number] {
  let guess: [number, number] = [lon, lat]
  for (let i = 0; i < 6; i++) {
    const [x, y] = toGcj(guess)
    guess = [guess[0] + lon - x, guess[1] + lat - y]
  }
  return guess
}

const SIZE = 256 // pixels of a raster tile

/** Web Mercator pixel of a place at a zoom, [x, y] from the north-west corner of the world. */
export function toPixel([lon, lat]: readonly [number, number], zoom: number): [number, number] {
  const world = SIZE * 2 ** zoom
  const s = sin((lat * PI) / 180)
  return [((lon + 180) / 360) * world, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * PI)) * world]
}

/** The place of a Web Mercator pixel, [lon, lat]. */
export function fromPixel([x, y]: readonly [number, number], zoom: number): [number, number] {
  const world = SIZE * 2 ** zoom
  return [(x / world) * 360 - 180, (Math.atan(Math.sinh(PI - (2 * PI * y) / world)) * 180) / PI]
}

/** A source tile and where its north-west corner goes on the tile being made, in pixels. */
export interface Piece {
  x: number
  y: number
  left: number
  top: number
}

/**
 * The up to four GCJ-02 tiles that cover a WGS 84 tile. The shift is taken at
 * the tile's centre; over one tile from zoom 10 on it varies by under a pixel.
 */
export function pieces(zoom: number, x: number, y: number): Piece[] {
  const centre = [x * SIZE + SIZE / 2, y * SIZE + SIZE / 2] as const
  const [gx, gy] = toPixel(toGcj(fromPixel(centre, zoom)), zoom)
  const west = Math.round(gx - SIZE / 2)
  const north = Math.round(gy - SIZE / 2)
  const out: Piece[] = []
  for (let tx = Math.floor(west / SIZE); tx <= Math.floor((west + SIZE - 1) / SIZE); tx++) {
    for (let ty = Math.floor(north / SIZE); ty <= Math.floor((north + SIZE - 1) / SIZE); ty++) {
      out.push({ x: tx, y: ty, left: tx * SIZE - west, top: ty * SIZE - north })
    }
  }
  return out
}
