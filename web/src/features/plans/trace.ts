import type { Position } from 'geojson'
import type { PlanGround } from './ground'

const SPAN = 2 ** 25 // units either side of the origin: a third of a degree
const keyOf = (x: number, y: number) => (x + SPAN) * (2 * SPAN) + (y + SPAN)

/** The rings of a cell in units from the origin, x, y, x, y …, the cell to their left; joined from its arcs. */
export function cellRings(ground: PlanGround, cell: number): number[][] {
  const starts = new Map<number, number[][]>()
  for (const arc of ground.arcsOf(cell)) {
    const line = ground.left[arc] === cell ? [...ground.points[arc]!] : backwards(ground.points[arc]!)
    const key = keyOf(line[0]!, line[1]!)
    const here = starts.get(key)
    if (here) here.push(line)
    else starts.set(key, [line])
  }
  const rings: number[][] = []
  for (const lines of starts.values()) {
    for (let line = lines.pop(); line; line = lines.pop()) rings.push(chain(line, starts))
  }
  return rings.filter((ring) => ring.length >= 8)
}

function chain(line: number[], starts: ReadonlyMap<number, number[][]>): number[] {
  const ring = [...line]
  const closed = () => ring[0] === ring.at(-2) && ring[1] === ring.at(-1)
  while (!closed()) {
    const next = starts.get(keyOf(ring.at(-2)!, ring.at(-1)!))?.pop()
    if (!next) return [] // arcs that are no coverage: the cell stays without a picture
    for (let i = 2; i < next.length; i++) ring.push(next[i]!)
  }
  return ring
}

function backwards(points: Int32Array): number[] {
  const out: number[] = []
  for (let i = points.length - 2; i >= 0; i -= 2) out.push(points[i]!, points[i + 1]!)
  return out
}

/** Twice the signed area of a ring: positive for a shell, negative for a hole. */
export function signedArea(ring: readonly number[]): number {
  let sum = 0
  for (let i = 0; i + 3 < ring.length; i += 2) sum += ring[i]! * ring[i + 3]! - ring[i + 2]! * ring[i + 1]!
  return sum
}

/** The outline of a cell in degrees: a polygon for each shell, holes with the first. */
export function cellShape(ground: PlanGround, cell: number): Position[][][] {
  const rings = cellRings(ground, cell)
  const degrees = (ring: number[]) => {
    const out: Position[] = []
    for (let i = 0; i < ring.length; i += 2) out.push(ground.degrees(ring[i]!, ring[i + 1]!))
    return out
  }
  const holes = rings.filter((ring) => signedArea(ring) < 0).map(degrees)
  return rings
    .filter((ring) => signedArea(ring) > 0)
    .map((ring, i) => (i === 0 ? [degrees(ring), ...holes] : [degrees(ring)]))
}
