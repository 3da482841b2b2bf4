import { ref, shallowRef } from 'vue'
import { NOBODY } from '@/features/plans/ground'
import type { PlanEdit } from '@/store/plans'
import type { Spot } from './tools'
import { lineFeature, pointFeature, type Hand } from './useHand'

/** A line drawn corner by corner that divides a grid: shown with both halves before it is carried out. */
export function useSplitLine(hand: Hand) {
  const { draft, ground, finder, target, drawn, held, show } = hand
  const split = shallowRef<{ line: [number, number][]; preview: PlanEdit | null }>({
    line: [],
    preview: null,
  })
  const busy = ref(false)

  /** One more corner. */
  function corner(spot: Spot) {
    const line = [...split.value.line, spot.lngLat]
    split.value = { line, preview: null }
    drawn.value = [
      ...(line.length > 1 ? [lineFeature('line', line)] : []),
      ...line.map((at, i) => pointFeature(`p${i}`, at)),
    ]
  }
  /** The grid the line goes through: the selected one, else the one with most cells on the way. */
  function crossedGrid(): number {
    const way = split.value.line.map(([lng, lat]) => ground().toMetres(lng, lat))
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
    const { line } = split.value
    const grid = line.length > 1 ? crossedGrid() : 0
    if (!grid) return
    target.value = grid
    busy.value = true
    const preview = await draft.preview({ kind: 'split', grid, line }).finally(() => (busy.value = false))
    if (!preview) return
    split.value = { line, preview }
    held.value = preview.delta.cells.map((id) => ground().placeOf(id))
    show(held.value, true)
    const path = (preview.path ?? []).map((way, i) => lineFeature('path', way, `path${i}`))
    drawn.value = [lineFeature('line', line), ...path]
  }
  /** Carries the split out as it was shown. */
  async function makeSplit(letGo: () => void) {
    const { line } = split.value
    const grid = target.value ?? 0
    letGo()
    await draft.make({ kind: 'split', grid, line })
  }
  function cancel() {
    split.value = { line: [], preview: null }
  }
  return { split, busy, corner, previewSplit, makeSplit, cancel }
}
