import { onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

type Place = readonly [number, number]

const STEP = 100 // milliseconds between frames: a wall in software cannot draw more
const LENGTH = 1500 // a move takes so long to see
const FAR = 0.01 // degrees; farther is no walk, and is shown at once

/** Where something is between two places, 0 … 1 of the way. */
export function between(from: Place, to: Place, share: number): Place {
  const k = Math.min(1, Math.max(0, share))
  return [from[0] + (to[0] - from[0]) * k, from[1] + (to[1] - from[1]) * k]
}

/** The places, but things that move glide there. Nothing runs while all stand still. */
export function useGliding<K>(
  places: Readonly<Ref<ReadonlyMap<K, Place>>>,
): ShallowRef<ReadonlyMap<K, Place>> {
  const shown = shallowRef<ReadonlyMap<K, Place>>(new Map(places.value))
  const still = matchMedia('(prefers-reduced-motion: reduce)')
  let ways = new Map<K, { from: Place; to: Place; begun: number }>()
  let timer: ReturnType<typeof setInterval> | undefined

  function step() {
    const now = performance.now()
    const next = new Map<K, Place>(places.value)
    for (const [key, { from, to, begun }] of ways) {
      if (now - begun >= LENGTH || !next.has(key)) ways.delete(key)
      else next.set(key, between(from, to, (now - begun) / LENGTH))
    }
    shown.value = next
    if (ways.size) return
    clearInterval(timer)
    timer = undefined
  }
  watch(places, (now, before) => {
    const begun = performance.now()
    for (const [key, to] of now) {
      const from = shown.value.get(key)
      if (!from || before.get(key) === to || still.matches) continue
      if (Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]) < FAR) ways.set(key, { from, to, begun })
    }
    if (ways.size && !timer) timer = setInterval(step, STEP)
    step()
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    ways = new Map()
  })
  return shown
}
