import type { Metres, PlanGround } from './ground'
import { between, type CellFinder } from './locate'

const SPOTS = 240 // places of a line that are looked at: enough for a line of a few hundred metres

/**
 * The cell a line means: of those it passes, the one it runs through longest,
 * but not one in which it begins or ends while there is another. -1 for none.
 */
export function cellOfLine(finder: CellFinder, line: readonly Metres[]): number {
  const length = line.slice(1).map((b, i) => Math.hypot(b[0] - line[i]![0], b[1] - line[i]![1]))
  const total = length.reduce((sum, n) => sum + n, 0)
  if (total === 0) return -1
  const passed = new Map<number, number>()
  line.slice(1).forEach((b, i) => {
    const spots = Math.max(2, Math.ceil((SPOTS * length[i]!) / total))
    for (let s = 0; s < spots; s++) {
      const cell = finder.at(between(line[i]!, b, (s + 0.5) / spots))
      if (cell >= 0) passed.set(cell, (passed.get(cell) ?? 0) + length[i]! / spots)
    }
  })
  const ends = [finder.at(line[0]!), finder.at(line.at(-1)!)]
  const crossed = [...passed].filter(([cell]) => !ends.includes(cell))
  const [best] = (crossed.length ? crossed : [...passed]).sort((a, b) => b[1] - a[1])
  return best?.[0] ?? -1
}

/** The corner of a border nearest to a place, within `reach` metres, in units of the ground; null when there is none. */
export function nearestCorner(
  ground: PlanGround,
  finder: CellFinder,
  [x, y]: Metres,
  reach: number,
): { at: Metres; lngLat: [number, number] } | null {
  let best: { at: Metres; lngLat: [number, number] } | null = null
  let least = reach
  for (const cell of finder.near([x, y], reach)) {
    for (const arc of ground.arcsOf(cell)) {
      const points = ground.points[arc]!
      for (let i = 0; i < points.length; i += 2) {
        const at: Metres = [ground.eastOf(points[i]!), ground.northOf(points[i + 1]!)]
        const away = Math.hypot(at[0] - x, at[1] - y)
        if (away >= least) continue
        least = away
        best = { at, lngLat: ground.degrees(points[i]!, points[i + 1]!) }
      }
    }
  }
  return best
}
