import { Marker } from 'maplibre-gl'
import { onBeforeUnmount } from 'vue'
import { onLive } from '@/store/live'
import { useMap } from './context'
import './pulse.css'

const LENGTH = 3000 // milliseconds; once, then still
const MOST = 12 // rings at one time: a batch after a break is no firework

/** One slow ring around each thing of the topic that has just come in live. */
export function usePulse(topic: string, color: () => string): void {
  const { map } = useMap()
  const rings = new Set<Marker>()

  const stop = onLive((event) => {
    if (event.topic !== topic || !('body' in event) || rings.size >= MOST) return
    const { location } = event.body as { location?: [number, number] }
    if (!location) return
    const element = document.createElement('div')
    element.className = 'pulse'
    element.style.color = color()
    element.append(document.createElement('i'))
    const ring = new Marker({ element }).setLngLat(location).addTo(map)
    element.removeAttribute('aria-label')
    element.setAttribute('aria-hidden', 'true')
    element.removeAttribute('tabindex')
    element.removeAttribute('role')
    rings.add(ring)
    setTimeout(() => {
      ring.remove()
      rings.delete(ring)
    }, LENGTH)
  })
  onBeforeUnmount(() => {
    stop()
    for (const ring of rings) ring.remove()
  })
}
