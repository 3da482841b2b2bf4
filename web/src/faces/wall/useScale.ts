import { onBeforeUnmount, readonly, shallowRef } from 'vue'

/** The size the wall is designed for, in CSS pixels. */
export const DESIGN = { width: 1920, height: 1080 }

/** How much larger than designed everything is drawn, so that it fits whole. Below 1 too: a preview on a laptop shows all. */
export function scaleOf(width: number, height: number): number {
  return Math.min(width / DESIGN.width, height / DESIGN.height)
}

/** The scale of this window, and its size in units of the design. */
export function useScale() {
  const measure = () => {
    const k = scaleOf(innerWidth, innerHeight)
    return { k, width: innerWidth / k, height: innerHeight / k }
  }
  const size = shallowRef(measure())
  const update = () => (size.value = measure())
  addEventListener('resize', update)
  onBeforeUnmount(() => removeEventListener('resize', update))
  return readonly(size)
}
