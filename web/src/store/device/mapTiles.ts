import { PMTiles, type RangeResponse, type Source } from 'pmtiles'
import { watch } from 'vue'
import { mapFile, maps } from './mapFile'
import { keptGrids, packs } from './packs'

/** A PMTiles source over a file of this device. */
class FileSource implements Source {
  constructor(
    private readonly name: string,
    private readonly file: Blob,
  ) {}
  getKey(): string {
    return this.name
  }
  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    return { data: await this.file.slice(offset, offset + length).arrayBuffer() }
  }
}

const MEMORY = 64 // tiles that stay unpacked: ten layers ask for the same one
let archives: Promise<PMTiles[]> | undefined
const recent = new Map<string, Promise<ArrayBuffer | undefined>>()

watch([maps, packs, keptGrids], () => {
  archives = undefined
  recent.clear()
})

function open(): Promise<PMTiles[]> {
  archives ??= Promise.all(
    [...new Set([...keptGrids.value, ...packs.value.keys()])].map(async (grid) => {
      const file = await mapFile(grid)
      return file ? [new PMTiles(new FileSource(`map.${grid}`, file))] : []
    }),
  ).then((all) => all.flat())
  return archives
}

async function read(z: number, x: number, y: number): Promise<ArrayBuffer | undefined> {
  for (const archive of await open()) {
    const tile = await archive.getZxy(z, x, y)
    if (tile) return tile.data
  }
  return undefined
}

/** A tile with all layers of its place out of the maps on this device; undefined where none of them reaches. The caller may keep the bytes. */
export async function keptTile(z: number, x: number, y: number): Promise<ArrayBuffer | undefined> {
  const key = `${z}/${x}/${y}`
  let tile = recent.get(key)
  if (!tile) {
    tile = read(z, x, y)
    recent.set(key, tile)
    if (recent.size > MEMORY) recent.delete(recent.keys().next().value!)
  }
  return (await tile)?.slice(0)
}
