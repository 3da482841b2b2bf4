import type { PlanCells, PlanDelta, PlanGrid } from '@/store/plans'

/** What a redraw counts of cells. */
export interface CellCount {
  households: number
  persons: number
  members: number
  hardship: number
  buildings: number
}

/** What a line on the ground must be for a border along it to count as following a road. */
const ROADS = ['minor', 'secondary', 'main', 'river', 'rail']

const UNIT = 1e-8 // degrees of one unit of the table
const METRES_LAT = 110_574 // metres of one degree of latitude
const METRES_LNG = 111_320 // metres of one degree of longitude on the equator

/** A place in metres east and north of the ground's origin. */
export type Metres = readonly [east: number, north: number]

/** Nobody's label: cells that belong to no grid. */
export const NOBODY = 0

/**
 * The ground of a plan as an editor works on it: cells and arcs in columns, who
 * has each cell, and lists by grid. Cells and arcs are named by their place in
 * the columns. It counts exactly as the server does; what one gesture costs
 * depends on the cells it touches, not on how many grids there are.
 */
export class PlanGround {
  readonly ids: readonly number[]
  /** The community of each cell, officially. */
  readonly community: readonly number[]
  /** The plan moves the borders of communities: the community of a cell is that of its grid. */
  readonly movesBorders: boolean
  readonly block: readonly number[]
  readonly head: readonly number[]
  /** The label of each cell in the plan. */
  readonly now: number[]
  readonly east: Float64Array
  readonly north: Float64Array
  /** Cells at both sides of each arc; -1 outside. */
  readonly left: Int32Array
  readonly right: Int32Array
  /** Centimetres. */
  readonly length: Float64Array
  readonly onRoad: Uint8Array
  readonly onLimit: Uint8Array
  /** One can walk through and the contact is at least a metre. */
  readonly contact: Uint8Array
  /** Places of each arc, in units from the origin: x, y, x, y … */
  readonly points: readonly Int32Array[]
  /** In a plan of micro-grids, the grid each cell lies in, and what they are called; else empty. */
  readonly grid: readonly number[]
  readonly gridNames: ReadonlyMap<number, string>
  private readonly places = new Map<number, number>()
  private readonly first: Int32Array
  private readonly around: Int32Array
  private readonly lists = new Map<number, Set<number>>()
  private readonly blocks = new Map<string, number[]>()
  private readonly cards = new Map<number, PlanGrid>()
  private readonly lngMetres: number

  constructor(readonly table: PlanCells) {
    const { cells, arcs, origin, classes } = table
    this.ids = cells.id
    this.community = cells.community
    this.movesBorders = table.kind === 'community'
    this.block = cells.block
    this.head = cells.head
    this.now = [...cells.now]
    const grids = (table.others ?? []).filter(({ kind }) => kind !== 'micro')
    this.gridNames = new Map(grids.map(({ grid, name }) => [grid, name]))
    this.grid = grids.length ? (cells.other ?? []) : []
    this.lngMetres = METRES_LNG * Math.cos((origin[1]! * UNIT * Math.PI) / 180)
    this.east = Float64Array.from(cells.x, (x) => this.eastOf(x))
    this.north = Float64Array.from(cells.y, (y) => this.northOf(y))
    this.left = Int32Array.from(arcs.left, (n) => n - 1)
    this.right = Int32Array.from(arcs.right, (n) => n - 1)
    this.length = Float64Array.from(arcs.length)
    const road = classes.map((name) => (ROADS.includes(name) ? 1 : 0))
    const limit = classes.map((name) => (name === 'limit' ? 1 : 0))
    this.onRoad = Uint8Array.from(arcs.class, (c) => road[c]!)
    this.onLimit = Uint8Array.from(arcs.class, (c) => limit[c]!)
    this.contact = Uint8Array.from(arcs.crossable, (yes, i) => (yes && arcs.length[i]! >= 100 ? 1 : 0))
    this.points = arcs.points.map(summed)
    this.ids.forEach((id, i) => this.places.set(id, i))
    ;[this.first, this.around] = byCell(this.left, this.right, this.size)
    for (let i = 0; i < this.size; i++) {
      this.list(this.now[i]!).add(i)
      const key = this.blockKey(i)
      const block = this.blocks.get(key)
      if (block) block.push(i)
      else this.blocks.set(key, [i])
    }
    for (const grid of table.grids) this.cards.set(grid.grid, grid)
  }

  get size(): number {
    return this.ids.length
  }
  /** Metres east of the origin. */
  eastOf = (x: number): number => x * UNIT * this.lngMetres
  /** Metres north of the origin. */
  northOf = (y: number): number => y * UNIT * METRES_LAT
  toMetres(lng: number, lat: number): Metres {
    const [x, y] = this.table.origin
    return [this.eastOf(lng / UNIT - x!), this.northOf(lat / UNIT - y!)]
  }
  toDegrees([east, north]: Metres): [number, number] {
    const [x, y] = this.table.origin
    return [x! * UNIT + east / this.lngMetres, y! * UNIT + north / METRES_LAT]
  }
  /** Degrees of a place in units from the origin. */
  degrees(x: number, y: number): [number, number] {
    const [x0, y0] = this.table.origin
    return [(x0! + x) * UNIT, (y0! + y) * UNIT]
  }

  /** The place of a cell by its number; -1 when it is not on this ground. */
  placeOf(id: number): number {
    return this.places.get(id) ?? -1
  }
  /** Places of the arcs of a cell. */
  arcsOf(cell: number): Int32Array {
    return this.around.subarray(this.first[cell]!, this.first[cell + 1]!)
  }
  /** The cell across an arc; -1 outside. */
  across(arc: number, cell: number): number {
    return this.left[arc] === cell ? this.right[arc]! : this.left[arc]!
  }
  label(cell: number): number {
    return cell < 0 ? NOBODY : this.now[cell]!
  }
  /** Whether the two sides of an arc belong to different grids; the outside is nobody's. */
  isBorder(arc: number): boolean {
    return this.label(this.left[arc]!) !== this.label(this.right[arc]!)
  }
  /** Whether an arc divides two grids that the micro-grids of the plan lie in. */
  isGridBorder(arc: number): boolean {
    const [a, b] = [this.left[arc]!, this.right[arc]!]
    return this.grid.length > 0 && (a < 0 ? NOBODY : this.grid[a]) !== (b < 0 ? NOBODY : this.grid[b])
  }
  /** The community of a cell in the plan; 0 outside. */
  townOf(cell: number): number {
    if (cell < 0) return 0
    return (this.movesBorders && this.cards.get(this.now[cell]!)?.community) || this.community[cell]!
  }
  /** Whether the plan moves borders of communities and an arc is one. */
  isTownBorder(arc: number): boolean {
    return this.movesBorders && this.townOf(this.left[arc]!) !== this.townOf(this.right[arc]!)
  }
  /** Whether a cell may go to a grid: of its own community, unless the plan moves their borders. */
  mayTake(cell: number, label: number): boolean {
    return label === NOBODY || this.movesBorders || this.community[cell] === this.card(label)?.community
  }
  /** The cells of a label. */
  of(label: number): ReadonlySet<number> {
    return this.lists.get(label) ?? new Set()
  }
  /** All cells of the block (小区) of a cell. */
  blockOf(cell: number): readonly number[] {
    return this.blocks.get(this.blockKey(cell)) ?? [cell]
  }

  /** What a grid is called and what is wanted of it. */
  card(label: number): PlanGrid | undefined {
    return this.cards.get(label)
  }
  setCard(grid: PlanGrid): void {
    this.cards.set(grid.grid, grid)
  }
  isLocked(label: number): boolean {
    return this.cards.get(label)?.locked ?? false
  }
  /** Every grid: the official in order, then the new ones as they were made. */
  labels(): number[] {
    const all = new Set([
      ...this.cards.keys(),
      ...[...this.lists].flatMap(([l, cells]) => (cells.size ? [l] : [])),
    ])
    all.delete(NOBODY)
    return [...all].sort((a, b) => (a < 0 === b < 0 ? Math.abs(a) - Math.abs(b) : b - a))
  }

  /** Changes who has what. Gives back the cells whose label is another now. */
  apply(delta: Pick<PlanDelta, 'cells' | 'now' | 'grids'>): number[] {
    const changed: number[] = []
    delta.cells.forEach((id, i) => {
      const cell = this.placeOf(id)
      const to = delta.now[i]!
      if (cell < 0 || this.now[cell] === to) return
      this.list(this.now[cell]!).delete(cell)
      this.list(to).add(cell)
      this.now[cell] = to
      changed.push(cell)
    })
    for (const { grid, now } of delta.grids ?? []) if (!now && grid < 0) this.cards.delete(grid)
    return changed
  }

  private list(label: number): Set<number> {
    const known = this.lists.get(label)
    if (known) return known
    const made = new Set<number>()
    this.lists.set(label, made)
    return made
  }
  private blockKey(cell: number): string {
    return `${this.community[cell]}/${this.block[cell]}`
  }
}

/** Positions from first position and steps. */
function summed(steps: readonly number[]): Int32Array {
  const out = Int32Array.from(steps)
  for (let i = 2; i < out.length; i++) out[i] = out[i]! + out[i - 2]!
  return out
}

/** An index of arcs by cell: those of cell c stand at list[first[c]] up to list[first[c + 1]]. */
function byCell(left: Int32Array, right: Int32Array, size: number): [Int32Array, Int32Array] {
  const first = new Int32Array(size + 1)
  const each = (see: (cell: number, arc: number) => void) => {
    for (let arc = 0; arc < left.length; arc++)
      for (const c of [left[arc]!, right[arc]!]) if (c >= 0) see(c, arc)
  }
  each((cell) => first[cell + 1]!++)
  for (let c = 0; c < size; c++) first[c + 1] = first[c + 1]! + first[c]!
  const next = first.slice(0, size)
  const list = new Int32Array(first[size]!)
  each((cell, arc) => (list[next[cell]!++] = arc))
  return [first, list]
}
