import { onScopeDispose, ref, shallowRef, watch } from 'vue'

/** Where this device is, while somebody wants it shown: on this screen only, kept and sent nowhere. */
export function usePlaceHere() {
  const on = ref(false)
  const failed = ref(false)
  const at = shallowRef<[number, number] | null>(null)
  let watching: number | undefined
  function stop() {
    if (watching !== undefined) navigator.geolocation.clearWatch(watching)
    watching = undefined
    at.value = null
  }
  watch(on, (now) => {
    stop()
    failed.value = now && !('geolocation' in navigator)
    if (!now || failed.value) return
    watching = navigator.geolocation.watchPosition(
      ({ coords }) => {
        failed.value = false
        at.value = [coords.longitude, coords.latitude]
      },
      () => (failed.value = true),
      { enableHighAccuracy: true, maximumAge: 5_000 },
    )
  })
  onScopeDispose(stop)
  return { on, failed, at }
}
