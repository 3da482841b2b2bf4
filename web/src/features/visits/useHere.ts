import { ref } from 'vue'

/** Where this device is, asked once at a tap and kept nowhere: `found` gets [lon, lat] in degrees. */
export function useHere(found: (at: number[]) => void) {
  const looking = ref(false)
  const failed = ref(false)
  function look() {
    failed.value = !('geolocation' in navigator)
    if (failed.value) return
    looking.value = true
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        looking.value = false
        found([coords.longitude, coords.latitude])
      },
      () => {
        looking.value = false
        failed.value = true
      },
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    )
  }
  return { looking, failed, look }
}
