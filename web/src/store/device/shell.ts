import { shallowRef } from 'vue'

const RHYTHM = 30 * 60_000 // between two looks for a new version

/** A new version that is here and waits for its turn. */
export const fresh = shallowRef<ServiceWorker | null>(null)

let taking = false

/** Lets the new version take over and starts it. What is typed is kept as drafts. */
export function takeOver(): void {
  taking = true
  fresh.value?.postMessage('take over')
}

/** Puts the program on this device, so that it starts without a network, and watches for new versions. */
export async function keepShell(): Promise<void> {
  if (!('serviceWorker' in navigator)) return // no HTTPS, or a webview without
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (taking) location.reload()
  })
  const registration = await navigator.serviceWorker.register('/tablet-sw.js', { scope: '/tablet' })
  const look = () => (fresh.value = navigator.serviceWorker.controller ? registration.waiting : null)
  registration.addEventListener('updatefound', () =>
    registration.installing?.addEventListener('statechange', look),
  )
  look()
  setInterval(() => void registration.update().catch(() => {}), RHYTHM)
}
