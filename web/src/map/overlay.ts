import { computed, onBeforeUnmount, shallowReactive } from 'vue'

const lying = shallowReactive(new Set<string>())

/** Whether a layer that colours whole areas lies above the grids, so that their own fill gives way. */
export const covered = computed(() => lying.size > 0)

/** Says that this layer colours whole areas for as long as its component lives. */
export function useOverlay(name: string): void {
  lying.add(name)
  onBeforeUnmount(() => lying.delete(name))
}
