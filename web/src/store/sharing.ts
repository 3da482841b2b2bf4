import { computed, onScopeDispose, ref, watch } from 'vue'
import type { Wire } from '@/api/client'
import { duties, sendPositions } from './duty'

type Fix = Wire['Fix']

const EVERY = 10_000 // milliseconds between messages
const KEPT = 300 // fixes that wait while there is no network: three quarters of an hour

/** Whether the device gives its place: unknown yet, yes, or refused by the person or the system. */
export const locating = ref<'unknown' | 'good' | 'refused'>('unknown')

/** One's own duty, if any. */
export const ownDuty = computed(() => duties.list.value.find(({ mine }) => mine) ?? null)

/** A place of the browser as a fix. */
export function asFix({ coords, timestamp }: GeolocationPosition): Fix {
  const { longitude, latitude, accuracy, speed, heading } = coords
  return {
    at: new Date(timestamp).toISOString(),
    location: [longitude, latitude],
    accuracy,
    ...(speed !== null && speed >= 0 && { speed }),
    ...(heading !== null && !Number.isNaN(heading) && { course: heading }),
  }
}

/** Sends the place of this device while one's own duty shares it, and at no other time. */
export function useSharing(): void {
  let waiting: Fix[] = []
  let watching: number | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  function stop() {
    if (watching !== undefined) navigator.geolocation.clearWatch(watching)
    clearInterval(timer)
    watching = timer = undefined
    waiting = []
  }
  async function deliver(duty: number) {
    const batch = waiting
    if (batch.length === 0) return
    waiting = []
    try {
      await sendPositions(duty, batch)
    } catch (cause) {
      // Off duty or no longer shared, as the server sees it: what it does not want is dropped.
      if ((cause as { code?: string }).code === 'offline') waiting = [...batch, ...waiting].slice(-KEPT)
      else void duties.load()
    }
  }
  const shared = computed(() => (ownDuty.value?.sharing ? ownDuty.value.id : null))
  watch(
    shared,
    (duty) => {
      stop()
      if (duty === null || !('geolocation' in navigator)) return
      watching = navigator.geolocation.watchPosition(
        (position) => {
          locating.value = 'good'
          waiting.push(asFix(position))
        },
        ({ code }) => {
          if (code === 1) locating.value = 'refused'
        },
        { enableHighAccuracy: true, maximumAge: 5_000 },
      )
      timer = setInterval(() => void deliver(duty), EVERY)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
}

/** The place of the device now; null when it gives none within a few seconds. */
export function placeNow(patience = 4_000): Promise<{ location: [number, number]; accuracy: number } | null> {
  return new Promise((done) => {
    if (!('geolocation' in navigator)) return done(null)
    const late = setTimeout(() => done(null), patience)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(late)
        done({ location: [coords.longitude, coords.latitude], accuracy: coords.accuracy })
      },
      () => {
        clearTimeout(late)
        done(null)
      },
      { enableHighAccuracy: true, timeout: patience, maximumAge: 30_000 },
    )
  })
}
