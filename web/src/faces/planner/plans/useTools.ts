import type { Feature } from 'geojson'
import { computed, ref, shallowRef, watch } from 'vue'
import { BorderDrag, nearestBorder } from '@/features/plans/border'
import { count, strokeCounts, type StrokeCount } from '@/features/plans/figures'
import { chosen } from '@/features/plans/gesture'
import { NOBODY, type CellCount, type Metres } from '@/features/plans/ground'
import { CellFinder } from '@/features/plans/locate'
import { arcLine } from '@/features/plans/picture'
import type { Draft } from '@/features/plans/useDraft'
import type { PlanEdit, PlanGesture } from '@/store/plans'

/** What the hand does on the map, in the order of the rail. */
export const TOOLS = [
  'pan',
  'brush',
  'border',
  'lasso',
  'split',
  'merge',
  'transfer',
  'erase',
  'fill',
  'lock',
] as const

/** One tool. */
export type PlanTool = (typeof TOOLS)[number]

/** The key of each tool. */
export const KEYS: Record<PlanTool, string> = {
  pan: 'H',
  brush: 'B',
  border: 'V',
  lasso: 'L',
  split: 'S',
  merge: 'M',
  transfer: 'T',
  erase: 'E',
  fill: 'F',
  lock: 'K',
}

/** Reach of the brush in pixels; 0 takes the one cell under the pointer. */
export const SIZES = [0, 14, 32, 64] as const

const SNAP = 16 // pixels to a border that the pointer finds
const SLACK = 5 // pixels of a hand that only trembles

/** A place under the pointer: in metres, in degrees, and how many metres a pixel is there. */
export interface Spot {
  at: Metres
  lngLat: [number, number]
  pixel: number
}

/** The tools of the editor: which is in hand, what it is drawing, and what that would count. */
export function useTools(draft: Draft, look: { stroke: (cell: number, on: boolean) => void }) {
  const tool = ref<PlanTool>('pan')
  const size = ref(1)
  const whole = ref(false)
  const free = ref(false)
  const onlyFrom = ref<number | null>(null)
  /** The grid that is selected; null for none. */
  const target = ref<number | null>(null)
  const counts = shallowRef<readonly StrokeCount[]>([])
  const drawn = shallowRef<Feature[]>([])
  /** Cells a lasso holds, waiting for what to do with them. */
  const held = shallowRef<readonly number[]>([])
  const split = shallowRef<{ line: [number, number][]; preview: PlanEdit | null }>({
    line: [],
    preview: null,
  })
  const busy = ref(false)

  const finder = computed(() => draft.ground.value && new CellFinder(draft.ground.value))
  const stroke = new Set<number>()
  let bases = new Map<number, CellCount>()
  let drag: BorderDrag | null = null
  let lasso: [number, number][] = []
  let to = NOBODY
  let last: Metres | null = null

  const ground = () => draft.ground.value!
  const base = (label: number) => {
    const known = bases.get(label)
    if (known) return known
    const made = count(ground(), ground().of(label))
    bases.set(label, made)
    return made
  }
  const ids = (cells: Iterable<number>) => [...cells].map((c) => ground().ids[c]!)

  function show(cells: Iterable<number>, on: boolean) {
    for (const cell of cells) look.stroke(cell, on)
  }
  function recount() {
    counts.value = strokeCounts(ground(), stroke, to, base)
  }
  /** Puts down what is being drawn; nothing of it remains. */
  function cancel() {
    show(stroke, false)
    show(held.value, false)
    stroke.clear()
    drag = last = null
    lasso = []
    held.value = []
    split.value = { line: [], preview: null }
    drawn.value = []
    counts.value = []
  }
  watch(tool, cancel)

  const line = (mark: string, coordinates: [number, number][]): Feature => ({
    type: 'Feature',
    id: mark,
    geometry: { type: 'LineString', coordinates },
    properties: { id: mark, mark },
  })

  /** The hand comes down. False when the tool has no use for it. */
  function press(spot: Spot): boolean {
    if (!draft.editable.value || !finder.value) return false
    bases = new Map()
    last = spot.at
    if (tool.value === 'brush' || tool.value === 'erase') return startBrush(spot)
    if (tool.value === 'border') return startBorder(spot)
    if (tool.value === 'lasso') lasso = [spot.lngLat]
    return tool.value === 'lasso'
  }
  function startBrush(spot: Spot) {
    const under = finder.value!.at(spot.at)
    to = tool.value === 'erase' ? NOBODY : (target.value ?? ground().label(under))
    // Begun in a grid, a stroke without a target makes that grid grow.
    if (tool.value === 'brush' && to === NOBODY) return false
    if (ground().isLocked(to)) {
      draft.refuse({ reason: 'locked', grid: to })
      return false
    }
    sweep(spot)
    return true
  }
  function startBorder(spot: Spot) {
    const start = nearestBorder(ground(), finder.value!, spot.at, SNAP * spot.pixel)
    if (!start) return false
    const locked = start.sides.find((label) => ground().isLocked(label))
    if (locked !== undefined) {
      draft.refuse({ reason: 'locked', grid: locked })
      return false
    }
    drag = new BorderDrag(
      ground(),
      finder.value!,
      start,
      SIZES[size.value]! * 0.5 * spot.pixel,
      SLACK * spot.pixel,
    )
    return true
  }

  /** The hand moves, down or not. */
  function move(spot: Spot, down: boolean) {
    if (!finder.value || !draft.editable.value) return
    if (drag) pull(spot)
    else if (down && (tool.value === 'brush' || tool.value === 'erase')) sweep(spot)
    else if (down && lasso.length) {
      lasso = [...lasso, spot.lngLat]
      drawn.value = [line('line', lasso)]
    } else if (tool.value === 'border') hover(spot)
    last = spot.at
  }
  function hover(spot: Spot) {
    const found = nearestBorder(ground(), finder.value!, spot.at, SNAP * spot.pixel)
    drawn.value = found ? [line('border', arcLine(ground(), found.arc) as [number, number][])] : []
  }
  function sweep(spot: Spot) {
    const radius = SIZES[size.value]! * spot.pixel
    const over = [...finder.value!.along(last ?? spot.at, spot.at, radius)]
    const wanted: PlanGesture = { kind: 'assign', cells: ids(over), whole: whole.value, free: free.value }
    if (onlyFrom.value !== null) wanted.grids = [onlyFrom.value]
    const home = ground().card(to)?.community
    const fresh = chosen(ground(), wanted).filter((c) => {
      const from = ground().now[c]!
      if (from === to || stroke.has(c) || ground().isLocked(from)) return false
      return to === NOBODY || ground().community[c] === home
    })
    fresh.forEach((c) => stroke.add(c))
    show(fresh, true)
    recount()
  }
  function pull(spot: Spot) {
    const began = performance.now()
    const before = new Set(stroke)
    const now = drag!.move(spot.at)
    for (const c of before) if (!now.has(c)) look.stroke(c, false)
    for (const c of now) if (!before.has(c)) look.stroke(c, true)
    stroke.clear()
    now.forEach((c) => stroke.add(c))
    to = drag!.to ?? NOBODY
    drawn.value = []
    if (drag!.to === undefined) counts.value = []
    else recount()
    // Readable in the browser's profiler; the test of the drag's budget reads it too.
    performance.measure('plan-drag', { start: began, end: performance.now() })
  }

  /** The hand comes up: what was drawn becomes a gesture. */
  function release() {
    if (lasso.length > 2) takeLasso()
    else if (stroke.size) {
      const gesture: PlanGesture =
        to === NOBODY
          ? { kind: 'erase', cells: ids(stroke) }
          : { kind: 'assign', grid: to, cells: ids(stroke) }
      const after = new Set(stroke)
      stroke.clear()
      show(after, false)
      void draft.make(gesture)
    }
    drag = null
    lasso = []
    counts.value = []
    if (!held.value.length) drawn.value = []
  }
  function takeLasso() {
    const inside = finder.value!.inside(lasso.map(([lng, lat]) => ground().toMetres(lng, lat)))
    const wanted: PlanGesture = { kind: 'assign', cells: ids(inside), whole: whole.value, free: free.value }
    if (onlyFrom.value !== null) wanted.grids = [onlyFrom.value]
    held.value = chosen(ground(), wanted)
    show(held.value, true)
    drawn.value = []
  }
  /** What becomes of the cells in the lasso: to the target, to a new grid, to nobody. */
  async function giveHeld(what: 'target' | 'new' | 'nobody') {
    const cells = ids(held.value)
    cancel()
    if (what === 'new') {
      const edit = await draft.make({ kind: 'found', cells })
      if (edit) target.value = edit.delta.now[0] ?? null
    } else if (what === 'nobody') await draft.make({ kind: 'erase', cells })
    else if (target.value !== null) await draft.make({ kind: 'assign', grid: target.value, cells })
  }

  /** A click: selects, or is a corner of the split line, or one of two grids to merge, or a grid to lock. */
  async function click(spot: Spot) {
    if (!finder.value) return
    const label = ground().label(finder.value.at(spot.at))
    if (tool.value === 'split' && draft.editable.value) return corner(spot)
    if (tool.value === 'merge' && draft.editable.value && target.value && label && label !== target.value) {
      await draft.make({ kind: 'merge', grid: target.value, grids: [label] })
      return
    }
    if (tool.value === 'brush' || tool.value === 'erase' || tool.value === 'border') return
    target.value = label === NOBODY ? null : label
    if (tool.value === 'lock' && target.value !== null) await toggleLock(target.value)
  }
  function corner(spot: Spot) {
    const all = [...split.value.line, spot.lngLat]
    split.value = { line: all, preview: null }
    drawn.value = [
      ...(all.length > 1 ? [line('line', all)] : []),
      ...all.map((at, i): Feature => ({
        type: 'Feature',
        id: `p${i}`,
        geometry: { type: 'Point', coordinates: at },
        properties: { id: `p${i}`, mark: 'point' },
      })),
    ]
  }
  /** The grid a split line goes through: the selected one, else the one under its middle. */
  function splitGrid() {
    const { line: all } = split.value
    const way = all.map(([lng, lat]) => ground().toMetres(lng, lat))
    const crossed = new Map<number, number>()
    way.slice(1).forEach((b, i) => {
      for (const c of finder.value!.along(way[i]!, b, 0)) {
        const label = ground().now[c]!
        crossed.set(label, (crossed.get(label) ?? 0) + 1)
      }
    })
    crossed.delete(NOBODY)
    if (target.value !== null && crossed.has(target.value)) return target.value
    return [...crossed].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
  }
  /** Asks the server for both halves. */
  async function previewSplit() {
    const { line: all } = split.value
    const grid = all.length > 1 ? splitGrid() : 0
    if (!grid) return
    target.value = grid
    busy.value = true
    const preview = await draft.preview({ kind: 'split', grid, line: all })
    busy.value = false
    if (!preview) return
    split.value = { line: all, preview }
    show(
      preview.delta.cells.map((id) => ground().placeOf(id)),
      true,
    )
    held.value = preview.delta.cells.map((id) => ground().placeOf(id))
    const path = (preview.path ?? []).map((coordinates, i): Feature => ({
      type: 'Feature',
      id: `path${i}`,
      geometry: { type: 'LineString', coordinates },
      properties: { id: `path${i}`, mark: 'path' },
    }))
    drawn.value = [line('line', all), ...path]
  }
  /** Carries the split out as it was shown. */
  async function makeSplit() {
    const { line: all } = split.value
    const grid = target.value ?? 0
    cancel()
    await draft.make({ kind: 'split', grid, line: all })
  }
  async function toggleLock(grid: number) {
    await draft.make({ kind: 'set', grid, settings: { locked: !ground().isLocked(grid) } })
  }
  /** Gives unassigned cells and stray parts to their neighbours: of the selected grid, or everywhere. */
  const fillGaps = () =>
    draft.make(target.value === null ? { kind: 'fill' } : { kind: 'fill', grids: [target.value] })

  return {
    tool,
    size,
    whole,
    free,
    onlyFrom,
    target,
    counts,
    drawn,
    held,
    split,
    busy,
    press,
    move,
    release,
    click,
    cancel,
    giveHeld,
    previewSplit,
    makeSplit,
    toggleLock,
    fillGaps,
  }
}

/** The tools of the editor. */
export type Tools = ReturnType<typeof useTools>
