import { ref } from 'vue'
import { cutCell, healCell, type CellChange, type CellCutEdit, type DrawnLine } from '@/store/cells'
import { uuidv7 } from '@/store/uuid'
import type { CellHeirs } from './heirs'

/** Brings a change of the ground in its turn; null when it was refused, in the server's words. */
type Beneath = <T>(change: () => Promise<T>) => Promise<T | null>

/** Cutting and healing cells: changes of the ground itself, which every draft follows. */
export function useCuts(beneath: Beneath, heirs: CellHeirs) {
  /** The cut that undo would heal: the last thing that was done here. */
  const last = ref<number | null>(null)

  /** Cuts a cell; null when it was refused. */
  async function cut(cell: number, line: DrawnLine): Promise<CellCutEdit | null> {
    const key = uuidv7()
    const edit = await beneath(async () => {
      const made = await cutCell(cell, line, key)
      heirs.note({ old: [made.cell], new: (made.pieces ?? []).map((piece) => piece.cell) })
      return made
    })
    if (edit) last.value = edit.cut
    return edit
  }
  /** Joins the pieces of a cut; null when something was built on it. */
  async function heal(id: number): Promise<CellChange | null> {
    last.value = null
    return beneath(async () => {
      const change = await healCell(id)
      heirs.note(change)
      return change
    })
  }
  return { last, cut, heal }
}
