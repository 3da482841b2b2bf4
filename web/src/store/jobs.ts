import { onScopeDispose } from 'vue'
import { api, ok, type Wire } from '@/api/client'
import { useRemote, type Remote } from './remote'

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
): Remote<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const remote = useRemote(key, fetch, () => {
    clearTimeout(timer)
    const moving = remote.value.value !== null && busy(remote.value.value)
    const pause = moving ? PAUSE : remote.state.value === 'ready' ? rest : null
    if (pause !== null) timer = setTimeout(() => void remote.load(), pause)
  })
  onScopeDispose(() => clearTimeout(timer))
  return remote
}
