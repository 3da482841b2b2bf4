import { afterEach, describe, expect, test, vi } from 'vitest'
import { ApiError, get, onSessionOver, submit } from './client'

const answer = (status: number, body: unknown, type = 'application/problem+json') =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })),
  )
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (e: ApiError) => e,
  )

afterEach(() => vi.unstubAllGlobals())

describe('an answer', () => {
  test('that is well gives its body', async () => {
    answer(200, { name: '红旗街道' }, 'application/json')
    expect(await get('/api/config')).toEqual({ name: '红旗街道' })
  })

  test('that is a problem gives code, words and fields', async () => {
    const fields = [{ field: 'name', message: '必填' }]
    answer(422, { code: 'invalid', detail: '填写有误', fields, request: 'r-7fa2', current: { version: 3 } })
    const error = await caught(submit('POST', '/api/visits', {}))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      code: 'invalid',
      message: '填写有误',
      status: 422,
      fields,
      reference: 'r-7fa2',
      current: { version: 3 },
    })
  })

  test.each([
    [404, 'not_found'],
    [409, 'conflict'],
    [412, 'stale'],
    [500, 'internal'],
    [502, 'offline'],
  ])('of status %d without words is %s', async (status, code) => {
    answer(status, null)
    expect((await caught(get('/api/x'))).code).toBe(code)
  })

  test('that never comes is offline', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => Promise.reject(new TypeError('failed'))),
    )
    expect(await caught(get('/api/x'))).toMatchObject({ code: 'offline', status: 0 })
  })
})

describe('the end of the session', () => {
  test('is told once per refusal, but a wrong password is no such end', async () => {
    const over = vi.fn()
    const stop = onSessionOver(over)
    answer(401, { code: 'unauthenticated' })
    await caught(submit('POST', '/api/login', {}))
    expect(over).not.toHaveBeenCalled()
    await caught(get('/api/grids'))
    expect(over).toHaveBeenCalledTimes(1)
    stop()
    await caught(get('/api/grids'))
    expect(over).toHaveBeenCalledTimes(1)
  })
})
