import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { useWatched } from './jobs'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Watches a counter that moves until it reaches `end`; `fail` answers that are missed. */
function watching(end: number, rest: number | null, fail: number[] = []) {
  let asked = 0
  const scope = effectScope()
  const watched = scope.run(() =>
    useWatched(
      () => 'job',
      () => (fail.includes(++asked) ? Promise.reject(new Error('missed')) : Promise.resolve(asked)),
      (n) => n < end,
      rest,
    ),
  )!
  return { watched, scope, asked: () => asked }
}

describe('what moves', () => {
  test('is read every second until it stands, then never again', async () => {
    const { watched, asked } = watching(3, null)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(watched.value.value).toBe(3)
    expect(asked()).toBe(3)
  })

  test('is read now and then when it stands, if so wished', async () => {
    const { asked } = watching(1, 5000)
    await vi.advanceTimersByTimeAsync(16_000)
    expect(asked()).toBe(4)
  })

  test('keeps what is known when an answer is missed, and asks again', async () => {
    const { watched, asked } = watching(3, null, [2])
    await vi.advanceTimersByTimeAsync(1100)
    expect(watched.value.value).toBe(1)
    expect(watched.error.value?.message).toBe('missed')
    await vi.advanceTimersByTimeAsync(5000)
    expect(watched.value.value).toBe(3)
    expect(watched.error.value).toBeNull()
    expect(asked()).toBe(3)
  })

  test('is left alone when nobody looks any more', async () => {
    const { scope, asked } = watching(100, null)
    await vi.advanceTimersByTimeAsync(2500)
    scope.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked()).toBe(3)
  })
})
