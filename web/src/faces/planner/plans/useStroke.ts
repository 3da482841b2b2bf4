import { BorderDrag, nearestBorder } from '@/features/plans/border'
import { count, strokeCounts } from '@/features/plans/figures'
import { NOBODY, type CellCount, type Metres } from '@/features/plans/ground'
import { arcLine } from '@/features/plans/picture'
import type { PlanGesture } from '@/store/plans'
import { SIZES, SLACK, SNAP, type Spot } from './tools'
import { lineFeature, type Hand } from './useHand'

/** Brush, eraser and border in hand: cells gathered while the hand is down, given when it comes up. */
export function useStroke(hand: Hand) {
  const { draft, ground, finder, tool, size, target, counts, drawn, show, ids, meant } = hand
  const stroke = new Set<number>()
  let bases = new Map<number, CellCount>()
  let drag: BorderDrag | null = null
  let to = NOBODY
  let last: Metres | null = null

  const base = (label: number) => {
    const known = bases.get(label)
    if (known) return known
    const made = count(ground(), ground().of(label))
    bases.set(label, made)
    return made
  }
  function recount() {
    counts.value = strokeCounts(ground(), stroke, to, base)
  }
  /** The hand comes down; false when there is nothing to draw with or on. */
  function press(spot: Spot): boolean {
    bases = new Map()
    last = spot.at
    return tool.value === 'border' ? startBorder(spot) : startBrush(spot)
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
    const radius = SIZES[size.value]! * 0.5 * spot.pixel
    drag = new BorderDrag(ground(), finder.value!, start, radius, SLACK * spot.pixel)
    return true
  }
  /** The hand moves while it is down. */
  function move(spot: Spot) {
    if (drag) pull(spot)
    else sweep(spot)
    last = spot.at
  }
  /** The hand looks for a border to take. */
  function hover(spot: Spot) {
    const found = nearestBorder(ground(), finder.value!, spot.at, SNAP * spot.pixel)
    drawn.value = found ? [lineFeature('border', arcLine(ground(), found.arc))] : []
  }
  function sweep(spot: Spot) {
    const radius = SIZES[size.value]! * spot.pixel
    const fresh = meant(finder.value!.along(last ?? spot.at, spot.at, radius)).filter((c) => {
      const from = ground().now[c]!
      if (from === to || stroke.has(c) || ground().isLocked(from)) return false
      return ground().mayTake(c, to)
    })
    fresh.forEach((c) => stroke.add(c))
    show(fresh, true)
    recount()
  }
  function pull(spot: Spot) {
    const began = performance.now()
    const before = new Set(stroke)
    const now = drag!.move(spot.at)
    show(
      [...before].filter((c) => !now.has(c)),
      false,
    )
    show(
      [...now].filter((c) => !before.has(c)),
      true,
    )
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
    const cells = ids(stroke)
    const gesture: PlanGesture =
      to === NOBODY ? { kind: 'erase', cells } : { kind: 'assign', grid: to, cells }
    cancel()
    if (cells.length) void draft.make(gesture)
  }
  /** Puts down what is being drawn. */
  function cancel() {
    show(stroke, false)
    stroke.clear()
    drag = last = null
    counts.value = []
  }
  return { press, move, hover, release, cancel }
}
