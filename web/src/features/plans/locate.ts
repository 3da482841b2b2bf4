import type { Metres, PlanGround } from './ground'
import { cellRings } from './trace'

const SQUARE = 40 // metres: about the size of a building's cell

/** Finds cells by place: a hash of squares over the cells' boxes. Made once per ground; borders do not matter to it. */
export class CellFinder {
  private readonly squares = new Map<string, number[]>()
  private readonly rings: Float64Array[][] = []

  constructor(private readonly ground: PlanGround) {
    for (let cell = 0; cell < ground.size; cell++) {
      const rings = cellRings(ground, cell).map((ring) =>
        Float64Array.from(ring, (v, i) => (i % 2 ? ground.northOf(v) : ground.eastOf(v))),
      )
      this.rings.push(rings)
      const box = boxOf(rings)
      this.eachSquare(box, (key) => {
        const list = this.squares.get(key)
        if (list) list.push(cell)
        else this.squares.set(key, [cell])
      })
    }
  }

  /** The cell at a place; -1 when there is none. */
  at([east, north]: Metres): number {
    const near = this.squares.get(squareOf(east, north)) ?? []
    return near.find((cell) => this.holds(cell, east, north)) ?? -1
  }

  /** Cells whose box comes within `reach` metres of a place. */
  near([east, north]: Metres, reach: number): Set<number> {
    const found = new Set<number>()
    const box = [east - reach, north - reach, east + reach, north + reach] as const
    this.eachSquare(box, (key) => this.squares.get(key)?.forEach((cell) => found.add(cell)))
    return found
  }

  /** Cells a stroke of the brush touches on its way: those it passes over, and those whose middle is within `radius`. */
  along(from: Metres, to: Metres, radius: number): Set<number> {
    const found = new Set<number>()
    const distance = Math.hypot(to[0] - from[0], to[1] - from[1])
    const steps = Math.max(1, Math.ceil(distance / Math.max(2, Math.min(radius, SQUARE / 4))))
    for (let i = 0; i <= steps; i++) {
      const place = between(from, to, i / steps)
      const under = this.at(place)
      if (under >= 0) found.add(under)
      if (radius > 0) {
        for (const cell of this.near(place, radius)) {
          if (Math.hypot(this.ground.east[cell]! - place[0], this.ground.north[cell]! - place[1]) <= radius)
            found.add(cell)
        }
      }
    }
    return found
  }

  /** Cells whose middle lies inside a closed line. */
  inside(line: readonly Metres[]): number[] {
    const ring = Float64Array.from([...line, line[0]!].flat())
    const [west, south, east, north] = boxOf([ring])
    const found: number[] = []
    for (let cell = 0; cell < this.ground.size; cell++) {
      const [x, y] = [this.ground.east[cell]!, this.ground.north[cell]!]
      if (x >= west && x <= east && y >= south && y <= north && within(ring, x, y)) found.push(cell)
    }
    return found
  }

  private holds(cell: number, east: number, north: number): boolean {
    return this.rings[cell]!.reduce((inside, ring) => inside !== within(ring, east, north), false)
  }
  private eachSquare([west, south, east, north]: readonly number[], see: (key: string) => void) {
    for (let i = Math.floor(west! / SQUARE); i <= Math.floor(east! / SQUARE); i++)
      for (let k = Math.floor(south! / SQUARE); k <= Math.floor(north! / SQUARE); k++) see(`${i}/${k}`)
  }
}

/** The place at a share of the way. */
export const between = (a: Metres, b: Metres, share: number): Metres => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
]

const squareOf = (east: number, north: number) => `${Math.floor(east / SQUARE)}/${Math.floor(north / SQUARE)}`

function boxOf(rings: readonly Float64Array[]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      box[0] = Math.min(box[0], ring[i]!)
      box[1] = Math.min(box[1], ring[i + 1]!)
      box[2] = Math.max(box[2], ring[i]!)
      box[3] = Math.max(box[3], ring[i + 1]!)
    }
  }
  return box
}

/** Whether a place lies inside a closed ring x, y, x, y … */
function within(ring: Float64Array, x: number, y: number): boolean {
  let inside = false
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [x1, y1, x2, y2] = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!]
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}
