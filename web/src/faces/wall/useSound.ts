import { onBeforeUnmount, readonly, ref, watch } from 'vue'
import { alert, type Alert } from './alerts'
import { settings } from './settings'

const TIMES = 3 // the chime comes so often
const EVERY = 4_000

/** Frequencies in hertz of the two tones: a falling third for an incident, a rising fourth, faster, for help. */
const tones: Record<Alert['kind'], readonly [number, number]> = {
  incident: [880, 698.5],
  help: [784, 1046.5],
}

/** Plays two soft-edged tones, one after the other. */
export function chime(context: BaseAudioContext, kind: Alert['kind']): void {
  tones[kind].forEach((frequency, i) => {
    const from = context.currentTime + i * 0.35
    const oscillator = context.createOscillator()
    const volume = context.createGain()
    oscillator.frequency.value = frequency
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(0.5, from + 0.03)
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.6)
    oscillator.connect(volume).connect(context.destination)
    oscillator.start(from)
    oscillator.stop(from + 0.65)
  })
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
    let left = TIMES
    const ring = () => {
      if (context.state === 'running') chime(context, now.kind)
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
