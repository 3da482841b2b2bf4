import { expect, test } from 'vitest'
import { freshReport, toReport } from './incidentInput'

let n = 0
const uuid = () => `id-${++n}`
const now = new Date('2026-11-22T02:00:00Z')
const from = { visit: 'v', building: 5, place: '3号楼 1单元101室', note: '楼道堆物', group: '08' }

test('a report of what was raised at a visit takes over what is known, and names the visit', () => {
  const input = freshReport(uuid, from)
  expect(input).toMatchObject({ by: 'building', description: '楼道堆物', group: '08' })
  expect(toReport({ ...input, class: '0801' }, null, 5, now)).toMatchObject({
    source: 'visit',
    visit: 'v',
    building: 5,
    place: '3号楼 1单元101室',
  })
})

test('a report that stands for itself names no visit and is not self-handled', () => {
  const report = toReport({ ...freshReport(uuid), class: '0101' }, { lng: 120, lat: 30 }, null, now)
  expect(report).not.toHaveProperty('visit')
  expect(report).not.toHaveProperty('selfHandled')
  expect(report.location).toEqual([120, 30])
})

test('what was put right on the spot is sent with its result and the ids of its photos', () => {
  const input = { ...freshReport(uuid), class: '0101', self: true, result: ' 已清理 ' }
  const { selfHandled } = toReport(input, { lng: 120, lat: 30 }, null, now, ['b', 'a'])
  expect(selfHandled).toEqual({ result: '已清理', photos: ['b', 'a'] })
})
