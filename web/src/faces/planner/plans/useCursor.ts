import type { Map as MapLibreMap } from 'maplibre-gl'
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { LINES, STROKES, type Spot } from './tools'
import type { Tools } from './useTools'

/** A place on the map in pixels from its corner. */
export interface Pixel {
  x: number
  y: number
}

const STEP = 12 // pixels of one arrow key
const LEAP = 48 // with Shift
const CREEP = 3 // with Ctrl
const EDGE = 120 // pixels from the edge at which the map follows: room for the hint and the counts
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * A hand for the keyboard: while the map has the focus, arrow keys move a cursor
 * that shows, and Enter does what the pointer would: puts the brush down and
 * lifts it, sets a corner, points at something. With the hand tool the map moves
 * under the cursor. It wakes with the first arrow and rests when a pointer moves.
 */
export function useCursor(map: MapLibreMap, tools: Tools, spotAt: (at: Pixel) => Spot | null) {
  /** Where the cursor is; null while the pointer leads. */
  const at = shallowRef<Pixel | null>(null)
  const down = ref(false)
  const canvas = map.getCanvas()
  const box = map.getCanvasContainer()
  let corner: Pixel | null = null // of the last corner of a line

  const middle = (): Pixel => ({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 })
  const steers = () => tools.tool.value === 'pan'

  function arrow(event: KeyboardEvent): boolean {
    const way = ARROWS[event.key]
    if (!way || event.altKey || event.metaKey) return false
    if (!at.value) {
      at.value = middle()
      // The map's own keys pan it from the first press on; the cursor stays in the middle.
      return !steers()
    }
    if (steers()) {
      at.value = middle()
      return false
    }
    const pixels = event.shiftKey ? LEAP : event.ctrlKey ? CREEP : STEP
    moveBy(way[0] * pixels, way[1] * pixels)
    return true
  }
  function moveBy(dx: number, dy: number) {
    let { x, y } = at.value!
    ;[x, y] = [x + dx, y + dy]
    const over = (n: number, size: number) => Math.min(0, n - EDGE) + Math.max(0, n - (size - EDGE))
    const [px, py] = [over(x, canvas.clientWidth), over(y, canvas.clientHeight)]
    if (px || py) map.panBy([px, py], { duration: 0 })
    at.value = { x: x - px, y: y - py }
    corner &&= { x: corner.x - px, y: corner.y - py }
    const spot = spotAt(at.value)
    if (spot) tools.move(spot, down.value)
  }
  function enter(): boolean {
    const spot = at.value && spotAt(at.value)
    if (!spot) return false
    if (STROKES.includes(tools.tool.value)) {
      if (down.value) tools.release()
      down.value = !down.value && tools.press(spot)
      return true
    }
    const here = corner && Math.hypot(corner.x - at.value!.x, corner.y - at.value!.y) < 1
    // Enter twice at one place ends the line, as a double click would.
    if (LINES.includes(tools.tool.value) && (here || tools.shown.value)) return false
    corner = { ...at.value! }
    void tools.click(spot)
    return true
  }
  function key(event: KeyboardEvent) {
    const zoom = { '+': 1, '=': 1, '-': -1 }[event.key]
    if (zoom && !event.ctrlKey && !steers()) map.zoomTo(map.getZoom() + zoom, { around: around() })
    else if (!(event.key === 'Enter' ? enter() : arrow(event))) return
    event.preventDefault()
    event.stopPropagation()
  }
  const around = () => map.unproject(at.value ? [at.value.x, at.value.y] : [middle().x, middle().y])
  /** The pointer leads again, or the tool was put down. */
  function rest() {
    at.value = corner = null
    down.value = false
  }
  function lift() {
    corner = null
    down.value = false
  }
  watch(
    tools.tool,
    () => {
      lift()
      if (steers()) map.keyboard.enable()
      else map.keyboard.disable()
    },
    { immediate: true },
  )
  canvas.addEventListener('keydown', key)
  box.addEventListener('pointerdown', rest)
  canvas.addEventListener('blur', rest)
  onBeforeUnmount(() => {
    canvas.removeEventListener('keydown', key)
    box.removeEventListener('pointerdown', rest)
    canvas.removeEventListener('blur', rest)
    map.keyboard.enable()
  })
  return { at, down, lift }
}
