import { onScopeDispose, ref } from 'vue'
import type { ApiError } from '@/api/client'
import { drawPlan, type PlanEdit, type PlanGesture } from '@/store/plans'
import { uuidv7 } from '@/store/uuid'

const RETRY = 3000 // milliseconds after which a lost network is tried again

/** Waits for the browser to say that the network is back, and not longer than so many milliseconds. */
function online(longest: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, longest)
    addEventListener('online', end)
    function end() {
      clearTimeout(timer)
      removeEventListener('online', end)
      done()
    }
  })
}

/** The way of gestures to the server: each arrives once, also over a line that breaks. */
export function useDelivery(plan: number) {
  /** Gestures that the server does not have yet. */
  const unsent = ref(0)
  /** There is no network: gestures wait. */
  const waiting = ref(false)
  let gone = false

  // Whoever closes the page with something unsent is asked first.
  const ask = (event: BeforeUnloadEvent) => unsent.value > 0 && event.preventDefault()
  addEventListener('beforeunload', ask)
  onScopeDispose(() => {
    gone = true
    removeEventListener('beforeunload', ask)
  })

  /** Brings a gesture made on a version; without a network it waits for one. Throws ApiError. */
  async function deliver(version: number, gesture: PlanGesture): Promise<PlanEdit> {
    const key = uuidv7()
    for (;;) {
      try {
        const edit = await drawPlan(plan, version, gesture, key)
        waiting.value = false
        return edit
      } catch (cause) {
        waiting.value = !gone && (cause as ApiError).code === 'offline'
        if (!waiting.value) throw cause
        await online(RETRY)
      }
    }
  }
  return { unsent, waiting, deliver }
}
