import { shallowRef } from 'vue'
import { get, onReached } from '@/api/client'
import { liveState } from '../live'

/** Whether the server answers: null before the first try. */
export const reachable = shallowRef<boolean | null>(null)

/** Milliseconds by which this device's clock is ahead of the server's; null before the server told its own. */
export const clockAhead = shallowRef<number | null>(null)

/** From this on a wrong clock is told. */
export const CLOCK_WRONG = 120_000

const PROBE_FIRST = 2_000
const PROBE_LONGEST = 20_000
/** The server's Date header is of whole seconds. */
const DATE_STEP = 500

/** Keeps reachable true to life: by every request, by the browser's own word, and by asking while nothing answers. Returns the stop. */
export function watchReach(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = PROBE_FIRST

  const stop = onReached(({ answered, serverTime }) => {
    reachable.value = answered
    if (serverTime !== undefined) clockAhead.value = Date.now() - serverTime - DATE_STEP
    clearTimeout(timer)
    if (answered) pause = PROBE_FIRST
    else {
      timer = setTimeout(probe, pause * (0.5 + Math.random() / 2))
      pause = Math.min(pause * 2, PROBE_LONGEST)
    }
  })
  const probe = () => void get('/api/config?').catch(() => {})
  const back = () => {
    pause = PROBE_FIRST
    probe()
  }
  const gone = () => (reachable.value = false)
  const seen = () => document.visibilityState === 'visible' && reachable.value === false && back()
  addEventListener('online', back)
  addEventListener('offline', gone)
  document.addEventListener('visibilitychange', seen)
  return () => {
    stop()
    clearTimeout(timer)
    removeEventListener('online', back)
    removeEventListener('offline', gone)
    document.removeEventListener('visibilitychange', seen)
  }
}

/** Whether asking the server now is no use. */
export const isAway = (): boolean =>
  (reachable.value === false || navigator.onLine === false) && liveState.value !== 'live'
