import { ref, type Ref } from 'vue'

type View = [number, number, number, number]

/** Pan and zoom of a drawing by wheel, pointer and keys; several drawings may share one view. */
export function usePan(whole: () => View | null): {
  view: Ref<View | null>
  reset(): void
  zoom(by: number): void
  wheel(event: WheelEvent): void
  press(event: PointerEvent): void
  drag(event: PointerEvent): void
} {
  const view = ref<View | null>(null)
  const reset = () => (view.value = whole())

  /** Zooms so that the place under a share of the width and height stays. */
  function zoom(by: number, x = 0.5, y = 0.5) {
    const all = whole()
    if (!view.value || !all) return
    const [left, top, wide, high] = view.value
    const size = Math.min(all[2], Math.max(all[2] / 40, wide / by))
    const tall = (high * size) / wide
    view.value = [left + (wide - size) * x, top + (high - tall) * y, size, tall]
  }
  function wheel(event: WheelEvent) {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    zoom(
      event.deltaY < 0 ? 1.25 : 0.8,
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    )
  }
  const press = (event: PointerEvent) =>
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
  function drag(event: PointerEvent) {
    if (!event.buttons || !view.value) return
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const [left, top, wide, high] = view.value
    const scale = Math.max(wide / box.width, high / box.height)
    view.value = [left - event.movementX * scale, top - event.movementY * scale, wide, high]
  }
  return { view, reset, zoom, wheel, press, drag }
}
