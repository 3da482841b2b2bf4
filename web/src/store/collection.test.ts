import { describe, expect, test } from 'vitest'
import { ApiError } from '@/api/client'
import { collection, everyPage, type Kept } from './collection'

interface Thing extends Kept {
  id: number
  version: number
  name: string
}
const thing = (id: number, version: number, name = `v${version}`): Thing => ({ id, version, name })
const put = (item: Thing) => ({ id: item.id, version: item.version, item })
const gone = (id: number, version: number) => ({ id, version, gone: true as const })

/** A server whose answer comes when the test says so. */
function slowServer() {
  let answer!: (things: Thing[]) => void
  let fail!: (error: ApiError) => void
  const things = collection<Thing>(
    () => new Promise((resolve, reject) => ([answer, fail] = [resolve, reject])),
  )
  return { things, answer: (all: Thing[]) => answer(all), fail: (error: ApiError) => fail(error) }
}

describe('a change', () => {
  test('counts only when it is newer, in whatever order changes come', () => {
    const things = collection<Thing>(async () => [])
    expect(things.apply(put(thing(1, 2)))).toBe(true)
    expect(things.apply(put(thing(1, 1)))).toBe(false)
    expect(things.apply(put(thing(1, 2, 'again')))).toBe(false)
    expect(things.byId(1)?.name).toBe('v2')
    expect(things.apply(put(thing(1, 3)))).toBe(true)
    expect(things.byId(1)?.name).toBe('v3')
  })

  test('of a thing that is gone does not bring it back, unless it is newer', () => {
    const things = collection<Thing>(async () => [])
    things.apply(put(thing(1, 1)))
    things.apply(gone(1, 5))
    expect(things.byId(1)).toBeUndefined()
    expect(things.apply(put(thing(1, 4)))).toBe(false)
    expect(things.list.value).toEqual([])
    expect(things.apply(put(thing(1, 6)))).toBe(true)
    expect(things.list.value).toHaveLength(1)
  })

  test('gives a new list and keeps the objects of unchanged things', () => {
    const things = collection<Thing>(async () => [])
    things.apply(put(thing(1, 1)))
    const before = things.list.value
    things.apply(put(thing(2, 1)))
    expect(things.list.value).not.toBe(before)
    expect(things.list.value[0]).toBe(before[0])
  })
})

describe('a load', () => {
  test('is the whole truth: what the server no longer has is dropped', async () => {
    let all = [thing(1, 1), thing(2, 1)]
    const things = collection<Thing>(async () => all)
    await things.load()
    expect(things.state.value).toBe('ready')
    all = [thing(2, 1)]
    const kept = things.byId(2)
    await things.load()
    expect(things.byId(1)).toBeUndefined()
    expect(things.byId(2)).toBe(kept)
  })

  test('does not undo what arrived while it ran', async () => {
    const { things, answer } = slowServer()
    const loading = things.load()
    things.apply(put(thing(1, 7)))
    things.apply(put(thing(3, 1)))
    things.apply(gone(2, 4))
    answer([thing(1, 6), thing(2, 3)])
    await loading
    expect(things.byId(1)?.version).toBe(7)
    expect(things.byId(2)).toBeUndefined()
    expect(things.byId(3)?.version).toBe(1)
  })

  test('never replaces a newer thing with an older snapshot', async () => {
    const { things, answer } = slowServer()
    things.apply(put(thing(1, 9)))
    const loading = things.load()
    answer([thing(1, 8)])
    await loading
    expect(things.byId(1)?.version).toBe(9)
  })

  test('replaces things that have no version', async () => {
    let name = 'before'
    const things = collection<{ id: number; name: string }>(async () => [{ id: 1, name }])
    await things.load()
    name = 'after'
    await things.load()
    expect(things.byId(1)?.name).toBe('after')
  })

  test('that fails keeps the last data and says why', async () => {
    const { things, answer, fail } = slowServer()
    const first = things.load()
    answer([thing(1, 1)])
    await first
    const second = things.load()
    fail(new ApiError('offline', '', 0))
    await second
    expect(things.state.value).toBe('error')
    expect(things.error.value?.code).toBe('offline')
    expect(things.byId(1)).toBeDefined()
  })

  test('that was overtaken by clear counts no more', async () => {
    const { things, answer } = slowServer()
    const loading = things.load()
    things.clear()
    answer([thing(1, 1)])
    await loading
    expect(things.list.value).toEqual([])
    expect(things.state.value).toBe('idle')
  })
})

test('a paged list is read to its end', async () => {
  const pages: Record<string, { items: number[]; next?: string }> = {
    start: { items: [1, 2], next: 'b' },
    b: { items: [3], next: 'c' },
    c: { items: [] },
  }
  expect(await everyPage(async (after = 'start') => pages[after]!)).toEqual([1, 2, 3])
})
