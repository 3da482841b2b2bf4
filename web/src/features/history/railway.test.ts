import { expect, test } from 'vitest'
import type { GridFamily } from '@/store/gridPast'
import { railway } from './railway'

const grid = (id: number) => ({
  id,
  code: `c${id}`,
  name: `第${id}网格`,
  kind: 'basic' as const,
  community: 1,
  communityName: '绿地',
  opened: '2020-01-01',
  closed: '',
})
const named = (id: number) => ({ id, name: `第${id}网格`, kind: 'basic' })
const line = (
  seq: number,
  old: number,
  to: number,
  households: number,
  kind: 'same' | 'split' | 'merge' | 'transfer',
) => ({
  seq,
  effective: '2026-01-01',
  old: named(old),
  new: named(to),
  kind,
  cells: 1,
  households,
  shareOfOld: 1,
  shareOfNew: 1,
})
const publication = (seq: number) => ({
  seq,
  effective: `2026-0${seq}-01`,
  at: '2026-01-01T00:00:00Z',
  by: '张',
  plan: seq,
  planName: `方案${seq}`,
  author: '李',
  approver: '王',
  opinion: '',
  state: 'published' as const,
})

test('a grid that is split off and merged back begins and ends where it did', () => {
  const family: GridFamily = {
    grid: grid(1),
    grids: [grid(1), { ...grid(2), closed: '2026-02-01' }, grid(3)],
    lines: [
      line(1, 1, 1, 300, 'same'),
      line(1, 1, 2, 100, 'split'),
      line(2, 1, 1, 300, 'same'),
      line(2, 2, 1, 100, 'merge'),
      line(2, 3, 1, 20, 'transfer'),
    ],
    publications: [publication(1), publication(2)],
  }
  const { tracks, flows, stops, width } = railway(family)
  expect(tracks.map(({ x1, x2, own }) => ({ long: x1 < 200 && x2 === width, own }))).toEqual([
    { long: true, own: true },
    { long: false, own: false },
    { long: true, own: false }, // a neighbour that gave something lives on
  ])
  expect(tracks[1]!.x1).toBeGreaterThan(stops[0]!.x)
  expect(tracks[1]!.x2).toBeLessThan(stops[1]!.x)
  expect(flows.map(({ seq, old, new: to }) => [seq, old.id, to.id])).toEqual([
    [1, 1, 2],
    [2, 2, 1],
    [2, 3, 1],
  ])
})
