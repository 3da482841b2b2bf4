import { computed, onBeforeUnmount, ref, watch } from 'vue'

const FRAME = 100 // milliseconds between two moments

/** The speeds a day is played at. */
export const SPEEDS = [1, 5, 15, 60] as const

/** Plays through a span of time, in milliseconds since 1970: a moment that goes on by itself or is set by hand. */
export function usePlayback(span: () => readonly [from: number, to: number] | null) {
  const at = ref(0)
  const playing = ref(false)
  const speed = ref<number>(60)
  let timer: ReturnType<typeof setInterval> | undefined
  const from = computed(() => span()?.[0] ?? 0)
  const to = computed(() => span()?.[1] ?? 0)

  watch(
    [from, to],
    () => {
      at.value = from.value
      playing.value = false
    },
    { immediate: true },
  )
  function step() {
    at.value = Math.min(to.value, at.value + FRAME * speed.value)
    if (at.value >= to.value) playing.value = false
  }
  watch(playing, (on) => {
    clearInterval(timer)
    if (!on) return
    if (at.value >= to.value) at.value = from.value
    timer = setInterval(step, FRAME)
  })
  onBeforeUnmount(() => clearInterval(timer))
  return { at, playing, speed, from, to }
}
