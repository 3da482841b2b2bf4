import { lineFeature, type Hand } from './useHand'
import type { Spot } from './tools'

/** What may become of the cells in a lasso. */
export type HeldFate = 'target' | 'new' | 'special' | 'nobody'

/** A freehand line around cells, which then wait for what to do with them. */
export function useLasso(hand: Hand) {
  const { draft, ground, finder, target, drawn, held, show, ids, meant } = hand
  let way: [number, number][] = []

  function press(spot: Spot): boolean {
    way = [spot.lngLat]
    return true
  }
  function move(spot: Spot) {
    if (!way.length) return
    way = [...way, spot.lngLat]
    drawn.value = [lineFeature('line', way)]
  }
  function release() {
    if (way.length > 2) {
      held.value = meant(finder.value!.inside(way.map(([lng, lat]) => ground().toMetres(lng, lat))))
      show(held.value, true)
    }
    way = []
    drawn.value = []
  }
  function cancel() {
    way = []
  }
  /** The cells go to the selected grid, to a new one (basic, or special: a mall, a school, a park), or to nobody. */
  async function giveHeld(fate: HeldFate, letGo: () => void) {
    const cells = ids(held.value)
    letGo()
    if (fate === 'new' || fate === 'special') {
      const settings = fate === 'special' ? { settings: { kind: fate } } : {}
      const edit = await draft.make({ kind: 'found', cells, ...settings })
      if (edit) target.value = edit.delta.now[0] ?? null
    } else if (fate === 'nobody') await draft.make({ kind: 'erase', cells })
    else if (target.value !== null) await draft.make({ kind: 'assign', grid: target.value, cells })
  }
  return { press, move, release, cancel, giveHeld }
}
