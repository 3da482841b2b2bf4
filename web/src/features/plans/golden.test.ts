import { describe, expect, test } from 'vitest'
import type { PlanGrid } from '@/store/plans'
import { figures } from './figures'
import { deltaOf, refused } from './gesture'
import { readGolden } from './goldenFiles'
import { PlanGround } from './ground'

/** Bigger numbers may differ in the last digit of a double. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6

describe.each([1, 2, 3, 4, 5, 6])('city %i: browser and server agree', (seed) => {
  const { ground: table, steps } = readGolden(seed)
  const ground = new PlanGround(table)

  test('on the delta of every gesture, on the figures of every grid and on every border', () => {
    let compared = 0
    for (const { op, error, delta, grids, borders } of steps) {
      const mine = deltaOf(ground, op)
      if (error) {
        // Some refusals only the server can give; ours must all be its own too.
        if (error === 'conflict' && mine) expect(refused(mine)).toBe(true)
        continue
      }
      if (mine && !refused(mine)) {
        expect(mine.cells).toEqual(delta.cells)
        expect(mine.now).toEqual(delta.now)
        compared++
      } else expect(mine).toBeNull()
      ground.apply(delta)
      grids.forEach((grid) => ground.setCard(grid))
      expect(ground.labels()).toEqual(grids.map(({ grid }) => grid))
      for (const said of grids) {
        const seen = figures(ground, said.grid)
        for (const [key, value] of Object.entries(seen))
          expect(rounded(value), `${key} of ${said.grid}`).toBe(
            rounded(said[key as keyof PlanGrid] as number),
          )
      }
      const seen = table.arcs.left.flatMap((_, arc) => (ground.isBorder(arc) ? [arc] : []))
      expect(seen).toEqual(borders)
    }
    expect(compared).toBeGreaterThan(5)
  })
})
