import { expect, test } from 'vitest'
import type { BorderChange } from '@/store/publications'
import { changeSaid, whenSaid } from './words'

const flow = (grid: number, name: string, households: number, community = '') => ({
  grid,
  name,
  community,
  households,
  buildings: 1,
  places: [],
})
const change = (more: Partial<BorderChange>): BorderChange => ({
  seq: 1,
  effective: '2026-11-23',
  state: 'scheduled',
  plan: '微调',
  grid: 4,
  code: 'c4',
  name: '第4网格',
  founded: false,
  closed: false,
  gained: [],
  lost: [],
  read: false,
  ...more,
})

test('what comes in and what goes is said with its day and its neighbours', () => {
  const one = change({
    gained: [flow(5, '第5网格', 9)],
    lost: [flow(6, '第6网格', 8), flow(7, '第7网格', 4)],
  })
  expect(changeSaid(one, '2026-11-22')).toBe(
    '自明日起，“第4网格”的边界有变：移入 9 户（第5网格 9 户）；移出 12 户（第6网格 8 户、第7网格 4 户）。',
  )
})

test('the day is said from where one stands', () => {
  expect(
    ['2026-11-20', '2026-11-22', '2026-11-23', '2026-12-31'].map((now) => whenSaid('2026-11-23', now)),
  ).toEqual(['自2026-11-23起', '自明日起', '自今日起', '已于2026-11-23生效'])
  expect(whenSaid('2027-01-01', '2026-12-31')).toBe('自明日起')
})

test('ground without homes and new grids are said too', () => {
  expect(changeSaid(change({ lost: [flow(5, '第5网格', 0)] }), '2026-11-23')).toMatch(/没有住户的地块/)
  expect(changeSaid(change({ founded: true, gained: [flow(0, '', 3)] }), '2026-11-23')).toBe(
    '自今日起，新设网格“第4网格”：移入 3 户（原无网格 3 户）。',
  )
})

test('a neighbour of another community is said with its community', () => {
  const one = change({ gained: [flow(5, '第5网格', 9, '新桥社区')] })
  expect(changeSaid(one, '2026-11-22')).toBe(
    '自明日起，“第4网格”的边界有变：移入 9 户（新桥社区第5网格 9 户）。',
  )
})
