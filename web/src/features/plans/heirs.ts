import type { CellChange } from '@/store/cells'
import type { PlanGesture, PlanLogEntry } from '@/store/plans'

/**
 * Which cells took the place of which while a draft was open. A gesture made on
 * the ground of before means those that are there now.
 */
export class CellHeirs {
  private readonly known = new Map<number, readonly number[]>()

  /** Learns from gestures of the log. */
  learn(entries: readonly PlanLogEntry[]): void {
    for (const { delta } of entries) delta.cuts?.forEach((change) => this.note(change))
  }
  note({ old, new: now }: CellChange): void {
    old?.forEach((cell) => this.known.set(cell, now ?? []))
  }
  /** The cells on the ground of a cell now. */
  of(cell: number): number[] {
    const heirs = this.known.get(cell)
    return heirs ? heirs.flatMap((heir) => this.of(heir)) : [cell]
  }
  /** The gesture, by the cells of now. */
  current(gesture: PlanGesture): PlanGesture {
    if (!gesture.cells?.some((cell) => this.known.has(cell))) return gesture
    return { ...gesture, cells: [...new Set(gesture.cells.flatMap((cell) => this.of(cell)))] }
  }
}

/** Whether cells were replaced by others in one of these gestures. */
export const recuts = (entries: readonly PlanLogEntry[]): boolean =>
  entries.some(({ delta }) => (delta.cuts?.length ?? 0) > 0)
