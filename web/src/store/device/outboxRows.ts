import { computed, shallowRef } from 'vue'
import { actor } from '../session'
import { base, type Row, type RowState } from './base'

/* The list of commands on this device, as every tab sees it. */

/** All commands on this device, oldest first; kept up by every tab. */
export const rows = shallowRef<readonly Row[]>([])

/** True once the list has been read. */
export const outboxKnown = shallowRef(false)

const mine = (row: Row) => row.actor === actor.value?.id

/** Commands of the person that the server does not have yet. */
export const unsent = computed(() => rows.value.filter((row) => mine(row) && row.state !== 'sent'))

/** How many wait or are on their way. */
export const waiting = computed(() => unsent.value.filter(({ state }) => state !== 'trouble').length)

/** How many need the person. */
export const troubled = computed(() => unsent.value.filter(({ state }) => state === 'trouble').length)

/** Commands of others who used this device; only they can send them. */
export const ofOthers = computed(() => rows.value.filter((row) => !mine(row) && row.state !== 'sent'))

/** Commands in one of the states, oldest first. */
export async function inState(...states: RowState[]): Promise<Row[]> {
  const db = await base()
  const found = await Promise.all(states.map((state) => db.getAllFromIndex('outbox', 'state', state)))
  return found.flat().sort((a, b) => a.n - b.n)
}

// Tabs tell one another that the list has changed; each reads it for itself.
const TABS = 'wangge.outbox'
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(TABS)
let reading: Promise<void> | undefined
let stale = false

/** Tells every tab, this one too, that the list has changed. */
export function tellTabs(): void {
  tabs?.postMessage(0)
  void readRows()
}

/** Reads the list; what changes while it is being read is read once more. */
export function readRows(): Promise<void> {
  stale = true
  reading ??= (async () => {
    while (stale) {
      stale = false
      rows.value = await (await base()).getAll('outbox')
      outboxKnown.value = true
    }
  })()
    .catch(() => {}) // the next change reads again
    .finally(() => (reading = undefined))
  return reading
}

/** Calls back when another tab has changed the list. Returns the stop. */
export function onTabs(heard: () => void): () => void {
  tabs?.addEventListener('message', heard)
  return () => tabs?.removeEventListener('message', heard)
}
