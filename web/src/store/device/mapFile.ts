import { shallowRef } from 'vue'
import { ApiError, send } from '@/api/client'
import { base } from './base'

/*
 * The map of a grid as one file on the device. It is fetched in pieces, each of
 * which is safe before the next is asked for, so that a download goes on where
 * it stopped; the whole is held against the server's digest before it is used.
 * The file lies in the browser's private file system (OPFS), which hands out
 * ranges without reading the rest; where that is missing or cannot be written
 * (older WebKit), in IndexedDB, whose pieces make a Blob of the same kind.
 */

/** Where a map stands on this device. */
export interface MapState {
  /** Bytes that are here, and bytes of the whole; 0 before the server said so. */
  done: number
  size: number
  state: 'none' | 'loading' | 'part' | 'ready' | 'broken'
  error?: ApiError
  /** When the whole arrived, milliseconds. */
  at?: number
}

const PIECE = 256 << 10
const none: MapState = { done: 0, size: 0, state: 'none' }

/** What is known of the maps, by grid. */
export const maps = shallowRef<ReadonlyMap<number, MapState>>(new Map())

/** The map of a grid on this device. */
export const mapState = (grid: number): MapState => maps.value.get(grid) ?? none

interface Note {
  etag: string
  digest: string
  size: number
  at?: number
}

const noteName = (grid: number) => `map.${grid}`
const partName = (grid: number) => `map.${grid}.part`
const readNote = async (name: string) => (await (await base()).get('notes', name))?.value as Note | undefined

function tell(grid: number, state: MapState): void {
  maps.value = new Map(maps.value).set(grid, state)
}

/** Looks what is here of the map of a grid. A download that began meanwhile knows better; its trouble stays told. */
export async function lookForMap(grid: number): Promise<void> {
  const before = maps.value.get(grid)
  if (before?.state === 'loading') return
  const found = await lookedUp(grid)
  if (found && maps.value.get(grid) === before) tell(grid, { ...found, error: before?.error })
}

async function lookedUp(grid: number): Promise<MapState | undefined> {
  const whole = await readNote(noteName(grid))
  if (whole) return { done: whole.size, size: whole.size, state: 'ready', at: whole.at }
  const part = await readNote(partName(grid))
  return part && { done: (await readBlob(partName(grid))).size, size: part.size, state: 'part' }
}

const stops = new Map<number, AbortController>()

/** Stops the download; what has come stays for later. */
export const pauseMap = (grid: number): void => stops.get(grid)?.abort()

/** Fetches the map of a grid, or what of it is missing, or nothing when it has not changed. */
export async function fetchMap(grid: number): Promise<void> {
  if (mapState(grid).state === 'loading') return
  const stop = new AbortController()
  stops.set(grid, stop)
  const before = mapState(grid)
  tell(grid, { ...before, state: 'loading', error: undefined })
  try {
    await download(grid, stop.signal)
  } catch (cause) {
    if (!(cause instanceof ApiError) && !stop.signal.aborted) throw cause
    const error = cause instanceof ApiError ? cause : undefined
    tell(grid, { ...mapState(grid), state: before.at ? 'ready' : 'part', at: before.at, error })
  } finally {
    stops.delete(grid)
  }
}

async function download(grid: number, signal: AbortSignal): Promise<void> {
  const name = partName(grid)
  let note = await readNote(name)
  let have = note ? (await readBlob(name)).size : 0
  const whole = await readNote(noteName(grid))
  while (!note || have < note.size) {
    const url = new URL(`/api/grids/${grid}/map`, location.href)
    const headers = new Headers({ Range: `bytes=${have}-${have + PIECE - 1}` })
    if (note) headers.set('If-Range', note.etag)
    const answer = await send(new Request(url, { headers, signal, cache: 'no-store' }))
    const told = noteOf(answer)
    if (!note || told.etag !== note.etag) {
      // A new map: what is here of an older one is of no use.
      if (whole?.etag === told.etag && told.etag) return finish(grid, whole)
      await forget(name)
      note = told
      have = 0
      await (await base()).put('notes', { name, value: note })
      if (answer.status === 206 && !startsAt(answer, 0)) continue
    }
    const blob = await answer.blob()
    await append(name, have, blob)
    have += blob.size
    tell(grid, { done: have, size: note.size, state: 'loading' })
  }
  await check(grid, note)
  await finish(grid, { ...note, at: Date.now() })
}

function noteOf(answer: Response): Note {
  const total = /\/(\d+)$/.exec(answer.headers.get('Content-Range') ?? '')?.[1]
  return {
    etag: answer.headers.get('ETag') ?? '',
    digest: /sha-256=:([^:]+):/.exec(answer.headers.get('Repr-Digest') ?? '')?.[1] ?? '',
    size: Number(total ?? answer.headers.get('Content-Length') ?? 0),
  }
}

const startsAt = (answer: Response, at: number) =>
  (answer.headers.get('Content-Range') ?? '').startsWith(`bytes ${at}-`)

/** Holds the whole against the digest; a map that does not fit is thrown away. Throws ApiError. */
async function check(grid: number, { digest }: Note): Promise<void> {
  const bytes = await (await readBlob(partName(grid))).arrayBuffer()
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  if (btoa(String.fromCharCode(...sum)) === digest) return
  await forget(partName(grid))
  tell(grid, { ...none, state: 'broken' })
  throw new ApiError('internal', '', 0)
}

/** Puts the new map in the place of the old one. */
async function finish(grid: number, note: Note): Promise<void> {
  const part = partName(grid)
  if (await readNote(part)) {
    const blob = await readBlob(part)
    await forget(noteName(grid))
    await append(noteName(grid), 0, blob)
    await forget(part)
  }
  await (await base()).put('notes', { name: noteName(grid), value: note })
  tell(grid, { done: note.size, size: note.size, state: 'ready', at: note.at })
}

/** The file of a grid's map; undefined when it is not here whole. */
export async function mapFile(grid: number): Promise<Blob | undefined> {
  return (await readNote(noteName(grid))) && readBlob(noteName(grid))
}

/** Grids of which a map, or a part of one, is on this device. */
export async function mapsHere(): Promise<number[]> {
  const names = await (await base()).getAllKeys('notes')
  const folder = await privateFolder()
  if (folder) for await (const name of folder.keys()) names.push(name)
  const grids = names.map((name) => /^map\.(\d+)(\.part)?$/.exec(name)?.[1])
  return [...new Set(grids.filter((grid) => grid !== undefined).map(Number))]
}

/** Removes maps from the device. */
export async function forgetMaps(grids: readonly number[]): Promise<void> {
  for (const grid of grids) {
    pauseMap(grid)
    await forget(partName(grid))
    await forget(noteName(grid))
    tell(grid, none)
  }
}

async function forget(name: string): Promise<void> {
  const db = await base()
  await db.delete('notes', name)
  for (const key of await db.getAllKeysFromIndex('pieces', 'name', name)) await db.delete('pieces', key)
  const folder = await privateFolder()
  await folder?.removeEntry(name).catch(() => {}) // it was not there
}

/** The browser's private folder; undefined where files in it cannot be written from a page. */
async function privateFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  const may = 'storage' in navigator && 'getDirectory' in navigator.storage
  if (!may || typeof FileSystemFileHandle === 'undefined') return undefined
  if (!('createWritable' in FileSystemFileHandle.prototype)) return undefined
  return navigator.storage.getDirectory().catch(() => undefined) // private windows refuse
}

async function append(name: string, at: number, blob: Blob): Promise<void> {
  const folder = await privateFolder()
  if (!folder) {
    await (await base()).put('pieces', { name, at, blob })
    return
  }
  const file = await folder.getFileHandle(name, { create: true })
  const writer = await file.createWritable({ keepExistingData: at > 0 })
  await writer.write({ type: 'write', position: at, data: blob })
  await writer.close()
}

async function readBlob(name: string): Promise<Blob> {
  const folder = await privateFolder()
  if (!folder) {
    const pieces = await (await base()).getAllFromIndex('pieces', 'name', name)
    return new Blob(pieces.map(({ blob }) => blob))
  }
  const file = await folder.getFileHandle(name).catch(() => undefined)
  return file ? file.getFile() : new Blob()
}
