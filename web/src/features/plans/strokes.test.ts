import { expect, test } from 'vitest'
import { BorderDrag, nearestBorder } from './border'
import { count, figures, strokeCounts } from './figures'
import { overlap, reversed } from './gesture'
import { readGolden } from './goldenFiles'
import { PlanGround, type Metres } from './ground'
import { CellFinder } from './locate'
import { cellRings, cellShape, signedArea } from './trace'

const table = readGolden(1).ground
const ground = () => new PlanGround(table)
const middle = (g: PlanGround, cell: number): Metres => [g.east[cell]!, g.north[cell]!]

/** A place a centimetre to the left of the first edge of a ring. */
function justInside(g: PlanGround, [x1, y1, x2, y2]: number[]): Metres {
  const [ax, ay, bx, by] = [g.eastOf(x1!), g.northOf(y1!), g.eastOf(x2!), g.northOf(y2!)]
  const length = Math.hypot(bx - ax, by - ay)
  return [(ax + bx) / 2 - (0.01 * (by - ay)) / length, (ay + by) / 2 + (0.01 * (bx - ax)) / length]
}

/** An inner border that can move, with a cell on either side. */
function border(g: PlanGround) {
  for (let arc = 0; arc < g.left.length; arc++) {
    const [l, r] = [g.left[arc]!, g.right[arc]!]
    if (l >= 0 && r >= 0 && g.isBorder(arc) && g.now[l]! && g.now[r]! && g.community[l] === g.community[r])
      return { arc, l, r }
  }
  throw new Error('the city has no inner border')
}

test('each cell is one closed ring around its place, and together they cover their ground once', () => {
  const g = ground()
  const finder = new CellFinder(g)
  for (let cell = 0; cell < g.size; cell++) {
    const rings = cellRings(g, cell)
    expect(rings.length).toBeGreaterThan(0)
    expect(rings.reduce((sum, ring) => sum + signedArea(ring), 0)).toBeGreaterThan(0)
    expect(cellShape(g, cell)[0]![0]!.length).toBeGreaterThan(3)
    expect(finder.at(justInside(g, rings[0]!))).toBe(cell)
  }
})

test('places go to metres and back', () => {
  const g = ground()
  const [lng, lat] = g.toDegrees([120, -45])
  const [east, north] = g.toMetres(lng, lat)
  expect(east).toBeCloseTo(120, 3)
  expect(north).toBeCloseTo(-45, 3)
})

test('a brush takes what it passes over and what lies within its reach; a lasso what it surrounds', () => {
  const g = ground()
  const finder = new CellFinder(g)
  const [a, b] = [0, g.size - 1]
  expect(finder.along(middle(g, a), middle(g, b), 0)).toContain(b)
  const wide = finder.along(middle(g, a), middle(g, a), 60)
  for (let c = 0; c < g.size; c++) {
    const near = Math.hypot(g.east[c]! - g.east[a]!, g.north[c]! - g.north[a]!) <= 60
    expect(wide.has(c)).toBe(near || c === a)
  }
  const far = 1e5
  expect(
    finder.inside([
      [-far, -far],
      [far, -far],
      [far, far],
      [-far, far],
    ]),
  ).toHaveLength(g.size)
})

test('a border goes whichever way it is dragged, and back gives back', () => {
  const g = ground()
  const finder = new CellFinder(g)
  const { l, r } = border(g)
  for (const [loser, winner] of [
    [l, r],
    [r, l],
  ] as const) {
    const spot = nearestBorder(g, finder, middle(g, loser), 500)!
    const sides = [g.now[l], g.now[r]]
    const start = { ...spot, sides: sides as [number, number], at: middle(g, winner) }
    const drag = new BorderDrag(g, finder, start, 0, 1)
    expect([...drag.move(middle(g, loser))]).toContain(loser)
    expect(drag.to).toBe(g.now[winner])
    for (const cell of drag.cells) expect(g.now[cell]).toBe(g.now[loser])
    expect(drag.move(middle(g, winner)).size).toBe(0)
    expect(drag.to).toBeUndefined()
  }
})

test('the nearest border divides two grids of one community and lies within reach', () => {
  const g = ground()
  const finder = new CellFinder(g)
  const { l } = border(g)
  const spot = nearestBorder(g, finder, middle(g, l), 200)!
  expect(spot.sides[0]).not.toBe(spot.sides[1])
  expect(spot.distance).toBeLessThanOrEqual(200)
  expect(nearestBorder(g, finder, [1e6, 1e6], 20)).toBeNull()
})

test('counts of a stroke are those after its release', () => {
  const g = ground()
  const { l, r } = border(g)
  const [from, to] = [g.now[l]!, g.now[r]!]
  const base = (label: number) => count(g, g.of(label))
  const said = strokeCounts(g, [l, r], to, base)
  expect(said.map(({ label }) => label)).toEqual([to, from])
  g.apply({ cells: [g.ids[l]!], now: [to] })
  for (const { label, after } of said) expect(figures(g, label)).toMatchObject(after)
})

test('a gesture undone leaves the ground as it was', () => {
  const g = ground()
  const { l, r } = border(g)
  const delta = { cells: [g.ids[l]!], was: [g.now[l]!], now: [g.now[r]!] }
  const before = [...g.now]
  expect(g.apply(delta)).toEqual([l])
  g.apply(reversed(delta))
  expect(g.now).toEqual(before)
})

test('two gestures clash only in cells they share', () => {
  const theirs = [{ delta: { cells: [1, 2], was: [5, 5], now: [6, 6] } }]
  expect(overlap([2, 3], theirs)).toBe(1)
  expect(overlap([3, 4], theirs)).toBe(0)
})
