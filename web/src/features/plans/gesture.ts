import type { PlanDelta, PlanGesture } from '@/store/plans'
import { NOBODY, type PlanGround } from './ground'

/** Why a gesture cannot be: the server refuses it too. */
export type Refusal = { reason: 'locked' | 'community'; grid: number }

/** What a gesture would change, or why not; null for those only the server can work out. */
export function deltaOf(ground: PlanGround, gesture: PlanGesture): PlanDelta | Refusal | null {
  const { kind, grid = NOBODY } = gesture
  if (kind === 'assign') return give(ground, chosen(ground, gesture), grid)
  if (kind === 'erase') return give(ground, chosen(ground, gesture), NOBODY)
  if (kind !== 'merge') return null
  return give(
    ground,
    (gesture.grids ?? []).flatMap((label) => [...ground.of(label)]),
    grid,
  )
}

/** Whether the answer of deltaOf is a refusal. */
export function refused(answer: PlanDelta | Refusal | null): answer is Refusal {
  return answer !== null && 'reason' in answer
}

/** The cells a gesture means: with their blocks, only free ones, only those of some grids, as asked. */
export function chosen(ground: PlanGround, { cells = [], whole, free, grids }: PlanGesture): number[] {
  const named = (cells ?? []).map((id) => ground.placeOf(id)).filter((place) => place >= 0)
  const all = new Set(whole ? named.flatMap((place) => ground.blockOf(place)) : named)
  const only = grids?.length ? new Set(grids) : null
  return [...all].filter((place) => {
    const now = ground.now[place]!
    return (!free || now === NOBODY) && (!only || only.has(now))
  })
}

function give(ground: PlanGround, cells: readonly number[], to: number): PlanDelta | Refusal {
  const moving = cells.filter((c) => ground.now[c] !== to).sort((a, b) => ground.ids[a]! - ground.ids[b]!)
  if (cells.some((c) => !ground.mayTake(c, to))) return { reason: 'community', grid: to }
  const locked = [...new Set(moving.map((c) => ground.now[c]!)), ...(moving.length ? [to] : [])].find(
    (label) => ground.isLocked(label),
  )
  if (locked !== undefined) return { reason: 'locked', grid: locked }
  return {
    cells: moving.map((c) => ground.ids[c]!),
    was: moving.map((c) => ground.now[c]!),
    now: moving.map(() => to),
  }
}

/** The delta that undoes a delta of cells. */
export const reversed = (delta: PlanDelta): PlanDelta => ({
  cells: delta.cells,
  was: delta.now,
  now: delta.was,
})

/** Whether two deltas change the same cells to the same grids. */
export function same(a: PlanDelta, b: PlanDelta): boolean {
  return (
    a.cells.length === b.cells.length &&
    a.cells.every((id, i) => id === b.cells[i] && a.now[i] === b.now[i]) &&
    !a.grids?.length === !b.grids?.length
  )
}

/** How many cells of a gesture somebody else has changed since: none means it may simply be made again. */
export function overlap(mine: readonly number[], theirs: readonly { delta: PlanDelta }[]): number {
  const wanted = new Set(mine)
  return new Set(theirs.flatMap(({ delta }) => delta.cells.filter((id) => wanted.has(id)))).size
}
