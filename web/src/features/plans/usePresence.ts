import { onScopeDispose, shallowRef, watch } from 'vue'
import { onTopic } from '@/store/live'
import { attendPlan, leavePlan, type PlanPresence } from '@/store/plans'
import { uuidv7 } from '@/store/uuid'

const EVERY = 10_000 // milliseconds between two signs of life; the server forgets after 45 s
const SOON = 400 // milliseconds that a selection stands before it is told

/** Who else has a plan open; tells them of this window and the grid selected in it. What fails is tried again at the next sign of life. */
export function usePresence(plan: number, grid: () => number | null) {
  const others = shallowRef<readonly PlanPresence[]>([])
  const self = uuidv7()
  let soon: ReturnType<typeof setTimeout> | undefined
  let gone = false

  async function attend() {
    if (document.visibilityState === 'hidden') return
    try {
      const found = await attendPlan(plan, self, grid() ?? 0)
      if (!gone) others.value = found
    } catch {
      // Others are a help, not a need; the live chip says when the line is down.
    }
  }
  const leave = () => leavePlan(plan, self)

  const timer = setInterval(() => void attend(), EVERY)
  const deaf = onTopic('plan', ({ id, ...event }) => {
    if (Number(id) === plan && 'body' in event && (event.body as { kind?: string }).kind === 'presence')
      void attend()
  })
  watch(grid, () => {
    clearTimeout(soon)
    soon = setTimeout(() => void attend(), SOON)
  })
  const seen = () => void attend()
  document.addEventListener('visibilitychange', seen)
  addEventListener('pagehide', leave)
  void attend()
  onScopeDispose(() => {
    gone = true
    clearInterval(timer)
    clearTimeout(soon)
    deaf()
    document.removeEventListener('visibilitychange', seen)
    removeEventListener('pagehide', leave)
    leave()
  })
  return { others }
}
