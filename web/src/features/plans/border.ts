import type { Metres, PlanGround } from './ground'
import type { CellFinder } from './locate'

/** A place on the border between two grids that may take ground of each other. */
export interface BorderSpot {
  arc: number
  /** Labels to the left and right of the arc. */
  sides: readonly [number, number]
  at: Metres
  /** Metres from the pointer. */
  distance: number
}

/** The movable border nearest to a place, within `reach` metres; null when there is none. */
export function nearestBorder(
  ground: PlanGround,
  finder: CellFinder,
  from: Metres,
  reach: number,
): BorderSpot | null {
  let best: BorderSpot | null = null
  for (const cell of finder.near(from, reach)) {
    for (const arc of ground.arcsOf(cell)) {
      const [l, r] = [ground.left[arc]!, ground.right[arc]!]
      if (l < 0 || r < 0 || !ground.isBorder(arc)) continue
      if (!ground.movesBorders && ground.community[l] !== ground.community[r]) continue
      const found = nearestOnArc(ground, arc, from)
      if (found.distance <= Math.min(reach, best?.distance ?? Infinity))
        best = { arc, sides: [ground.now[l]!, ground.now[r]!], ...found }
    }
  }
  return best
}

function nearestOnArc(ground: PlanGround, arc: number, [x, y]: Metres): { at: Metres; distance: number } {
  const points = ground.points[arc]!
  let best = { at: [0, 0] as Metres, distance: Infinity }
  for (let i = 0; i + 3 < points.length; i += 2) {
    const [x1, y1] = [ground.eastOf(points[i]!), ground.northOf(points[i + 1]!)]
    const [dx, dy] = [ground.eastOf(points[i + 2]!) - x1, ground.northOf(points[i + 3]!) - y1]
    const share = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)))
    const at: Metres = [x1 + share * dx, y1 + share * dy]
    const distance = Math.hypot(x - at[0], y - at[1])
    if (distance < best.distance) best = { at, distance }
  }
  return best
}

/**
 * A border in hand: whichever side the pointer goes into loses the cells it
 * passes over, `radius` metres wide, to the other side. Going back along the
 * way gives them back; back at the start the other direction is open again.
 */
export class BorderDrag {
  private way: { at: Metres; cells: number[] }[]
  private taken = new Set<number>()
  /** The label that grows; undefined until the pointer has gone into one side. */
  to: number | undefined

  constructor(
    private readonly ground: PlanGround,
    private readonly finder: CellFinder,
    readonly start: BorderSpot,
    private readonly radius: number,
    /** Metres that are no movement yet: a trembling hand. */
    private readonly slack: number,
  ) {
    this.way = [{ at: start.at, cells: [] }]
  }

  /** The cells that would change hands. */
  get cells(): ReadonlySet<number> {
    return this.taken
  }

  /** Follows the pointer; gives the cells that would change hands now. */
  move(at: Metres): ReadonlySet<number> {
    const last = this.way.at(-1)!.at
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) < this.slack || this.back(at)) return this.taken
    if (this.to === undefined && !this.decide(at)) return this.taken
    const from = this.to === this.start.sides[0] ? this.start.sides[1] : this.start.sides[0]
    const fresh = [...this.finder.along(last, at, this.radius)].filter(
      (c) => this.ground.now[c] === from && !this.taken.has(c) && this.ground.mayTake(c, this.to!),
    )
    fresh.forEach((c) => this.taken.add(c))
    this.way.push({ at, cells: fresh })
    return this.taken
  }

  /** Which side the pointer has gone into loses. */
  private decide(at: Metres): boolean {
    const under = this.ground.label(this.finder.at(at))
    if (!this.start.sides.includes(under)) return false
    this.to = under === this.start.sides[0] ? this.start.sides[1] : this.start.sides[0]
    return true
  }

  /** Back at an earlier place of the way: what was taken since is given back. */
  private back(at: Metres): boolean {
    const near = this.way.findIndex((step) => Math.hypot(at[0] - step.at[0], at[1] - step.at[1]) < this.slack)
    if (near < 0) return false
    for (const { cells } of this.way.splice(near + 1)) cells.forEach((c) => this.taken.delete(c))
    if (near === 0) this.to = undefined
    return true
  }
}
