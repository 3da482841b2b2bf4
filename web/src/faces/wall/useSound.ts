import { onBeforeUnmount, readonly, ref, watch } from 'vue'
import { chime, HELP } from '@/ui/chime'
import { alert, type Alert } from './alerts'
import { settings } from './settings'

const TIMES = 3 // the chime comes so often; for a call for help until it is answered
const EVERY = 4_000

/** Frequencies in hertz of the two tones: a falling third for an incident, a rising fourth, faster, for help. */
const tones: Record<Alert['kind'], readonly [number, number]> = {
  incident: [880, 698.5],
  help: HELP,
}

/**
 * Sounds alerts. Browsers keep a page silent until somebody has touched it or
 * the kiosk is set up to allow it; `blocked` says so while sound is wanted.
 */
export function useSound() {
  const blocked = ref(false)
  const context = 'AudioContext' in globalThis ? new AudioContext() : undefined
  let timer: ReturnType<typeof setInterval> | undefined

  const look = () => (blocked.value = settings.value.sound && context?.state === 'suspended')
  const wake = () => void context?.resume().then(look)
  context?.addEventListener('statechange', look)
  for (const kind of ['pointerdown', 'keydown'] as const) addEventListener(kind, wake)
  watch(() => settings.value.sound, look, { immediate: true })

  watch(alert, (now) => {
    clearInterval(timer)
    if (!now || !context || !settings.value.sound) return
    let left = now.kind === 'help' ? Infinity : TIMES
    const ring = () => {
      if (context.state === 'running') chime(context, tones[now.kind])
      if (--left === 0) clearInterval(timer)
    }
    timer = setInterval(ring, EVERY)
    ring()
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    for (const kind of ['pointerdown', 'keydown'] as const) removeEventListener(kind, wake)
    void context?.close()
  })
  return { blocked: readonly(blocked) }
}
