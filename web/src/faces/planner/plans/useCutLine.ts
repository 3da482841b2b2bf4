import { shallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import { cellOfLine, nearestCorner } from '@/features/plans/cutLine'
import { previewCut, type CellCutEdit, type DrawnLine } from '@/store/cells'
import { say } from '@/ui/toast'
import { t } from '@/ui/text'
import { CORNER, type Spot } from './tools'
import { lineFeature, pointFeature, type Hand } from './useHand'

/** The line through a cell, and what was said of it last. */
export interface CutInHand {
  line: DrawnLine
  preview: CellCutEdit | null
  /** Why the line does not cut, in the server's words. */
  refusal: string
  busy: boolean
}

const NOTHING: CutInHand = { line: [], preview: null, refusal: '', busy: false }

/** A line drawn corner by corner that cuts a cell: both pieces show with each corner, before anything is cut. */
export function useCutLine(hand: Hand) {
  const { draft, ground, finder, drawn } = hand
  const cut = shallowRef<CutInHand>(NOTHING)
  let asked = 0

  /** One more corner; near a corner of a border it goes there. */
  function corner(spot: Spot) {
    const near = nearestCorner(ground(), finder.value!, spot.at, CORNER * spot.pixel)
    const line = [...cut.value.line, near?.lngLat ?? spot.lngLat]
    cut.value = { ...NOTHING, line }
    draw()
    if (line.length > 1) void measure()
  }
  /** Asks the server for both pieces; only the answer to the last line counts. */
  async function measure() {
    const { line } = cut.value
    const cell = cellOfLine(
      finder.value!,
      line.map(([lng, lat]) => ground().toMetres(lng, lat)),
    )
    if (cell < 0) return
    const turn = ++asked
    cut.value = { ...cut.value, busy: true }
    const [preview, refusal] = await previewCut(ground().ids[cell]!, line).then(
      (edit) => [edit, ''] as const,
      (cause: ApiError) => [null, cause.code === 'offline' ? t('state.offline') : cause.message] as const,
    )
    if (turn !== asked || cut.value.line !== line) return
    cut.value = { line, preview, refusal, busy: false }
    draw()
  }
  function draw() {
    const { line, preview } = cut.value
    drawn.value = [
      ...(preview?.pieces ?? []).map((piece, i) => ({
        type: 'Feature' as const,
        id: `piece${i}`,
        geometry: { type: 'MultiPolygon' as const, coordinates: piece.shape ?? [] },
        properties: { id: `piece${i}`, mark: i ? 'second' : 'first' },
      })),
      ...(line.length > 1 ? [lineFeature('line', line)] : []),
      ...(preview?.path ?? []).map((way, i) => lineFeature('path', way, `path${i}`)),
      ...line.map((at, i) => pointFeature(`p${i}`, at)),
    ]
  }
  /** Cuts as it was shown. */
  async function makeCut(letGo: () => void) {
    const { line, preview } = cut.value
    if (!preview) return
    letGo()
    if (await draft.cuts.cut(preview.cell, line)) say(t('cells.done'), 'good')
  }
  function cancel() {
    asked++
    cut.value = NOTHING
  }
  return { cut, corner, makeCut, cancel }
}
