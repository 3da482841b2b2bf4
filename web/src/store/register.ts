import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import type { LoadState } from './collection'

/** All things of a noun that changes rarely and is not told of live: read when first wanted, again on demand. */
export interface Register<T extends { id: number | string }> {
  readonly state: ShallowRef<LoadState>
  readonly error: ShallowRef<ApiError | null>
  readonly list: ShallowRef<readonly T[]>
  readonly byId: ComputedRef<ReadonlyMap<T['id'], T>>
  /** Reads it anew; what is known stays until the answer is there, and when none comes. */
  load(): Promise<void>
  /** Reads it unless it has been read or is being read. */
  want(): Promise<void>
}

/** A register over `fetchAll`, which returns every thing the actor may see. Only the last load counts. */
export function register<T extends { id: number | string }>(fetchAll: () => Promise<T[]>): Register<T> {
  const list = shallowRef<readonly T[]>([])
  const state = shallowRef<LoadState>('idle')
  const error = shallowRef<ApiError | null>(null)
  let run = 0
  let running: Promise<void> | undefined

  async function read(mine: number) {
    try {
      const all = await fetchAll()
      if (mine !== run) return
      list.value = all
      error.value = null
      state.value = 'ready'
    } catch (cause) {
      if (mine !== run) return
      error.value = cause as ApiError
      state.value = 'error'
    }
  }
  function load() {
    if (state.value !== 'ready') state.value = 'loading'
    running = read(++run)
    return running
  }

  return {
    state,
    error,
    list,
    byId: computed(() => new Map(list.value.map((item) => [item.id, item]))),
    load,
    want: () => (state.value === 'idle' || state.value === 'error' ? load() : running!),
  }
}
