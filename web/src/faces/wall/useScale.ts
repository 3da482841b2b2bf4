import { computed, onBeforeUnmount, shallowRef } from 'vue'
import { settings } from './settings'

/** The size the wall is designed for, in CSS pixels. */
export const DESIGN = { width: 1920, height: 1080 }

const BODY = 17 // CSS pixels of the design's text
const ARC = 16 // minutes of arc: the least at which text is read with certainty (ISO 9241-303)
const MOST = 1.5 // beyond this too little has a place

/** How much larger than designed everything is drawn, so that it fits whole. Below 1 too: a preview on a laptop shows all. */
export function scaleOf(width: number, height: number): number {
  return Math.min(width / DESIGN.width, height / DESIGN.height)
}

/**
 * How much larger still, so that text is read from the distance: metres of
 * screen and of distance, pixels of the window, the scale before. 1 when
 * nothing is said or the text is large enough.
 */
export function legible(screenWidth: number, distance: number, width: number, k: number): number {
  if (!(screenWidth > 0 && distance > 0)) return 1
  const height = 2 * distance * Math.tan((ARC / 60 / 2) * (Math.PI / 180)) // metres
  return Math.min(MOST, Math.max(1, (height * (width / screenWidth)) / (BODY * k)))
}

/** The scale of this window, its size in units of the design, and whether there is room for less than designed. */
export function useScale() {
  const inner = shallowRef({ width: innerWidth, height: innerHeight })
  const update = () => (inner.value = { width: innerWidth, height: innerHeight })
  addEventListener('resize', update)
  onBeforeUnmount(() => removeEventListener('resize', update))
  return computed(() => {
    const { width, height } = inner.value
    const fit = scaleOf(width, height)
    const more = legible(settings.value.screenWidth, settings.value.distance, width, fit)
    const k = fit * more
    return { k, width: width / k, height: height / k, tight: more > 1.15 }
  })
}
