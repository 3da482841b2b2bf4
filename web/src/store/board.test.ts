import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { board, boardError, figure, followBoard } from './board'
import { take } from './live'

const answered = () => vi.mocked(fetch).mock.calls.length
let version = 0
const happen = () =>
  take({ seq: 1, topic: 'visit', id: 'v', version: ++version, path: '', body: { id: 'v', version } })
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
let stop = () => {}

beforeEach(() => {
  vi.useFakeTimers()
  const body = { countedAt: '2026-11-22T03:00:00Z', figures: [{ name: 'grids', value: 59 }] }
  vi.stubGlobal(
    'fetch',
    vi.fn(
      async () => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }),
    ),
  )
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('numbers are counted at once and each eight seconds', async () => {
  stop = followBoard()
  await pass(0)
  expect(answered()).toBe(1)
  expect(figure('grids')).toBe(59)
  expect(figure('unheard_of')).toBeUndefined()
  await pass(7_900)
  expect(answered()).toBe(1)
  await pass(100)
  expect(answered()).toBe(2)
})

test('a change brings a count after two seconds, a stream of changes one each six', async () => {
  stop = followBoard()
  await pass(5_000)
  happen()
  await pass(1_900)
  expect(answered()).toBe(1)
  await pass(200)
  expect(answered()).toBe(2)
  for (let i = 0; i < 18; i++) {
    happen()
    await pass(1_000)
  }
  expect(answered()).toBe(5)
})

test('a count that fails leaves the numbers and says so; the next one comes all the same', async () => {
  stop = followBoard()
  await pass(0)
  vi.mocked(fetch).mockRejectedValueOnce(new TypeError('failed'))
  await pass(8_000)
  expect(board.value?.figures).toHaveLength(1)
  expect(boardError.value?.code).toBe('offline')
  await pass(8_000)
  expect(boardError.value).toBeNull()
})
