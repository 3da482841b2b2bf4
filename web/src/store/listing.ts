import { computed, ref, shallowRef, watch } from 'vue'
import { get, type ApiError } from '@/api/client'
import type { LoadState } from './collection'

/** How a list is narrowed; empty values narrow nothing. */
export type Query = Record<string, string | number | readonly string[] | null | undefined>

interface Page<T> {
  items: T[]
  next?: string
}

const LIMIT = 100 // rows a page

const search = (query: Query, after: string) => {
  const wanted = Object.entries({ ...query, after, limit: LIMIT }).filter(([, value]) => value)
  return new URLSearchParams(
    wanted.flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [key, String(one)]),
    ),
  )
}

/** A list that is read page by page as somebody asks for more. `path` null reads nothing; a change of path or query begins anew. */
export function useListing<T extends { id: number | string }>(path: () => string | null, query: () => Query) {
  const rows = shallowRef<readonly T[]>([])
  const next = ref('')
  const state = ref<LoadState>('idle')
  const error = shallowRef<ApiError | null>(null)
  const more = ref(false)
  let run = 0

  async function read(after: string, known: readonly T[]) {
    const mine = ++run
    const from = path()
    if (from === null) return
    try {
      const page = await get<Page<T> | T[]>(`${from}?${search(query(), after)}`)
      if (mine !== run) return
      const { items, next: following = '' } = Array.isArray(page) ? { items: page } : page
      rows.value = [...known, ...items]
      next.value = following
      error.value = null
      state.value = 'ready'
    } catch (cause) {
      if (mine !== run) return
      error.value = cause as ApiError
      state.value = 'error'
    } finally {
      more.value = false
    }
  }
  /** Reads the first page anew. */
  function load() {
    state.value = 'loading'
    return read('', [])
  }
  /** Reads the next page, when there is one. */
  function loadMore() {
    if (!next.value || more.value) return Promise.resolve()
    more.value = true
    return read(next.value, rows.value)
  }
  watch(
    () => JSON.stringify([path(), query()]),
    () => {
      rows.value = []
      next.value = ''
      void load()
    },
    { immediate: true },
  )
  return { rows, state, error, more, hasMore: computed(() => next.value !== ''), load, loadMore }
}
