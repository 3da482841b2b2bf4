import { computed, shallowRef, watch } from 'vue'
import { nearestBorder } from '@/features/plans/border'
import { NOBODY } from '@/features/plans/ground'
import type { Draft } from '@/features/plans/useDraft'
import type { CommentPlace } from '@/features/plans/useComments'
import { LOOKING, SNAP, type Spot } from './tools'
import { useCutLine } from './useCutLine'
import { pointFeature, useHand, type MarkCell } from './useHand'
import { useLasso, type HeldFate } from './useLasso'
import { useSplitLine } from './useSplitLine'
import { useStroke } from './useStroke'

/** The tools of the editor: leads what the hand does to the tool that is in it. */
export function useTools(draft: Draft, mark: MarkCell) {
  const hand = useHand(draft, mark)
  const { ground, finder, tool, target, counts, drawn, held, show } = hand
  const stroke = useStroke(hand)
  const lasso = useLasso(hand)
  const line = useSplitLine(hand)
  const knife = useCutLine(hand)
  /** Where a comment is about to be pinned. */
  const pin = shallowRef<CommentPlace | null>(null)

  /** Puts down what is being drawn; nothing of it remains. */
  function cancel() {
    stroke.cancel()
    lasso.cancel()
    line.cancel()
    knife.cancel()
    draft.release()
    show(held.value, false)
    held.value = []
    drawn.value = []
    counts.value = []
    pin.value = null
  }
  watch(tool, cancel)
  const inHand = () => (tool.value === 'lasso' ? lasso : stroke)

  /** The hand comes down. False when the tool has no use for it. */
  function press(spot: Spot): boolean {
    if (!draft.editable.value || !finder.value) return false
    if (tool.value === 'lasso') {
      show(held.value, false)
      held.value = []
    }
    const down = inHand().press(spot)
    if (down) draft.hold()
    return down
  }
  /** The hand moves, down or not. */
  function move(spot: Spot, down: boolean) {
    if (!finder.value || !draft.editable.value) return
    if (down) inHand().move(spot)
    else if (tool.value === 'border') stroke.hover(spot)
  }
  /** The hand comes up: what was drawn becomes a gesture. */
  function release() {
    inHand().release()
    draft.release()
  }

  /** A click: selects, or is a corner of the split line, or one of two grids to merge, or a grid to lock, or a place to comment on. */
  async function click(spot: Spot) {
    if (!finder.value) return
    if (tool.value === 'comment') return stick(spot)
    const label = ground().label(finder.value.at(spot.at))
    if (tool.value === 'split' && draft.editable.value) return line.corner(spot)
    if (tool.value === 'cut' && draft.editable.value) return knife.corner(spot)
    if (tool.value === 'merge' && draft.editable.value && target.value && label && label !== target.value) {
      await draft.make({ kind: 'merge', grid: target.value, grids: [label] })
      return
    }
    if (tool.value === 'brush' || tool.value === 'erase' || tool.value === 'border') return
    target.value = label === NOBODY ? null : label
    if (tool.value === 'lock' && target.value !== null) await toggleLock(target.value)
  }
  /** A border that is near takes the comment, else the cell under the hand. */
  function stick(spot: Spot) {
    const cell = finder.value!.at(spot.at)
    const border = nearestBorder(ground(), finder.value!, spot.at, SNAP * spot.pixel)
    if (cell < 0 && !border) return
    const [left, right] = border ? [ground().left[border.arc]!, ground().right[border.arc]!] : [cell, -1]
    const at = border ? ground().toDegrees(border.at) : spot.lngLat
    pin.value = { cell: ground().ids[left]!, across: border ? ground().ids[right]! : 0, at }
    drawn.value = [pointFeature('pin', at)]
  }
  async function toggleLock(grid: number) {
    await draft.make({ kind: 'set', grid, settings: { locked: !ground().isLocked(grid) } })
  }
  /** Gives unassigned cells and stray parts to their neighbours: of the selected grid, or everywhere. */
  const fillGaps = () =>
    draft.make(target.value === null ? { kind: 'fill' } : { kind: 'fill', grids: [target.value] })
  /** Whether the tool may be taken: a plan that is not a draft can be looked at and talked about. */
  const usable = (one: typeof tool.value) => draft.editable.value || LOOKING.includes(one)

  return {
    ...hand,
    split: line.split,
    busy: line.busy,
    pin,
    press,
    move,
    release,
    click,
    cancel,
    usable,
    giveHeld: (fate: HeldFate) => lasso.giveHeld(fate, cancel),
    previewSplit: line.previewSplit,
    makeSplit: () => line.makeSplit(cancel),
    cut: knife.cut,
    makeCut: () => knife.makeCut(cancel),
    /** The line in hand has been counted: Enter carries it out. */
    shown: computed(() => !!(tool.value === 'cut' ? knife.cut.value.preview : line.split.value.preview)),
    toggleLock,
    fillGaps,
  }
}

/** The tools of the editor. */
export type Tools = ReturnType<typeof useTools>
