import { onBeforeUnmount, watch } from 'vue'
import { liveState, onTopic } from '@/store/live'
import { fetchOwnScreen, isPaired, type ScreenRemote } from '@/store/screens'
import { page } from '@/store/selection'
import { actor } from '@/store/session'
import { after } from './scenes'
import { settings, type WallSettings } from './settings'

/**
 * What a wall does when its remote control has moved from `before` (undefined:
 * the wall has just begun) to `now`: its settings and the scene to go to, if
 * any. Null when there is nothing new, or nobody ever pressed anything.
 */
export function steered(
  before: ScreenRemote | undefined,
  now: ScreenRemote,
  shown: string,
): { set: Pick<WallSettings, 'touring' | 'sound' | 'brightness'>; scene: string } | null {
  if (before ? now.version <= before.version : now.version === 1) return null
  const { touring, sound, brightness } = now
  const steps = before ? now.turn - before.turn : 0
  return {
    set: { touring, sound, brightness },
    scene: now.scene || (steps ? after(shown, steps % 4) : shown),
  }
}

/** Follows the remote control of this screen, live and after a break; a wall that was not paired has none. */
export function useSteering(shown: () => string): void {
  let id: number | undefined
  let known: ScreenRemote | undefined

  function take(now: ScreenRemote) {
    const what = steered(known, now, shown())
    if (!known || now.version > known.version) known = now
    if (!what) return
    Object.assign(settings.value, what.set)
    page.value = what.scene
  }
  async function load() {
    // A wall that was signed in with a password has no remote control.
    if (!isPaired(actor.value)) return
    const own = await fetchOwnScreen().catch(() => undefined) // not paired, or no line: the next one brings it
    if (!own) return
    id = own.id
    take(own)
  }
  const stops = [
    watch(liveState, (state) => state === 'live' && void load(), { immediate: true }),
    onTopic('screen', (event) => {
      if (Number(event.id) === id && 'body' in event) take(event.body as ScreenRemote)
    }),
  ]
  onBeforeUnmount(() => stops.forEach((stop) => stop()))
}
