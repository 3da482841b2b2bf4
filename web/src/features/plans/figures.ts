import { NOBODY, type CellCount, type PlanGround } from './ground'

/** What is counted of a grid besides what is set for it; areas in m², lengths in m. */
export interface GridFigures extends CellCount {
  cells: number
  parts: number
  area: number
  perimeter: number
  compactness: number
  roadShare: number
  /** Cells that are elsewhere than officially, in and out. */
  moved: number
}

/** The columns that are summed. */
export const COUNTED = ['households', 'persons', 'members', 'hardship', 'buildings'] as const

/** Sums cells. */
export function count(ground: PlanGround, cells: Iterable<number>): CellCount {
  const { households, persons, members, hardship, buildings } = ground.table.cells
  const sum = { households: 0, persons: 0, members: 0, hardship: 0, buildings: 0 }
  for (const c of cells) {
    sum.households += households[c]!
    sum.persons += persons[c]!
    sum.members += members[c]!
    sum.hardship += hardship[c]!
    sum.buildings += buildings[c]!
  }
  return sum
}

/** The figures of a grid as the server counts them. */
export function figures(ground: PlanGround, label: number): GridFigures {
  const cells = ground.of(label)
  const edge = { all: 0, road: 0, limit: 0 } // centimetres
  let area2 = 0
  for (const cell of cells) {
    area2 += ground.table.cells.area2[cell]!
    for (const arc of ground.arcsOf(cell)) {
      const other = ground.across(arc, cell)
      if (other >= 0 && ground.now[other] === label) continue
      const length = ground.length[arc]!
      edge.all += length
      if (ground.onRoad[arc]) edge.road += length
      else if (ground.onLimit[arc]) edge.limit += length
    }
  }
  const free = edge.all - edge.limit
  return {
    ...count(ground, cells),
    cells: cells.size,
    parts: parts(ground, label).length,
    area: area2 / 20_000,
    perimeter: edge.all / 100,
    compactness: edge.all ? (2 * Math.PI * area2) / edge.all ** 2 : 0,
    roadShare: cells.size === 0 ? 0 : free <= 0 ? 1 : edge.road / free,
    moved: moved(ground, label),
  }
}

/** The groups of cells of a grid that people can walk through, the largest first. */
export function parts(ground: PlanGround, label: number): number[][] {
  const seen = new Set<number>()
  const groups: number[][] = []
  for (const start of ground.of(label)) {
    if (seen.has(start)) continue
    seen.add(start)
    const group = [start]
    for (let i = 0; i < group.length; i++) {
      for (const arc of ground.arcsOf(group[i]!)) {
        const other = ground.across(arc, group[i]!)
        if (other < 0 || !ground.contact[arc] || seen.has(other) || ground.now[other] !== label) continue
        seen.add(other)
        group.push(other)
      }
    }
    groups.push(group)
  }
  return groups.sort((a, b) => b.length - a.length)
}

function moved(ground: PlanGround, label: number): number {
  let n = 0
  for (let c = 0; c < ground.size; c++) {
    const [was, is] = [ground.head[c], ground.now[c]]
    if (was !== is && (was === label || is === label)) n++
  }
  return n
}

/** Households of one touched grid before and after a stroke. */
export interface StrokeCount {
  label: number
  name: string
  before: CellCount
  after: CellCount
  low: number
  high: number
}

/**
 * What a stroke that is still being drawn would make of the grids it touches,
 * the receiving one first; `cells` go to `to`, those that are there already count for nothing.
 */
export function strokeCounts(
  ground: PlanGround,
  cells: Iterable<number>,
  to: number,
  base: (label: number) => CellCount,
): StrokeCount[] {
  const leaving = new Map<number, number[]>()
  for (const c of cells) {
    const from = ground.now[c]!
    if (from === to) continue
    const list = leaving.get(from)
    if (list) list.push(c)
    else leaving.set(from, [c])
  }
  const gained = count(ground, [...leaving.values()].flat())
  const line = (label: number, after: CellCount): StrokeCount => {
    const card = ground.card(label)
    return {
      label,
      name: card?.name ?? '',
      before: base(label),
      after,
      low: card?.low ?? 0,
      high: card?.high ?? 0,
    }
  }
  const lines = [...leaving].map(([from, lost]) => line(from, combine(base(from), count(ground, lost), -1)))
  return [line(to, combine(base(to), gained, 1)), ...lines].filter(({ label }) => label !== NOBODY)
}

function combine(a: CellCount, b: CellCount, sign: 1 | -1): CellCount {
  const sum = { ...a }
  for (const key of COUNTED) sum[key] += sign * b[key]
  return sum
}

/** How many cells would change hands, and the households on them. */
export function totals(ground: PlanGround): { moved: number; households: number } {
  let [moved, households] = [0, 0]
  for (let c = 0; c < ground.size; c++) {
    if (ground.now[c] === ground.head[c]) continue
    moved++
    households += ground.table.cells[COUNTED[0]][c]!
  }
  return { moved, households }
}
