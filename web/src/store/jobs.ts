import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { api, ok, type ApiError, type Wire } from '@/api/client'
import type { LoadState } from './collection'

/** Long work on the server: its progress and its end. */
export type Job = Wire['Job']

/** Whether a job has not ended yet. */
export const isRunning = ({ state }: Job): boolean => state === 'waiting' || state === 'running'

/** The newest jobs that the actor may see. Throws ApiError. */
export const fetchJobs = async (): Promise<Job[]> =>
  (await ok(api.GET('/api/jobs', { params: { query: { limit: 50 } } }))).items ?? []

/** One job. Throws ApiError. */
export const fetchJob = (id: string): Promise<Job> =>
  ok(api.GET('/api/jobs/{id}', { params: { path: { id } } }))

/** Asks a job to end without a trace; ApiError `conflict` when it is too late. */
export const cancelJob = (id: string): Promise<Job> =>
  ok(api.POST('/api/jobs/{id}/cancel', { params: { path: { id } } }))

const PAUSE = 1000 // milliseconds between two looks at what runs
const REST = 15_000 // … at a list in which nothing runs

/** A value that is read again and again while `busy` says that it still moves. */
export interface Watched<T> {
  readonly value: ShallowRef<T | null>
  readonly state: ShallowRef<LoadState>
  readonly error: ShallowRef<ApiError | null>
  load(): Promise<void>
}

/**
 * Reads when `key` is not null, every second while `busy`, else after `rest`
 * milliseconds (never again when absent). A missed answer keeps the last value
 * and is asked for again. It ends with the component.
 */
export function useWatched<K, T>(
  key: () => K | null,
  fetch: (key: K) => Promise<T>,
  busy: (value: T) => boolean,
  rest = REST as number | null,
): Watched<T> {
  const value = shallowRef<T | null>(null)
  const state = shallowRef<LoadState>('idle')
  const error = shallowRef<ApiError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let run = 0

  async function load() {
    clearTimeout(timer)
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
      if (value.value === null) state.value = 'error'
    }
    const moving = value.value !== null && busy(value.value)
    const pause = moving ? PAUSE : state.value === 'ready' ? rest : null
    if (pause !== null) timer = setTimeout(() => void load(), pause)
  }
  watch(
    key,
    () => {
      value.value = null
      state.value = 'idle'
      void load()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    run++
    clearTimeout(timer)
  })
  return { value, state, error, load }
}
