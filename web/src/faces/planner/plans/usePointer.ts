import type { Map as MapLibreMap } from 'maplibre-gl'
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import type { PlanGround } from '@/features/plans/ground'
import { STROKES, type Spot } from './tools'
import type { Pixel } from './useCursor'
import type { Tools } from './useTools'

const HOLD = 500 // milliseconds a finger rests to begin a lasso
const STILL = 8 // pixels a press may move and is still a click
const WORLD = 40_075_016.686 / 512 // metres per pixel at zoom 0 on the equator

/**
 * Leads mouse, pen and finger on the map to the tools. One finger or the left
 * button draws; two fingers, the wheel and the space bar move the map; a finger
 * that rests begins a lasso with whatever is in hand.
 */
export function usePointer(map: MapLibreMap, ground: () => PlanGround | null, tools: Tools) {
  /** Where the pointer is, in pixels of the map; null when it is elsewhere. */
  const cursor = shallowRef<Pixel | null>(null)
  const space = ref(false)
  const box = map.getCanvasContainer()
  let began: { x: number; y: number; id: number } | null = null
  let drawing = false
  let moved = false
  let hold: ReturnType<typeof setTimeout> | undefined

  /** What lies at a pixel of the map; null before there is ground. */
  function spotAt({ x, y }: Pixel): Spot | null {
    const known = ground()
    if (!known) return null
    const { lng, lat } = map.unproject([x, y])
    const pixel = (WORLD * Math.cos((lat * Math.PI) / 180)) / 2 ** map.getZoom()
    return { at: known.toMetres(lng, lat), lngLat: [lng, lat], pixel }
  }
  function spotOf(event: PointerEvent): Spot {
    const { left, top } = box.getBoundingClientRect()
    cursor.value = { x: event.clientX - left, y: event.clientY - top }
    return spotAt(cursor.value)!
  }
  const draws = () => !space.value && STROKES.includes(tools.tool.value)

  function down(event: PointerEvent) {
    if (!ground() || event.button !== 0 || !event.isPrimary) return abandon()
    began = { x: event.clientX, y: event.clientY, id: event.pointerId }
    moved = false
    const spot = spotOf(event)
    drawing = draws() && tools.press(spot)
    if (drawing) map.dragPan.disable()
    if (event.pointerType === 'touch' && !drawing && !space.value)
      hold = setTimeout(() => startLasso(spot), HOLD)
  }
  function startLasso(spot: Spot) {
    tools.tool.value = 'lasso'
    // The change of tool clears what was drawn, then the lasso begins under the finger.
    queueMicrotask(() => {
      drawing = tools.press(spot)
      if (drawing) map.dragPan.disable()
    })
  }
  function move(event: PointerEvent) {
    // Of several fingers the first one draws; a second has ended that already.
    if (!ground() || !event.isPrimary) return
    if (began && Math.hypot(event.clientX - began.x, event.clientY - began.y) > STILL) {
      moved = true
      if (!drawing) clearTimeout(hold)
    }
    if (!began && event.pointerType === 'touch') return
    tools.move(spotOf(event), drawing)
  }
  function up(event: PointerEvent) {
    clearTimeout(hold)
    if (!began || event.pointerId !== began.id) return
    began = null
    if (drawing) finish()
    // With a brush a click paints one dab; with the others it points at something.
    else if (!moved && ground()) void tools.click(spotOf(event))
  }
  function finish() {
    drawing = false
    map.dragPan.enable()
    tools.release()
  }
  /** A second finger or the Escape key: nothing is drawn. */
  function abandon() {
    clearTimeout(hold)
    began = null
    if (!drawing) return
    drawing = false
    map.dragPan.enable()
    tools.cancel()
  }
  function leave() {
    if (!drawing) cursor.value = null
  }
  function keyDown(event: KeyboardEvent) {
    if (event.key !== ' ' || (event.target as HTMLElement).closest('input, textarea, select, button')) return
    space.value = true
    event.preventDefault()
  }
  function keyUp(event: KeyboardEvent) {
    if (event.key === ' ') space.value = false
  }

  box.addEventListener('pointerdown', down)
  addEventListener('pointermove', move)
  addEventListener('pointerup', up)
  addEventListener('pointercancel', abandon)
  box.addEventListener('pointerleave', leave)
  addEventListener('keydown', keyDown)
  addEventListener('keyup', keyUp)
  const cursors = {
    pan: '',
    brush: 'crosshair',
    erase: 'crosshair',
    border: 'move',
    lasso: 'crosshair',
    split: 'crosshair',
    cut: 'crosshair',
    merge: 'copy',
    transfer: '',
    fill: '',
    lock: 'pointer',
    comment: 'crosshair',
  }
  watch(
    [tools.tool, space],
    () => (map.getCanvas().style.cursor = space.value ? 'grab' : cursors[tools.tool.value]),
    { immediate: true },
  )
  onBeforeUnmount(() => {
    clearTimeout(hold)
    box.removeEventListener('pointerdown', down)
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', up)
    removeEventListener('pointercancel', abandon)
    box.removeEventListener('pointerleave', leave)
    removeEventListener('keydown', keyDown)
    removeEventListener('keyup', keyUp)
    map.dragPan.enable()
  })
  return { cursor, abandon, spotAt }
}
