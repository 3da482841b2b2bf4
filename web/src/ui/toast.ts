import { shallowRef } from 'vue'
import type { Tone } from './StatusChip.vue'

/** A short message that goes away by itself. */
export interface Toast {
  key: number
  text: string
  tone: Tone
}

/** The messages on show, oldest first. */
export const toasts = shallowRef<Toast[]>([])

let next = 1

/** Shows a message, by default for six seconds: long enough to be read out. */
export function say(text: string, tone: Tone = 'plain', milliseconds = 6000): void {
  const toast = { key: next++, text, tone }
  toasts.value = [...toasts.value.slice(-2), toast]
  setTimeout(() => (toasts.value = toasts.value.filter((other) => other !== toast)), milliseconds)
}
