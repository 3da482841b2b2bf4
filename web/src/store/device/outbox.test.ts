import 'fake-indexeddb/auto'
import { beforeEach, expect, test, vi } from 'vitest'
import { markRaw, reactive } from 'vue'
import type { Command } from '../commands'
import { actor } from '../session'
import { uuidv7 } from '../uuid'
import { base } from './base'
import { again, enqueue, flush, overwrite, queue } from './outbox'
import { pauseAfter } from './pause'
import { reachable } from './reach'

const sent: { path: string; key: string | null; body: unknown }[] = []
let answer: (path: string) => Response | Promise<Response>

beforeEach(async () => {
  const db = await base()
  await Promise.all([db.clear('outbox'), db.clear('photos')])
  sent.length = 0
  reachable.value = null
  actor.value = { id: 1, login: 'leader', name: '网格长', grants: [] }
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    sent.push({ path, key: request.headers.get('Idempotency-Key'), body: await request.json() })
    return answer(path)
  })
})
const command = (entity: string, body: unknown = {}): Command => ({
  kind: 'create-visit',
  entity,
  method: 'POST',
  path: `/api/${entity}`,
  body,
  about: entity,
  key: uuidv7(),
})
const fine = () => Response.json({ fine: true })
const refused = (code: string, status: number, more = {}) =>
  Response.json({ code, detail: '不行', ...more }, { status })
const states = async () => (await (await base()).getAll('outbox')).map(({ state }) => state)

test('a delivered command gives its answer and leaves its content', async () => {
  answer = fine
  expect(await queue.perform(command('a', { note: '私事' }), [])).toEqual({ fine: true })
  expect(await (await base()).getAll('outbox')).toMatchObject([{ state: 'sent', body: null }])
})

test('a dropped answer is asked for again under the same key', async () => {
  answer = () => Promise.reject(new TypeError('cut'))
  await enqueue(command('a'))
  await flush()
  expect(await states()).toEqual(['waiting'])
  answer = fine
  await flush()
  expect(await states()).toEqual(['sent'])
  expect(sent[1]!.key).toBe(sent[0]!.key)
})

test('commands about one thing keep their order, and a refused one holds back only its own', async () => {
  answer = (path) => (path === '/api/a' ? refused('conflict', 409) : fine())
  await enqueue(command('a'))
  await enqueue(command('a'))
  await enqueue(command('b'))
  await flush()
  expect(await states()).toEqual(['trouble', 'waiting', 'sent'])
})

test.each([
  [401, 'unauthenticated'],
  [429, 'too_many'],
  [500, 'internal'],
  [503, 'internal'],
])('status %i heals with time', async (status, code) => {
  answer = () => refused(code, status)
  await enqueue(command('a'))
  await flush()
  expect(await states()).toEqual(['waiting'])
})

test('what the server objects to at once goes back to the form and leaves the list', async () => {
  answer = () => refused('invalid', 422)
  await expect(queue.perform(command('a'), [])).rejects.toMatchObject({ code: 'invalid', message: '不行' })
  expect(await states()).toEqual([])
})

test('a clash is sent again on top of what is there now, under a new key', async () => {
  answer = () => refused('stale', 409, { current: { version: 7, note: '他的' } })
  await enqueue(command('a', { version: 3, note: '我的' }))
  await flush()
  const [row] = await (await base()).getAll('outbox')
  expect(row!.trouble).toMatchObject({ code: 'stale', current: { note: '他的' } })
  answer = fine
  await overwrite(row!)
  await flush()
  expect(sent.at(-1)!.body).toEqual({ version: 7, note: '我的' })
  expect(sent.at(-1)!.key).not.toBe(sent[0]!.key)
  expect(await states()).toEqual(['sent'])
})

test('only the person who gave a command sends it', async () => {
  answer = fine
  await enqueue(command('a'))
  actor.value = { id: 2, login: 'other', name: '别人', grants: [] }
  await flush()
  expect(sent).toHaveLength(0)
  expect(await states()).toEqual(['waiting'])
})

test('a command that was on its way when the browser died is sent again', async () => {
  answer = fine
  const [row] = await enqueue(command('a'))
  await (await base()).put('outbox', { ...row!, state: 'sending' })
  await flush()
  expect(await states()).toEqual(['sent'])
})

test('what is written down twice under one key is one command', async () => {
  answer = fine
  const one = command('a', { note: '一' })
  await enqueue(one)
  await enqueue(one)
  await enqueue({ ...one, body: { note: '二' } })
  await flush()
  expect(sent.map(({ body }) => body)).toEqual([{ note: '二' }])
})

test('a command and its photos are written down together, and refused together', async () => {
  answer = () => refused('invalid', 422)
  const file = reactive({ id: uuidv7(), blob: markRaw(new Blob(['x'])) }) // as a form holds it
  const follower = { ...command('a', null), file, key: file.id }
  await expect(queue.perform(command('a'), [follower])).rejects.toMatchObject({ code: 'invalid' })
  expect(await states()).toEqual([])
  expect(await (await base()).count('photos')).toBe(0)
})

test('sending again by hand takes a new key', async () => {
  answer = () => refused('not_found', 404)
  const [row] = await enqueue(command('a'))
  await flush()
  answer = fine
  await again((await (await base()).get('outbox', row!.n))!)
  await flush()
  expect(sent[1]!.key).not.toBe(sent[0]!.key)
})

test('pauses double up to a minute and differ by chance', () => {
  expect([1, 2, 3].map((n) => pauseAfter(n, 1))).toEqual([1000, 2000, 4000])
  expect(pauseAfter(50, 1)).toBe(60_000)
  expect(pauseAfter(1, 0)).toBe(500)
})
