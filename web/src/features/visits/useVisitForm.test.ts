import { beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { actor } from '@/store/session'
import { useVisitForm } from './useVisitForm'

const sent: { body: Record<string, unknown>; key: string | null }[] = []
let answer: () => Promise<Response>

beforeEach(() => {
  localStorage.clear()
  sent.length = 0
  actor.value = { id: 1, login: 'leader', name: '网格长', grants: [] }
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ body: await request.json(), key: request.headers.get('Idempotency-Key') })
    return answer()
  })
})
const open = (household = 7) => effectScope().run(() => useVisitForm(household))!
const saved = () =>
  Promise.resolve(Response.json({ ...sent.at(-1)!.body, version: 1, building: 1, grid: 1, location: [0, 0] }))
const away = () => Promise.reject(new TypeError('Failed to fetch'))

test('an uneventful visit needs no more than whether somebody was met', async () => {
  answer = saved
  const form = open()
  expect(await form.send()).toBeNull() // nothing chosen yet
  expect(form.fields.value.met).toBeTruthy()
  expect(sent).toHaveLength(0)
  form.input.met = 'met'
  expect(await form.send()).toMatchObject({
    stored: { household: 7, kind: 'four_hundred', met: 'met', mode: 'home' },
  })
})

test('two taps send once', async () => {
  answer = saved
  const form = open()
  form.input.met = 'nobody'
  const both = await Promise.all([form.send(), form.send()])
  expect(both.filter(Boolean)).toHaveLength(1)
  expect(sent).toHaveLength(1)
})

test('without a network nothing is lost: the form stays, survives closing, and is sent again under the same key', async () => {
  answer = away
  const form = open()
  form.input.met = 'met'
  form.input.note = '代买药'
  expect(await form.send()).toBeNull()
  expect(form.trouble.value).not.toBe('')
  expect(form.input.note).toBe('代买药')

  const again = open()
  expect(again.restored.value).toBe(true)
  expect(again.input.note).toBe('代买药')
  answer = saved
  expect(await again.send()).not.toBeNull()
  expect(sent[1]).toEqual(sent[0])
  expect(open().restored.value).toBe(false)
})

test('what was changed after a lost answer goes under a new key, as the same visit', async () => {
  answer = away
  const form = open()
  form.input.met = 'met'
  await form.send()
  form.input.met = 'refused'
  answer = saved
  await form.send()
  expect(sent[1]!.key).not.toBe(sent[0]!.key)
  expect(sent[1]!.body.id).toBe(sent[0]!.body.id)
})

test('what the server objects to is said at the field, in its words', async () => {
  answer = () =>
    Promise.resolve(
      Response.json(
        { code: 'invalid', detail: '请检查', fields: [{ field: 'note', message: '太长' }] },
        { status: 422 },
      ),
    )
  const form = open()
  form.input.met = 'met'
  form.input.note = '长'
  expect(await form.send()).toBeNull()
  expect(form.trouble.value).toBe('请检查')
  expect(form.fields.value).toEqual({ note: '太长' })
  expect(form.input.note).toBe('长')
})

test('drafts belong to one person and one door', async () => {
  const form = open(7)
  form.input.note = '只在这户'
  await nextTick()
  expect(open(8).restored.value).toBe(false)
  actor.value = { id: 2, login: 'staff', name: '网格员', grants: [] }
  expect(open(7).restored.value).toBe(false)
})

test('starting again forgets the draft and makes a new visit', () => {
  const form = open()
  const { id } = form.input
  form.input.note = '错了'
  form.clear()
  expect(form.input.note).toBe('')
  expect(form.input.id).not.toBe(id)
  expect(open().restored.value).toBe(false)
})
