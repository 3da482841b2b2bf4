import { expect, test } from 'vitest'
import { cellOfLine, nearestCorner } from './cutLine'
import { readGolden } from './goldenFiles'
import { PlanGround, type Metres } from './ground'
import { CellHeirs, recuts } from './heirs'
import { CellFinder } from './locate'
import { cellRings } from './trace'

const table = readGolden(1).ground
const ground = new PlanGround(table)
const finder = new CellFinder(ground)

/** A line over a cell from left to right, a little beyond it. */
function across(cell: number): Metres[] {
  const ring = cellRings(ground, cell)[0]!
  const xs = ring.filter((_, i) => i % 2 === 0).map((x) => ground.eastOf(x))
  const y = ground.north[cell]! + 0.3
  return [
    [Math.min(...xs) - 3, y],
    [Math.max(...xs) + 3, y],
  ]
}

test('a line means the cell it runs through from side to side', () => {
  let meant = 0
  for (let cell = 0; cell < ground.size; cell++) if (cellOfLine(finder, across(cell)) === cell) meant++
  // Cells with another one inside are crossed twice as far by others at times.
  expect(meant).toBeGreaterThan(ground.size * 0.8)
  expect(
    cellOfLine(finder, [
      [-500, -500],
      [-400, -400],
    ]),
  ).toBe(-1)
})

test('a corner of a border takes the corner of a line, exactly', () => {
  const [x, y] = cellRings(ground, 0)[0]!
  const at: Metres = [ground.eastOf(x!), ground.northOf(y!)]
  const found = nearestCorner(ground, finder, [at[0] + 0.2, at[1] - 0.2], 0.5)
  expect(found?.lngLat).toEqual(ground.degrees(x!, y!))
  expect(nearestCorner(ground, finder, [at[0] - 9e5, at[1]], 0.5)).toBeNull()
})

const cutting = (old: number[], fresh: number[]) => ({
  seq: 2,
  kind: 'cut',
  actor: 1,
  actorName: '李四',
  at: '2026-11-22T00:00:00Z',
  reverts: null,
  undone: false,
  delta: { cells: [], was: [], now: [], cuts: [{ old, new: fresh }] },
})

test('a gesture made on the ground of before means the pieces of now, also after several cuts', () => {
  const heirs = new CellHeirs()
  const gesture = { kind: 'assign' as const, grid: 7, cells: [1, 2] }
  expect(heirs.current(gesture)).toBe(gesture)
  heirs.learn([cutting([2], [20, 21]), cutting([21], [30, 31])])
  expect(heirs.current(gesture).cells).toEqual([1, 20, 30, 31])
  heirs.note({ old: [20, 30], new: [40] })
  expect(heirs.current(gesture).cells).toEqual([1, 40, 31])
  expect(recuts([cutting([2], [3])])).toBe(true)
  expect(recuts([{ ...cutting([], []), delta: { cells: [1], was: [0], now: [2] } }])).toBe(false)
})
