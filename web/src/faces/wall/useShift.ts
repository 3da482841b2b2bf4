import { onBeforeUnmount, readonly, shallowRef } from 'vue'

const STEP = 6 // pixels
const RHYTHM = 60_000

/** Around the middle and back, so that no edge stays on the same pixels for hours. */
const path: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
]

/** The shift after so many minutes, in pixels. */
export function shiftAt(minute: number): { x: number; y: number } {
  const [x, y] = path[minute % path.length]!
  return { x: x * STEP, y: y * STEP }
}

/** A small shift of the whole page that changes each minute, against burn-in. */
export function useShift() {
  const shift = shallowRef(shiftAt(0))
  let minute = 0
  const timer = setInterval(() => (shift.value = shiftAt(++minute)), RHYTHM)
  onBeforeUnmount(() => clearInterval(timer))
  return readonly(shift)
}
