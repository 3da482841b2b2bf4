import { ref } from 'vue'

/** The hand that holds the thumb: on which side a tablet puts its buttons and panels. */
export type Hand = 'right' | 'left'

const KEY = 'wangge.hand'

/** The hand of this device's user. */
export const hand = ref<Hand>(localStorage.getItem(KEY) === 'left' ? 'left' : 'right')

/** Changes it and remembers it on this device. */
export function setHand(to: Hand): void {
  hand.value = to
  localStorage.setItem(KEY, to)
}
