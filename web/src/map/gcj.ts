import { addProtocol, type AddProtocolAction } from 'maplibre-gl'
import { pieces } from './crs'

const SCHEME = 'gcj'
const pattern = /^gcj:\/\/(\d+)\/(\d+)\/(\d+)\/(.*)$/

/**
 * The source URL that makes MapLibre ask for a GCJ-02 raster map as WGS 84.
 * `template` is the map's own URL with {z}, {x}, {y}.
 */
export const gcjTemplate = (template: string): string =>
  `${SCHEME}://{z}/{x}/{y}/${encodeURIComponent(template)}`

/** Teaches MapLibre the scheme of gcjTemplate; call once before the first map. */
export function addGcjProtocol(): void {
  addProtocol(SCHEME, shifted)
}

const shifted: AddProtocolAction = async ({ url }, abort) => {
  const match = pattern.exec(url)
  if (!match) throw new Error(`not a ${SCHEME} tile: ${url}`)
  const [z, x, y] = match.slice(1, 4).map(Number) as [number, number, number]
  const template = decodeURIComponent(match[4]!)
  const canvas = new OffscreenCanvas(256, 256)
  const context = canvas.getContext('2d')!
  await Promise.all(
    pieces(z, x, y).map(async (piece) => {
      const image = await fetchTile(template, z, piece.x, piece.y, abort.signal)
      context.drawImage(image, piece.left, piece.top)
      image.close()
    }),
  )
  return { data: canvas.transferToImageBitmap() }
}

async function fetchTile(template: string, z: number, x: number, y: number, signal: AbortSignal) {
  const url = template.replace('{z}', `${z}`).replace('{x}', `${x}`).replace('{y}', `${y}`)
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`base map tile ${z}/${x}/${y}: status ${response.status}`)
  return createImageBitmap(await response.blob())
}
