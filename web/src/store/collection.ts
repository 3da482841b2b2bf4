import { computed, shallowRef, triggerRef, type ComputedRef, type ShallowRef } from 'vue'
import type { ApiError } from '@/api/client'

/** Anything the server keeps: an id, and a version that rises with each change. Things without one change by load only. */
export interface Kept {
  id: number | string
  version?: number
}

/** One change as the live socket tells it: the thing as it is now, or that it is gone from here. */
export type Change<T extends Kept> =
  { id: T['id']; version: number; item: T } | { id: T['id']; version: number; gone: true }

/** How far a collection has got. */
export type LoadState = 'idle' | 'loading' | 'ready' | 'error'

/** All things of one noun that this window knows, by id. */
export interface Collection<T extends Kept> {
  readonly state: ShallowRef<LoadState>
  readonly error: ShallowRef<ApiError | null>
  /** All things, in the order they came. A new array after each change; unchanged things keep their object. */
  readonly list: ComputedRef<T[]>
  byId(id: T['id']): T | undefined
  /** Takes the whole truth from the server; changes that arrive meanwhile are kept. */
  load(): Promise<void>
  /** Takes a change if it is newer than what is known; says whether it was. */
  apply(change: Change<T>): boolean
  /** Forgets everything, e.g. when another person signs in. */
  clear(): void
}

/**
 * The one generic store. `fetchAll` returns every thing of the noun that the
 * actor may see. Order of arrival does not matter: the higher version wins, and
 * a thing that is gone does not come back by a late message.
 */
export function collection<T extends Kept>(fetchAll: () => Promise<T[]>): Collection<T> {
  const items = shallowRef(new Map<T['id'], T>())
  const gone = new Map<T['id'], number>()
  const state = shallowRef<LoadState>('idle')
  const error = shallowRef<ApiError | null>(null)
  let during = new Map<T['id'], T>() // applied since the running load began
  let run = 0

  const newest = (id: T['id']) => Math.max(items.value.get(id)?.version ?? -1, gone.get(id) ?? -1)

  async function load() {
    const mine = ++run
    during = new Map()
    if (state.value !== 'ready') state.value = 'loading'
    try {
      const all = await fetchAll()
      if (mine !== run) return
      const next = new Map(
        all.filter((item) => (item.version ?? 0) > (gone.get(item.id) ?? -1)).map((i) => [i.id, i]),
      )
      for (const [id, item] of during)
        if ((item.version ?? 0) >= (next.get(id)?.version ?? -1)) next.set(id, item)
      // A newer thing stays; an unchanged one keeps its object, so that the map need not draw it again.
      for (const [id, item] of next) {
        const known = items.value.get(id)
        if (known?.version !== undefined && known.version >= (item.version ?? Infinity)) next.set(id, known)
      }
      items.value = next
      error.value = null
      state.value = 'ready'
    } catch (cause) {
      if (mine !== run) return
      error.value = cause as ApiError
      state.value = 'error'
    }
  }

  function apply(change: Change<T>): boolean {
    if (change.version <= newest(change.id)) return false
    if ('gone' in change) {
      gone.set(change.id, change.version)
      during.delete(change.id)
      items.value.delete(change.id)
    } else {
      gone.delete(change.id)
      during.set(change.id, change.item)
      items.value.set(change.id, change.item)
    }
    triggerRef(items)
    return true
  }

  function clear() {
    run++
    gone.clear()
    during.clear()
    items.value = new Map()
    state.value = 'idle'
    error.value = null
  }

  return {
    state,
    error,
    list: computed(() => [...items.value.values()]),
    byId: (id) => items.value.get(id),
    load,
    apply,
    clear,
  }
}

/** Everything of a paged list, one page after another, as `fetchAll` of a collection. Throws what a page throws. */
export async function everyPage<T>(
  page: (after: string | undefined) => Promise<{ items: T[]; next?: string }>,
): Promise<T[]> {
  const all: T[] = []
  let after: string | undefined
  do {
    const { items, next } = await page(after)
    all.push(...items)
    after = next || undefined
  } while (after)
  return all
}
