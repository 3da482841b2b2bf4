import { onScopeDispose, watch } from 'vue'

const EVERY = 2_500 // milliseconds between two chimes

/** Plays two soft-edged tones, one after the other; frequencies in hertz. */
export function chime(context: BaseAudioContext, tones: readonly [number, number]): void {
  tones.forEach((frequency, i) => {
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

/** A rising fourth: somebody calls for help. */
export const HELP = [784, 1046.5] as const

/** Rings while `wanted` says so. A browser that wants a touch first stays silent until it has one. */
export function useRing(wanted: () => boolean): void {
  let context: AudioContext | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  function ring() {
    if (context?.state === 'running') chime(context, HELP)
    else void context?.resume()
  }
  function stop() {
    clearInterval(timer)
    timer = undefined
  }
  watch(
    wanted,
    (on) => {
      stop()
      if (!on || !('AudioContext' in globalThis)) return
      context ??= new AudioContext()
      timer = setInterval(ring, EVERY)
      ring()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop()
    void context?.close()
  })
}
