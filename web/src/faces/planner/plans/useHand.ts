import type { Feature, Position } from 'geojson'
import { computed, ref, shallowRef, watch } from 'vue'
import type { StrokeCount } from '@/features/plans/figures'
import { chosen } from '@/features/plans/gesture'
import { CellFinder } from '@/features/plans/locate'
import type { Draft } from '@/features/plans/useDraft'
import type { PlanGesture } from '@/store/plans'
import type { PlanTool } from './tools'

/** Marks cells of the map as being under the stroke, or no longer. */
export type MarkCell = (cell: number, on: boolean) => void

/** What all tools of the editor share: which is in hand, its settings, the selected grid, and what shows on the map. */
export function useHand(draft: Draft, mark: MarkCell) {
  const tool = ref<PlanTool>('pan')
  const size = ref(1)
  const whole = ref(false)
  const free = ref(false)
  const onlyFrom = ref<number | null>(null)
  /** The grid that is selected; null for none. */
  const target = ref<number | null>(null)
  const counts = shallowRef<readonly StrokeCount[]>([])
  const drawn = shallowRef<Feature[]>([])
  /** Cells that are marked and wait for what to do with them. */
  const held = shallowRef<readonly number[]>([])
  const finder = computed(() => draft.ground.value && new CellFinder(draft.ground.value))
  const ground = () => draft.ground.value!

  function show(cells: Iterable<number>, on: boolean) {
    for (const cell of cells) mark(cell, on)
  }
  const ids = (cells: Iterable<number>) => [...cells].map((c) => ground().ids[c]!)
  /** The cells that are meant, by the settings of the tool. */
  function meant(cells: Iterable<number>): number[] {
    const wanted: PlanGesture = { kind: 'assign', cells: ids(cells), whole: whole.value, free: free.value }
    if (onlyFrom.value !== null) wanted.grids = [onlyFrom.value]
    return chosen(ground(), wanted)
  }
  // Cells that wait are the same ones when the draft was read anew.
  watch(
    draft.ground,
    (now, before) => {
      if (!now || !before || !held.value.length) return
      held.value = held.value
        .flatMap((cell) => draft.heirs.of(before.ids[cell]!))
        .map((id) => now.placeOf(id))
        .filter((cell) => cell >= 0)
      show(held.value, true)
    },
    { flush: 'post' },
  )
  return {
    draft,
    ground,
    finder,
    tool,
    size,
    whole,
    free,
    onlyFrom,
    target,
    counts,
    drawn,
    held,
    show,
    ids,
    meant,
  }
}

/** The hand of the editor. */
export type Hand = ReturnType<typeof useHand>

/** A line that is being drawn; `mark` tells the layer how it looks. */
export const lineFeature = (mark: string, coordinates: Position[], id = mark): Feature => ({
  type: 'Feature',
  id,
  geometry: { type: 'LineString', coordinates },
  properties: { id, mark },
})

/** A corner of a line that is being drawn. */
export const pointFeature = (id: string, at: Position): Feature => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: at },
  properties: { id, mark: 'point' },
})
