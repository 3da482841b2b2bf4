import { ref } from 'vue'

/** Text sizes of the interface: 标准, 大字, 特大. */
export type TextSize = 'normal' | 'large' | 'huge'

const KEY = 'wangge.textSize'
const stored = localStorage.getItem(KEY)

/** The text size of this device. */
export const textSize = ref<TextSize>(stored === 'large' || stored === 'huge' ? stored : 'normal')

/** Puts the remembered size on the page. */
export function applyTextSize(): void {
  document.documentElement.dataset.textSize = textSize.value
}

/** Changes the size and remembers it on this device. */
export function setTextSize(to: TextSize): void {
  textSize.value = to
  localStorage.setItem(KEY, to)
  applyTextSize()
}
