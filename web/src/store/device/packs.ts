import { computed, shallowRef, triggerRef, watch } from 'vue'
import { get, send, type Wire } from '@/api/client'
import { onLive, onTopic } from '../live'
import { published } from '../publications'
import { ownGridIds } from '../ownGrids'
import { actor } from '../session'
import { base, type KeptPack } from './base'
import { fetchMap, forgetMaps, mapsHere, mapState } from './mapFile'
import { outboxKnown, onDelivered, unsent } from './outbox'
import { reachable } from './reach'

/** What a device keeps of a grid. */
export type Pack = Wire['Pack']

/** A door as it is kept. */
export type PackDoor = Wire['PackDoor']

const RHYTHM = 5 * 60_000 // between two looks for something newer
const AFTER_OWN = 2_000 // after something of this device has arrived
const AFTER_OTHERS = 3_000 // after news of others, up to twice that
const TAKEN = 'grids' // note: grids that somebody without an own grid has taken along

/** What this device keeps, by grid. */
export const packs = shallowRef<ReadonlyMap<number, KeptPack>>(new Map())

/** True once the kept data has been read. */
export const packsKnown = shallowRef(false)

/** Grids that are being fetched. */
export const fetching = shallowRef<ReadonlySet<number>>(new Set())

/** Grids that are no longer one's own and leave the device once everything of it has been sent. */
export const leaving = shallowRef<readonly number[]>([])

const taken = shallowRef<readonly number[]>([])

/** Grids whose data belongs on this device: one's own; those of a wider territory as they were asked for. */
export const keptGrids = computed(() => (ownGridIds.value.length ? ownGridIds.value : taken.value))

/** Reads what is kept. */
export async function loadPacks(): Promise<void> {
  const db = await base()
  const [all, note] = await Promise.all([db.getAll('packs'), db.get('notes', TAKEN)])
  packs.value = new Map(all.map((one) => [one.grid, one]))
  taken.value = (note?.value as number[] | undefined) ?? []
  packsKnown.value = true
}

/** Takes a grid along, for those whose territory is wider than a grid. Throws ApiError. */
export async function take(grid: number): Promise<void> {
  if (!keptGrids.value.includes(grid)) {
    taken.value = [...taken.value, grid]
    await (await base()).put('notes', { name: TAKEN, value: taken.value })
  }
  await refresh(grid)
}

/** Fetches the data of a grid if it has changed. Throws ApiError. */
export async function refresh(grid: number): Promise<void> {
  const by = actor.value
  if (!by || fetching.value.has(grid)) return
  fetching.value = new Set([...fetching.value, grid])
  try {
    const known = packs.value.get(grid)
    const headers = known?.actor === by.id ? { 'If-None-Match': known.etag } : undefined
    const url = new URL(`/api/grids/${grid}/pack`, location.href)
    const answer = await send(new Request(url, { headers, cache: 'no-store' }))
    const checkedAt = Date.now()
    const one: KeptPack =
      answer.status === 304
        ? { ...known!, checkedAt }
        : {
            grid,
            actor: by.id,
            etag: answer.headers.get('ETag') ?? '',
            checkedAt,
            pack: (await answer.json()) as Pack,
          }
    await (await base()).put('packs', one)
    packs.value = new Map(packs.value).set(grid, one)
  } finally {
    const rest = new Set(fetching.value)
    rest.delete(grid)
    fetching.value = rest
  }
}

/** Removes data of grids that are not the person's any more, but not before everything has been sent. */
async function tidy(): Promise<void> {
  if (!packsKnown.value || !outboxKnown.value || !actor.value) return
  const grids = [...packs.value.values()]
    .filter(({ actor: of }) => of !== actor.value!.id)
    .map(({ grid }) => grid)
  for (const grid of [...packs.value.keys(), ...(await mapsHere())])
    if (!keptGrids.value.includes(grid) && !grids.includes(grid)) grids.push(grid)
  leaving.value = grids
  if (grids.length === 0 || unsent.value.length > 0) return
  // The maps first: what names them goes last, so that a browser that dies between leaves nothing behind.
  await forgetMaps(grids)
  const db = await base()
  await Promise.all(grids.map((grid) => db.delete('packs', grid)))
  const rest = new Map(packs.value)
  grids.forEach((grid) => rest.delete(grid))
  packs.value = rest
  leaving.value = []
}

/** Keeps the data fresh while there is a network, and the device clean. Returns the stop. */
export function watchPacks(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    clearTimeout(timer)
    timer = setTimeout(look, RHYTHM)
    if (reachable.value === false) return
    void get('/api/incident-classes').catch(() => {}) // kept by the stand-in: a report needs them
    for (const grid of keptGrids.value) void refresh(grid).catch(() => {}) // the next look tries again
  }
  const soon = (pause: number) => {
    clearTimeout(timer)
    timer = setTimeout(look, pause)
  }
  const stops = [
    watch([packsKnown, reachable, keptGrids], () => packsKnown.value && look()),
    watch([packsKnown, outboxKnown, actor, keptGrids, () => unsent.value.length], () => void tidy()),
    // Other borders are in force: other doors belong here, and the map on the device shows the old ones.
    watch(published, () => {
      look()
      for (const grid of keptGrids.value) if (mapState(grid).state === 'ready') void fetchMap(grid)
    }),
    onDelivered(() => soon(AFTER_OWN)),
    onTopic('border_walk', () => soon(AFTER_OTHERS * (1 + Math.random()))),
    onTopic('shift', () => soon(AFTER_OTHERS * (1 + Math.random()))),
    // Somebody else's visit or incident in a kept grid: its doors and matters have changed.
    onLive((event) => {
      const { grid } = ('body' in event ? event.body : {}) as { grid?: number }
      if (grid !== undefined && packs.value.has(grid)) soon(AFTER_OTHERS * (1 + Math.random()))
    }),
  ]
  void loadPacks()
  return () => {
    clearTimeout(timer)
    stops.forEach((stop) => stop())
  }
}

/** Forgets every grid, map and note: somebody has signed out and everything is sent. */
export async function wipe(): Promise<void> {
  await forgetMaps(await mapsHere())
  const db = await base()
  await Promise.all([db.clear('packs'), db.clear('answers'), db.clear('notes')])
  packs.value = new Map()
  taken.value = []
  triggerRef(packs)
}
