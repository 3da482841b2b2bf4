import { shallowRef } from 'vue'
import type { LiveNow, Mover } from '@/api/live'

export type { Mover } from '@/api/live'

/** Where teams on duty are now, by team. A new map after each message; an unmoved team keeps its object. */
export const movers = shallowRef<ReadonlyMap<number, Mover>>(new Map())

/** Takes what the stream says of teams. The first message after a connection holds all there are. */
export function moved({ all, m, gone }: LiveNow): void {
  const next = new Map(all ? [] : movers.value)
  for (const mover of m) next.set(mover.id, mover)
  for (const team of gone) next.delete(team)
  movers.value = next
}
