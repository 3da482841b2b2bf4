import { shallowRef } from 'vue'
import { api, ok, type ApiError, type Wire } from '@/api/client'
import type { LoadState } from './collection'
import { onLive } from './live'

/** The numbers beside a map: counts only, none of persons. */
export type Board = Wire['Board']

/** The numbers as last counted; null before the first answer. */
export const board = shallowRef<Board | null>(null)

/** How far the first reading has got. A later one that fails leaves the numbers and says so in boardError. */
export const boardState = shallowRef<LoadState>('idle')

/** Why the last reading failed; null when it did not. */
export const boardError = shallowRef<ApiError | null>(null)

/** The count of a name, undefined before it is known. */
export function figure(name: string): number | undefined {
  return board.value?.figures.find((one) => one.name === name)?.value
}

/** Counts anew. */
export async function loadBoard(): Promise<void> {
  if (!board.value) boardState.value = 'loading'
  try {
    board.value = await ok(api.GET('/api/board'))
    boardError.value = null
    boardState.value = 'ready'
  } catch (cause) {
    boardError.value = cause as ApiError
    if (!board.value) boardState.value = 'error'
  }
}

const RHYTHM = 8_000 // the longest a number stands without being counted again: the wall calls ten seconds old stale
const REST = 2_000 // after a change, for others that come with it
const LEAST = 6_000 // between two counts, however much happens

/** Keeps the numbers fresh: at once, each eight seconds, and soon after a change. Returns the stop. */
export function followBoard(): () => void {
  let counted = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = 0

  function plan(at: number) {
    if (timer !== undefined && at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(() => void count(), Math.max(0, at - performance.now()))
  }
  async function count() {
    timer = undefined
    counted = performance.now()
    await loadBoard()
    if (!ended) plan(counted + RHYTHM)
  }
  let ended = false
  const stop = onLive(() => {
    const now = performance.now()
    plan(Math.max(now + REST, counted + LEAST))
  })
  void count()
  return () => {
    ended = true
    stop()
    clearTimeout(timer)
  }
}
