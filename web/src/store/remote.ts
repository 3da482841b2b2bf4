import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import type { LoadState } from './collection'

/** One answer of the server and how far it has got. */
export interface Remote<T> {
  readonly state: ShallowRef<LoadState>
  readonly error: ShallowRef<ApiError | null>
  /** The last answer; null before the first, and again when something else is asked for. */
  readonly value: ShallowRef<T | null>
  /** Asks anew; what is known stays until the answer is there. */
  load(): Promise<void>
}

/**
 * Asks when set up and whenever what `key` returns changes; `fetch` gets the key.
 * Null asks for nothing. Only the last question counts, and none after the
 * component is gone. `settled` hears of each end, good or bad.
 */
export function useRemote<K, T>(
  key: () => K | null,
  fetch: (key: K) => Promise<T>,
  settled?: () => void,
): Remote<T> {
  const state = shallowRef<LoadState>('idle')
  const error = shallowRef<ApiError | null>(null)
  const value = shallowRef<T | null>(null)
  let run = 0

  async function load() {
    const mine = ++run
    const now = key()
    if (now === null) return
    if (value.value === null) state.value = 'loading'
    try {
      const answer = await fetch(now)
      if (mine !== run) return
      value.value = answer
      error.value = null
      state.value = 'ready'
    } catch (cause) {
      if (mine !== run) return
      error.value = cause as ApiError
      // What is shown stays when reading it anew fails.
      if (value.value === null) state.value = 'error'
    }
    settled?.()
  }
  watch(
    key,
    (now) => {
      value.value = null
      error.value = null
      state.value = 'idle'
      run++
      if (now !== null) void load()
    },
    { immediate: true },
  )
  onScopeDispose(() => run++)
  return { state, error, value, load }
}
