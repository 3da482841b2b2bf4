import { computed, shallowRef, watch } from 'vue'
import { api, ok, submit } from '@/api/client'
import { published, type BorderChange } from './publications'

export type { BorderChange, BorderFlow } from './publications'

const list = shallowRef<readonly BorderChange[]>([])

/** What changes, or lately changed, at the borders of one's grids: told once, kept as a notice. */
export const borderChanges = {
  /** The newest first; empty while the server cannot be asked. */
  list: computed(() => list.value),
  /** Those not seen yet. */
  unread: computed(() => list.value.filter(({ read }) => !read)),
  /** Marks a publication as seen. Throws ApiError. */
  async read(seq: number): Promise<void> {
    list.value = await submit<BorderChange[]>('POST', `/api/border-changes/${seq}/read`, {})
  },
}

async function load(): Promise<void> {
  list.value = await ok(api.GET('/api/border-changes'))
}

/** Keeps the list: now, and when a publication comes into force. What fails is asked again with the next. Returns the stop. */
export function followBorderChanges(online: () => unknown): () => void {
  return watch([published, online], () => void load().catch(() => undefined), { immediate: true })
}
