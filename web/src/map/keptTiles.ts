import { addProtocol, type AddProtocolAction } from 'maplibre-gl'
import { isAway } from '@/store/device/reach'

const SCHEME = 'kept'
const pattern = /^kept:\/\/(\w+)\/(\d+)\/(\d+)\/(\d+)$/
const LATE = 1_500 // milliseconds after which a kept tile is better than a late one

// The reader of the file is only needed once there is one to read.
const keptTile = async (z: number, x: number, y: number) =>
  (await import('@/store/device/mapTiles')).keptTile(z, x, y)

/** The address of a layer's tiles that may come from this device. */
export const keptAddress = (layer: string): string => `${SCHEME}://${layer}/{z}/{x}/{y}`

/** Teaches MapLibre the scheme of keptAddress; call once before the first map. */
export function addKeptProtocol(): void {
  addProtocol(SCHEME, tile)
}

// The server's tile is of now; the kept one is there. A place that neither knows is empty, not an error that is tried for ever.
const tile: AddProtocolAction = async ({ url }, abort) => {
  const match = pattern.exec(url)
  if (!match) throw new Error(`not a ${SCHEME} tile: ${url}`)
  const [layer, z, x, y] = [match[1]!, Number(match[2]), Number(match[3]), Number(match[4])]
  const fresh = isAway() ? undefined : await fromServer(layer, z, x, y, abort.signal)
  return { data: fresh ?? (await keptTile(z, x, y)) ?? new ArrayBuffer(0) }
}

async function fromServer(layer: string, z: number, x: number, y: number, abort: AbortSignal) {
  const has = await keptTile(z, x, y).catch(() => undefined)
  const signal = has ? AbortSignal.any([abort, AbortSignal.timeout(LATE)]) : abort
  try {
    const answer = await fetch(`/tiles/${layer}/${z}/${x}/${y}.mvt`, { signal })
    return answer.ok ? await answer.arrayBuffer() : undefined
  } catch (cause) {
    if (abort.aborted) throw cause
    return undefined
  }
}
