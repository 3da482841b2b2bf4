import { expect, test, vi } from 'vitest'
import { ApiError } from '@/api/client'
import { around } from './areas'
import { register } from './register'

test('a register is read once however many want it, and again after a failure', async () => {
  const fetchAll = vi
    .fn<() => Promise<{ id: number }[]>>()
    .mockRejectedValueOnce(new ApiError('offline', '', 0))
    .mockResolvedValue([{ id: 4 }])
  const grids = register(fetchAll)
  await Promise.all([grids.want(), grids.want()])
  expect(grids.state.value).toBe('error')
  await Promise.all([grids.want(), grids.want(), grids.want()])
  expect(fetchAll).toHaveBeenCalledTimes(2)
  expect(grids.state.value).toBe('ready')
  expect(grids.byId.value.get(4)).toEqual({ id: 4 })
})

test('what is known stays while it is read again and when that fails', async () => {
  const fetchAll = vi
    .fn()
    .mockResolvedValueOnce([{ id: 1 }])
    .mockRejectedValueOnce(new ApiError('offline', '', 0))
  const grids = register<{ id: number }>(fetchAll)
  await grids.want()
  const again = grids.load()
  expect(grids.state.value).toBe('ready')
  await again
  expect(grids.list.value).toEqual([{ id: 1 }])
  expect(grids.error.value?.code).toBe('offline')
})

test('the last of two loads counts, whichever answer comes last', async () => {
  const answers: ((items: { id: number }[]) => void)[] = []
  const grids = register<{ id: number }>(() => new Promise((done) => answers.push(done)))
  const [first, second] = [grids.load(), grids.load()]
  answers[1]!([{ id: 2 }])
  answers[0]!([{ id: 1 }])
  await Promise.all([first, second])
  expect(grids.list.value).toEqual([{ id: 2 }])
})

test('boxes make a box around them; no box makes none', () => {
  expect(around([[1, 2, 3, 4], [0, 3, 2, 6], []])).toEqual([0, 2, 3, 6])
  expect(around([])).toBeNull()
})
